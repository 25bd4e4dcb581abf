-- When a document that waits for its files is tried next, and how often it was tried in vain. Whoever makes them claims it for
-- a while instead of locking it, and one that was given up says why, without anything personal.
alter table document add column tries int not null default 0;
alter table document add column next_at timestamptz;
alter table document add column claimed_until timestamptz;
alter table document add column failure text;
-- In which languages there are files, in order: another list of languages makes more of them.
alter table document add column rendered_in text collate "C";
update document set next_at = imported_at where rendering = 'waiting';
update document set rendered_in = coalesce(
  (select string_agg(language, ' ' order by language collate "C") from document_rendering where document_id = document.id), '')
where rendering = 'made';
alter table document add check (rendering is distinct from 'waiting' or next_at is not null);
alter table document add check (rendering is distinct from 'made' or rendered_in is not null);
drop index document_waiting;
create index document_waiting on document (next_at, id) where rendering = 'waiting';
create index document_made on document (rendered_in) where rendering = 'made';
create index document_failed on document (imported_at, id) where rendering = 'failed';
