-- What the agency's feed says of a case, newest state only. The person's own data is sealed under the case's data key;
-- the indexes are keyed digests. Texts that only machines compare are ordered by bytes.
create table case_record (
  receipt text collate "C" primary key,
  form text not null,
  data_key bytea not null,
  person_sealed bytea not null,
  person_index bytea not null,
  agency_number_index bytea,
  access_code_mac bytea,
  access_code_at timestamptz,
  access_code_event text collate "C",
  -- Set by the first claim, which uses the access code up.
  claimed_at timestamptz,
  status text not null,
  status_at timestamptz not null,
  latest_event text collate "C" not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index case_record_agency_number on case_record (agency_number_index) where agency_number_index is not null;

create table case_event (
  id text collate "C" primary key,
  receipt text collate "C" not null references case_record (receipt),
  at timestamptz not null,
  status text not null,
  detail_sealed bytea,
  -- Keyed digest of the whole event, to tell a repetition from another event under the same id.
  digest bytea not null,
  imported_at timestamptz not null
);
create index case_event_history on case_event (receipt, at, id);

create table case_link (
  account_id uuid not null references account (id),
  receipt text collate "C" not null references case_record (receipt),
  linked_at timestamptz not null,
  how text not null check (how in ('claimed', 'agency-number')),
  primary key (account_id, receipt)
);
create index case_link_receipt on case_link (receipt);

-- Agency numbers that an account has proved to be its own, by claiming a case that names them.
create table account_agency_number (
  account_id uuid not null references account (id),
  agency_number_index bytea not null,
  verified_at timestamptz not null,
  primary key (account_id, agency_number_index)
);
create index account_agency_number_index on account_agency_number (agency_number_index, verified_at);
