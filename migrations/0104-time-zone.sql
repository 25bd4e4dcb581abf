-- The zone in which a person reads times; none for the agency's.
alter table account add column time_zone_sealed bytea;
