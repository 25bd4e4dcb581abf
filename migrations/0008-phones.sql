-- Numbers that take text messages. One without a time of verification waits for its code, and there is one such at most.
create table account_phone (
  id uuid primary key,
  account_id uuid not null references account (id),
  number_index bytea not null,
  number_sealed bytea not null,
  created_at timestamptz not null,
  verified_at timestamptz,
  last_used_at timestamptz,
  -- Whether notices about the account go to it besides email.
  takes_notices boolean not null default false,
  unique (account_id, number_index)
);
create unique index account_phone_pending on account_phone (account_id) where verified_at is null;
