-- What this database is for: a demonstration, whose people have published passwords, or an agency's work. Never both.
create table installation (
  only_row boolean primary key default true check (only_row),
  kind text not null check (kind in ('demonstration', 'agency')),
  since timestamptz not null
);
