-- By which of the agency's lines copies on paper were settled, each by its id.
create table paper_copy_line (
  -- The agency's own id of it.
  event text collate "C" primary key,
  document_id uuid not null references document (id),
  state text not null check (state in ('sent', 'refused')),
  at timestamptz not null,
  digest bytea not null,
  imported_at timestamptz not null
);

-- Lines of the feed that visitors of a demonstration sent as the agency, to be shown to them. Sealed under the case's key.
create table demo_line (
  -- The id that the line gives to what it says.
  id text collate "C" primary key,
  receipt text collate "C" not null references case_record (receipt),
  line_sealed bytea not null,
  sent_at timestamptz not null
);
create index demo_line_age on demo_line (sent_at);
