-- New backup codes, which take the place of the old ones only once their person says that they have them.
create table backup_code_draft (
  account_id uuid primary key references account (id) on delete cascade,
  id uuid not null,
  -- Where they were made, and the only place where they are shown.
  session_id uuid not null references session (id) on delete cascade,
  salt bytea not null,
  hashes bytea[] not null,
  -- Null from when they are in use.
  codes_sealed bytea,
  created_at timestamptz not null
);
create index backup_code_draft_session on backup_code_draft (session_id);
