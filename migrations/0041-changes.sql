-- That something changed, and never what: that is in the row which `ref` names. Numbers are in the order of commits.
create table change (
  seq bigint primary key,
  id uuid not null unique,
  kind text not null,
  -- Of a case that is there, as is looked up once for all that is appended: a foreign key does it a row at a time, which
  -- would be a third of the cost. Cases are never removed.
  receipt text collate "C",
  account_id uuid references account (id) on delete cascade,
  ref text not null,
  source text not null check (source in ('feed', 'api', 'person', 'office', 'system')),
  at timestamptz not null,
  recorded_at timestamptz not null,
  check (receipt is not null or account_id is not null)
);
create index change_account on change (account_id) where account_id is not null;
-- Not the highest number of the table: rows that are erased with an account must not give their numbers to others.
create sequence change_seq owned by change.seq;

-- The one way in, called as the last thing before a commit. Only it may write, so the role that serves pages needs no
-- right to the table.
create function append_changes(
  new_ids uuid[], new_kinds text[], new_receipts text[], new_accounts uuid[], new_refs text[], new_ats timestamptz[],
  new_source text, now timestamptz
) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (
    select from unnest(new_receipts) as named (receipt)
    where named.receipt is not null
      and not exists (select from case_record where case_record.receipt = named.receipt)
  ) then
    raise foreign_key_violation using message = 'a change is of a case that is not there';
  end if;
  -- Rows come before the stream, and the foreign key locks these.
  perform from account where id = any(new_accounts) order by id for key share;
  perform take_transaction_lock('stream');
  insert into change (seq, id, kind, receipt, account_id, ref, at, source, recorded_at)
  select nextval('change_seq'), noted.id, noted.kind, noted.receipt, noted.account_id, noted.ref, noted.at, new_source, now
  from unnest(new_ids, new_kinds, new_receipts, new_accounts, new_refs, new_ats) with ordinality
    as noted (id, kind, receipt, account_id, ref, at, place)
  order by noted.place;
  perform pg_notify('portico_stream', 'change');
end
$$;
