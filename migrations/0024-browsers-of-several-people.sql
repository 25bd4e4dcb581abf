-- A browser that several people use has a token for each of them.
alter table recovery add column device_hashes bytea[] not null default '{}';
update recovery set device_hashes = array[device_hash] where device_hash is not null;
alter table recovery drop column device_hash;
