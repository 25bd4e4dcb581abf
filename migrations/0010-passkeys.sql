-- An account as its authenticators know it.
create table passkey_user (
  account_id uuid primary key references account (id),
  user_handle bytea not null unique,
  -- The newest challenge that made a passkey: none makes two.
  challenged_at timestamptz not null
);

create table passkey (
  id uuid primary key,
  account_id uuid not null references passkey_user (account_id) on delete cascade,
  credential_id bytea not null unique,
  -- A COSE key (RFC 9052 §7).
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  aaguid uuid not null,
  backed_up boolean not null,
  name_sealed bytea not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  -- The newest challenge that it answered: it answers none of that time or before again.
  challenged_at timestamptz
);
create index passkey_account on passkey (account_id);
