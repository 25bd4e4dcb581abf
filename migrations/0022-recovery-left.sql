-- The browser that a way back went on from, which is told where it went.
alter table recovery add column left_hash bytea unique;
