-- What the agency asks a person to send for a case, and how that went. What is asked for is sealed under the case's key.
create table evidence_request (
  id uuid primary key,
  -- The agency's own id of it.
  event text collate "C" not null unique,
  receipt text collate "C" not null references case_record (receipt),
  at timestamptz not null,
  papers_sealed bytea not null,
  -- The letter by which it is asked for.
  document_id uuid references document (id),
  first_due_on date not null,
  -- As the newest word of it says.
  due_on date not null,
  state text not null check (state in ('open', 'answered', 'expired', 'withdrawn')),
  state_at timestamptz not null,
  digest bytea not null,
  imported_at timestamptz not null
);
create index evidence_request_case on evidence_request (receipt, at desc, id);

create table evidence_request_state (
  -- The agency's own id of it.
  event text collate "C" primary key,
  request_id uuid not null references evidence_request (id),
  at timestamptz not null,
  state text not null check (state in ('open', 'answered', 'expired', 'withdrawn')),
  due_on date,
  digest bytea not null,
  imported_at timestamptz not null
);
create index evidence_request_state_history on evidence_request_state (request_id, at, event);
