-- A code can go to the number of somebody who has no account yet: it is counted by the network that asks, and keeps the
-- number that it proves until the account is there.
alter table sms_code
  alter column account_id drop not null,
  add column network_index bytea,
  add column number_sealed bytea,
  add constraint sms_code_asker check ((account_id is null) = (network_index is not null));
create index sms_code_network on sms_code (network_index, sent_at) where network_index is not null;
