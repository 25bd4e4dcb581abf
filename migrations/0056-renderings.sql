-- What a rendering was made of: another version of the template or of the layout is another hash.
alter table document_rendering add column template_version int not null, add column template_hash text not null;

-- A document of a template that could not be made into a file in one language: a task of the office.
create table document_rendering_failure (
  document_id uuid not null references document (id),
  language text not null,
  -- Why, as the maker of files says it, which may name what the document says.
  reason_sealed bytea not null,
  attempts int not null,
  failed_at timestamptz not null,
  primary key (document_id, language)
);
