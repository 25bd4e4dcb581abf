-- Up to which event the log was told of the chain; one row.
create table security_events_told (
  is_it boolean primary key default true check (is_it),
  seq bigint not null
);
insert into security_events_told (seq) values (0);
