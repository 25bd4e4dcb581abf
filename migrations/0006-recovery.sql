-- Somebody on the way back into an account. What has been proven is written down; the next step follows from it.
create table recovery (
  id uuid primary key,
  token_hash bytea not null unique,
  -- What was typed to name the account, until it is looked up; so an answer takes as long whether there is one or not.
  data_key bytea not null,
  asked_sealed bytea,
  -- Null where what was typed names no account; nothing of such a row ever comes true.
  account_id uuid references account (id),
  network_index bytea not null,
  device_hash bytea,
  lost text not null check (lost in ('nothing', 'password', 'second-step', 'both')),
  evidence text[] not null,
  language text not null,
  link_hash bytea unique,
  code_hash bytea,
  code_failures integer not null,
  sent_count integer not null,
  sent_at timestamptz,
  sent_until timestamptz,
  hold_ends_at timestamptz,
  next_notice_at timestamptz,
  password_hash text,
  secret_sealed bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_how text check (ended_how in ('completed', 'cancelled'))
);
create index recovery_account on recovery (account_id, sent_at);
create index recovery_expires_at on recovery (expires_at);
create index recovery_next_notice on recovery (next_notice_at) where ended_at is null and next_notice_at is not null;

-- A browser that an emailed link let try again has its own count of failures too, but nobody has signed in from it yet.
alter table known_device add column signed_in boolean not null default true;
