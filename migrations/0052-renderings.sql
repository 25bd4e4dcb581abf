-- Whether the files of a document of a template are made yet; null for a file, which is one already. What could not be made
-- is not tried again by itself: the office has to see why.
alter table document add column rendering text check (rendering in ('waiting', 'made', 'failed'));
update document set rendering = 'waiting' where template is not null;
alter table document add check ((template is null) = (rendering is null));
create index document_waiting on document (imported_at, id) where rendering = 'waiting';
