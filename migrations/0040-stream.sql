-- The locks of which there is one for all, by name. A transaction takes them in this order, and rows of tables after the
-- first; docs/architecture.md says why.
create function transaction_lock_key(lock text) returns bigint language plpgsql immutable as $$
begin
  case lock
    when 'cases' then return 5021977;
    when 'stream' then return 5021978;
    when 'chain' then return 5021976;
  end case;
end
$$;
create function take_transaction_lock(lock text) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(transaction_lock_key(lock));
end
$$;

-- How far each reader of a stream has come.
create table stream_reader (
  name text primary key,
  seq bigint not null
);
insert into stream_reader (name, seq) select 'security-log', seq from security_events_told;
drop table security_events_told;

-- As before, and readers are woken.
create or replace function append_security_event(
  new_id uuid, new_account uuid, new_kind text, new_at timestamptz, new_detail jsonb
) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  last_seq bigint;
  last_hash bytea;
begin
  perform take_transaction_lock('chain');
  select e.seq, e.hash into last_seq, last_hash from security_event e order by e.seq desc limit 1;
  last_seq := coalesce(last_seq, 0) + 1;
  last_hash := coalesce(last_hash, '\x');
  insert into security_event values (
    last_seq, new_id, new_account, new_kind, new_at, new_detail, last_hash,
    security_event_hash(last_seq, new_id, new_account, new_kind, new_at, new_detail, last_hash)
  );
  perform pg_notify('portico_stream', 'security_event');
end
$$;
