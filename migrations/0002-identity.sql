create table account (
  id uuid primary key,
  created_at timestamptz not null,
  language text not null,
  data_key bytea not null,
  full_name_sealed bytea not null,
  born_sealed bytea not null,
  birth_country_sealed bytea not null,
  username_index bytea unique,
  username_sealed bytea
);

create table account_email (
  id uuid primary key,
  account_id uuid not null references account (id),
  email_index bytea not null unique,
  email_sealed bytea not null,
  is_primary boolean not null,
  verified_at timestamptz not null
);
create index account_email_account on account_email (account_id);

create table password (
  account_id uuid primary key references account (id),
  hash text not null,
  changed_at timestamptz not null
);

create table authenticator_app (
  id uuid primary key,
  account_id uuid not null references account (id),
  secret_sealed bytea not null,
  last_step bigint,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index authenticator_app_account on authenticator_app (account_id);

-- One salt for a set: a try costs one hash, whichever of the ten it is compared with.
create table backup_code_set (
  account_id uuid primary key references account (id),
  salt bytea not null,
  codes_sealed bytea,
  created_at timestamptz not null,
  acknowledged_at timestamptz
);
create table backup_code (
  account_id uuid not null references backup_code_set (account_id) on delete cascade,
  hash bytea not null,
  used_at timestamptz,
  primary key (account_id, hash)
);

create table session (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id uuid not null references account (id),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz
);
create index session_account on session (account_id);
create index session_ends_at on session (ends_at);

-- Someone who has given a right password and still owes the second step.
create table sign_in (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id uuid not null references account (id),
  return_to text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index sign_in_expires_at on sign_in (expires_at);

-- What a person typed into a form that the time-out overtook, kept until the same account is back.
create table kept_form (
  account_id uuid not null references account (id),
  path text not null,
  fields_sealed bytea not null,
  created_at timestamptz not null,
  primary key (account_id, path)
);

create table sign_up (
  id uuid primary key,
  token_hash bytea not null unique,
  email_index bytea not null,
  network_index bytea not null,
  data_key bytea not null,
  stage text not null check (stage in ('code', 'password', 'about-you', 'authenticator')),
  email_sealed bytea not null,
  code_hash bytea,
  code_sent_at timestamptz not null,
  codes_sent integer not null,
  code_expires_at timestamptz not null,
  password_hash text,
  person_sealed bytea,
  secret_sealed bytea,
  language text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index sign_up_email on sign_up (email_index);
create index sign_up_expires_at on sign_up (expires_at);
