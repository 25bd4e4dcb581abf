-- A browser from which somebody has signed in in full. One browser can be known to several accounts.
create table known_device (
  id uuid primary key,
  account_id uuid not null references account (id),
  token_hash bytea not null,
  browser text not null,
  system text not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  -- Until then a right password is enough from it, where the agency's policy and the person want that.
  remembered_until timestamptz,
  unique (account_id, token_hash)
);
create index known_device_last_used on known_device (last_used_at);

-- Which second step opened a session, and when one was last taken in it: what a step-up asks.
alter table session
  add column device_id uuid references known_device (id) on delete set null,
  add column proven_at timestamptz;

alter table sign_in add column device_id uuid references known_device (id) on delete set null;
