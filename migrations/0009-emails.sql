-- An account has exactly one main address; this sees to at most one, the rules to at least one.
create unique index account_email_primary on account_email (account_id) where is_primary;

-- An address that somebody wants to add. The stage says whether its code still counts; rows stay for a day, so that
-- asking anew begins no new count of messages.
create table email_addition (
  id uuid primary key,
  account_id uuid not null references account (id),
  stage text not null check (stage in ('code', 'replaced', 'added')),
  email_index bytea not null,
  email_sealed bytea not null,
  -- None where the address belongs to an account: no code adds it.
  code_hash bytea,
  code_expires_at timestamptz not null,
  codes_sent integer not null,
  code_sent_at timestamptz not null,
  created_at timestamptz not null
);
create unique index email_addition_pending on email_addition (account_id) where stage = 'code';
create index email_addition_email on email_addition (email_index);
create index email_addition_created_at on email_addition (created_at);

-- A change of an account's addresses that the old one can take back: it was the main one, or was removed.
create table email_change (
  id uuid primary key,
  account_id uuid not null references account (id),
  kind text not null check (kind in ('primary', 'removed')),
  stage text not null check (stage in ('undoable', 'undone', 'overtaken')),
  token_hash bytea not null unique,
  email_index bytea not null,
  email_sealed bytea not null,
  -- When the address had been verified; it gets that back with its place.
  verified_at timestamptz not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index email_change_account on email_change (account_id);
create index email_change_expires_at on email_change (expires_at);
