-- A code can go to the number of somebody who has no account yet: it is counted by the network that asks and by the
-- address that was proven, and keeps the number that it proves until the account is there.
alter table sms_code
  alter column account_id drop not null,
  add column network_index bytea,
  add column address_index bytea,
  add column number_sealed bytea,
  add constraint sms_code_asker check (
    (account_id is null) = (network_index is not null) and (network_index is null) = (address_index is null));
create index sms_code_newcomer on sms_code (sent_at) where account_id is null;
