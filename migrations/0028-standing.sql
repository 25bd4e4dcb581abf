-- When an address came back into its account by the link of a message; null where it never left.
alter table account_email add column returned_at timestamptz;

-- Addresses that were settled when they left their account: for some days a link brings each back, once.
create table former_email (
  -- The id that it had in account_email, and gets back.
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  email_sealed bytea not null,
  verified_at timestamptz not null,
  left_at timestamptz not null
);
create index former_email_account on former_email (account_id);
create index former_email_left_at on former_email (left_at);
drop table email_change;

-- Links of messages to one address of an account, by which its reader says "this wasn't me", or stops a way back. What a
-- link may do follows from where its address stands when it is used.
create table address_link (
  token_hash bytea primary key,
  account_id uuid not null references account (id) on delete cascade,
  email_id uuid not null,
  -- The way back that it stops; null where it raises the alarm.
  recovery_id uuid,
  expires_at timestamptz not null
);
create index address_link_account on address_link (account_id);
create index address_link_expires_at on address_link (expires_at);
drop table alarm_link;

alter table recovery
  -- The address that it rests on: its message went there.
  add column email_id uuid,
  -- Whether something that it rests on was not settled when all was proven.
  add column unsettled boolean not null default false,
  -- The backup code that it used up, which comes back when it is stopped.
  add column code_digest bytea;
