import { sql } from 'kysely';
import { type Database, TRANSACTION_LOCKS } from '../platform/database/index.ts';

/** The tables that are written under the lock of their stream, and the places of readers, which are locked before. */
const LAST = ['change', 'security_event', 'stream_reader'];

/**
 * Has a database refuse what is locked in another order than that of `TRANSACTION_LOCKS`: an earlier lock after a later
 * one, and rows of tables after the stream. In two orders two transactions wait for each other, but seldom in a test.
 */
export async function refuseWrongOrder(database: Database): Promise<void> {
  const order = sql`array[${sql.join(TRANSACTION_LOCKS.map((lock) => sql.lit(lock)))}]`;
  await sql`
    create function held_transaction_lock(locks text[]) returns text language sql as $$
      select lock from unnest(locks) lock where exists (
        select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
          and objid = transaction_lock_key(lock))
      limit 1
    $$`.execute(database);
  await sql`
    create or replace function take_transaction_lock(lock text) returns void language plpgsql as $$
    declare
      place int := array_position(${order}, lock);
      later text := held_transaction_lock((${order})[place + 1:]);
    begin
      if later is not null and held_transaction_lock(array[lock]) is null then
        raise exception 'wrong order of locks: % after %', lock, later;
      end if;
      perform pg_advisory_xact_lock(transaction_lock_key(lock));
    end
    $$`.execute(database);
  await sql`
    create function refuse_rows_after_stream() returns trigger language plpgsql as $$
    declare
      later text := held_transaction_lock((${order})[2:]);
    begin
      if later is not null then
        raise exception 'wrong order of locks: rows of % after %', tg_table_name, later;
      end if;
      return null;
    end
    $$`.execute(database);
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'
      and table_name !~ '^schema_migration' and table_name <> all(${LAST}::text[])`.execute(database);
  for (const { name } of tables)
    await sql`
      create trigger refuse_rows_after_stream before insert or update or delete on ${sql.table(name)}
      for each statement execute function refuse_rows_after_stream()`.execute(database);
}
