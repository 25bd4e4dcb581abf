-- Blobs that this database has begun to store. One whose process was killed before its row was written is found by this, and
-- told from one that belongs to another database.
create table pending_blob (
  id uuid primary key,
  begun_at timestamptz not null
);
create index pending_blob_begun_at on pending_blob (begun_at);
