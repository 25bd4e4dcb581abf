-- Append-only history of what concerns the security of accounts and of the agency. Each row holds the hash of the one
-- before it, so that a row changed or removed afterwards shows.
create table security_event (
  seq bigint primary key,
  id uuid not null unique,
  account_id uuid,
  kind text not null,
  at timestamptz not null,
  detail jsonb not null,
  previous_hash bytea not null,
  hash bytea not null
);
create index security_event_account on security_event (account_id, seq desc);

create function security_event_hash(
  seq bigint, id uuid, account_id uuid, kind text, at timestamptz, detail jsonb, previous bytea
) returns bytea language sql immutable as $$
  select sha256(
    previous || convert_to(
      jsonb_build_array(seq, id, account_id, kind, extract(epoch from at)::text, detail)::text, 'UTF8'
    )
  )
$$;

-- The lock makes the chain one line; it is held until the caller's transaction ends, so events are written last.
create function append_security_event(new_id uuid, new_account uuid, new_kind text, new_at timestamptz, new_detail jsonb)
returns void language plpgsql as $$
declare
  last_seq bigint;
  last_hash bytea;
begin
  perform pg_advisory_xact_lock(5021976);
  select e.seq, e.hash into last_seq, last_hash from security_event e order by e.seq desc limit 1;
  last_seq := coalesce(last_seq, 0) + 1;
  last_hash := coalesce(last_hash, '\x');
  insert into security_event values (
    last_seq, new_id, new_account, new_kind, new_at, new_detail, last_hash,
    security_event_hash(last_seq, new_id, new_account, new_kind, new_at, new_detail, last_hash)
  );
end
$$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end
$$;
create trigger security_event_append_only before update or delete on security_event
  for each row execute function refuse_change();
create trigger security_event_no_truncate before truncate on security_event
  for each statement execute function refuse_change();

-- Messages on their way out. The content is sealed; a job names only the row, which is removed once it is sent.
create table outbox (
  id uuid primary key,
  channel text not null check (channel in ('email', 'sms')),
  data_key bytea not null,
  message_sealed bytea not null,
  created_at timestamptz not null
);

-- The demonstration's mailbox: where mail and SMS land instead of being sent.
create table demo_mailbox (
  id uuid primary key,
  recipient text not null,
  channel text not null,
  subject text not null,
  text text not null,
  html text not null,
  sent_at timestamptz not null
);
create index demo_mailbox_recipient on demo_mailbox (recipient, sent_at desc);

-- Failures and the waits that follow, by what was guessed at. A subject is the id of an account or a keyed digest,
-- never a name. A device is `unknown` or the id of one that the account knows.
create table throttle (
  subject bytea not null,
  kind text not null,
  device text not null,
  failures integer not null,
  wait_until timestamptz,
  updated_at timestamptz not null,
  primary key (subject, kind, device)
);
create index throttle_updated_at on throttle (updated_at);

-- Requests from one address in the current window.
create unlogged table request_count (
  subject bytea primary key,
  count integer not null,
  window_ends_at timestamptz not null
);
create index request_count_window on request_count (window_ends_at);
