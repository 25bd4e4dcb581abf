-- What a person sets of their own account, and what protects it when somebody else may be in it.
alter table account
  -- How the person wants to be called. The name of their papers stays as it is.
  add column name_in_use_sealed bytea,
  -- Since when the person has said that somebody else may be in the account: no credential changes until they recovered it.
  add column alarmed_at timestamptz,
  -- When the person's own wish to close the account is carried out.
  add column closes_at timestamptz;
create index account_closes_at on account (closes_at) where closes_at is not null;

alter table authenticator_app add column name_sealed bytea;

-- The key of an app that is being added in a session, and in no other: whoever saw it elsewhere knows nothing of use. It
-- counts for nothing until a code of the app confirms it.
create table authenticator_app_offer (
  session_id uuid primary key references session (id) on delete cascade,
  secret_sealed bytea not null,
  created_at timestamptz not null
);

-- Whether the set took the place of another, and not that of nothing at sign-up.
alter table backup_code_set add column renewed boolean not null default false;

-- Links in messages by which a person says "this wasn't me" without signing in. Each works once.
create table alarm_link (
  token_hash bytea primary key,
  account_id uuid not null references account (id),
  expires_at timestamptz not null
);
create index alarm_link_account on alarm_link (account_id);
create index alarm_link_expires_at on alarm_link (expires_at);

-- One copy of a person's data at a time, sealed.
create table data_export (
  account_id uuid primary key references account (id),
  id uuid not null unique,
  asked_at timestamptz not null,
  content_sealed bytea,
  ready_at timestamptz,
  expires_at timestamptz
);
create index data_export_expires_at on data_export (expires_at);

-- Erasing an account erases all that belongs to it and to nobody else, in one statement.
do $$
declare
  found record;
begin
  for found in
    select conname, conrelid::regclass as of_table, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and confrelid = 'account'::regclass and confdeltype = 'a'
  loop
    execute format('alter table %s drop constraint %I, add constraint %I %s on delete cascade',
      found.of_table, found.conname, found.conname, found.definition);
  end loop;
end
$$;
