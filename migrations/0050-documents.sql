-- Papers of the agency about a case: a file as it came, or a template with data. What they say is sealed under the data
-- key of the case, and so are the keys of their blobs.
create table document (
  id uuid primary key,
  -- The agency's own id of it.
  event text collate "C" not null unique,
  receipt text collate "C" not null references case_record (receipt),
  type text not null,
  issued_on date not null,
  at timestamptz not null,
  replaces uuid references document (id),
  -- By which document and when, where there is one; the earliest, if there are several.
  replaced_by uuid references document (id),
  replaced_at timestamptz,
  withdrawn_at timestamptz,
  state text not null generated always as (
    case when withdrawn_at is not null then 'withdrawn' when replaced_at is not null then 'replaced' else 'current' end
  ) stored,
  -- A file.
  blob_id uuid,
  blob_key_sealed bytea,
  media_type text,
  size bigint,
  sha256 bytea,
  name_sealed bytea,
  -- What the agency calls it, where it says so.
  title_sealed bytea,
  -- A template, in the version that it had on arrival; whom it is for, and the data.
  template text,
  template_version int,
  template_hash bytea,
  data_sealed bytea,
  -- By which the paper is told from a forged one, as `XXXX-XXXX-XXXX-XXXX-X`.
  code_sealed bytea not null,
  code_index bytea not null unique,
  digest bytea not null,
  imported_at timestamptz not null,
  check ((replaced_by is null) = (replaced_at is null)),
  check (num_nonnulls(blob_id, blob_key_sealed, media_type, size, sha256, name_sealed) in (0, 6)),
  check (num_nonnulls(template, template_version, template_hash, data_sealed) in (0, 4)),
  check ((blob_id is null) <> (template is null))
);
create index document_case on document (receipt, issued_on desc, id);
create index document_replaces on document (replaces, at, event) where replaces is not null;
create index document_blob on document (blob_id) where blob_id is not null;

create table document_withdrawal (
  -- The agency's own id of it.
  event text collate "C" primary key,
  document_id uuid not null references document (id),
  at timestamptz not null,
  digest bytea not null,
  imported_at timestamptz not null
);

create index document_withdrawal_document on document_withdrawal (document_id);

-- A document of a template as a file in one language, made once and served as it is from then on.
create table document_rendering (
  id uuid primary key,
  document_id uuid not null references document (id),
  language text not null,
  blob_id uuid not null,
  blob_key_sealed bytea not null,
  size bigint not null,
  sha256 bytea not null,
  template_hash bytea not null,
  -- What the office has to know of it, such as a name that no font can write.
  note_sealed bytea,
  made_at timestamptz not null,
  unique (document_id, language)
);
create index document_rendering_blob on document_rendering (blob_id);

create table paper_copy_request (
  id uuid primary key,
  document_id uuid not null references document (id),
  account_id uuid not null references account (id) on delete cascade,
  state text not null check (state in ('asked', 'sent', 'refused')),
  asked_at timestamptz not null,
  settled_at timestamptz,
  check ((state = 'asked') = (settled_at is null))
);
create unique index paper_copy_request_open on paper_copy_request (document_id, account_id) where state = 'asked';
create index paper_copy_request_account on paper_copy_request (account_id, document_id);
