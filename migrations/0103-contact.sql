-- Where a person lives and gets letters, as they said it: every version, since the office may have an earlier one.
create table contact_version (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  version integer not null check (version > 0),
  at timestamptz not null,
  details_sealed bytea not null,
  unique (account_id, version)
);

-- The office of a case has a version, by a line of the agency. What was said stays when the account goes.
create table contact_acknowledgement (
  event text collate "C" primary key,
  receipt text collate "C" not null references case_record (receipt),
  contact_id uuid references contact_version (id) on delete set null,
  at timestamptz not null,
  digest bytea not null,
  imported_at timestamptz not null,
  unique (contact_id, receipt)
);
create index contact_acknowledgement_receipt on contact_acknowledgement (receipt);

-- Letters about a case go where the agency and the person agreed, which Portico is not told. The newest line counts.
create table safe_address_line (
  event text collate "C" primary key,
  receipt text collate "C" not null references case_record (receipt),
  state text not null check (state in ('set', 'lifted')),
  at timestamptz not null,
  digest bytea not null,
  imported_at timestamptz not null
);
create index safe_address_line_receipt on safe_address_line (receipt, at, event);
