-- Addresses at which programs read the appointments of a person, each with the hash of the token that stands in it.
create table appointment_calendar (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  token_hash bytea not null unique,
  -- In which the appointments are named.
  language text collate "C" not null,
  created_at timestamptz not null,
  last_read_at timestamptz
);
create index appointment_calendar_account on appointment_calendar (account_id, created_at);
