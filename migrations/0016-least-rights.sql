-- Appended to by whoever may call it, so that the role that serves pages needs no right to write the chain itself.
alter function append_security_event(uuid, uuid, text, timestamptz, jsonb)
  security definer set search_path = pg_catalog, public, pg_temp;
