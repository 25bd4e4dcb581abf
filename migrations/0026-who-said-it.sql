-- A link that says "this wasn't me" works for as long as the address that it was sent to is of the account. Those that
-- were sent before say no address, and are gone within a week.
alter table alarm_link add column email_id uuid references account_email (id) on delete cascade;
create index alarm_link_email on alarm_link (email_id);

-- The codes not used of a set that another took the place of. An alarm revives them: they count then on a way back alone.
create table replaced_backup_codes (
  account_id uuid primary key references account (id) on delete cascade,
  salt bytea not null,
  hashes bytea[] not null,
  replaced_at timestamptz not null,
  revived_at timestamptz
);
create index replaced_backup_codes_replaced_at on replaced_backup_codes (replaced_at) where revived_at is null;
