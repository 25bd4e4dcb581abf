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
  // What a transaction holds is kept in a setting of its own: to look it up in pg_locks at each row would slow all tests.
  await sql`
    create function held_transaction_locks() returns text[] language sql as $$
      select string_to_array(coalesce(current_setting('portico_test.held', true), ''), ' ')
    $$`.execute(database);
  await sql`
    create function refuse_after(what text, later_locks text[]) returns void language plpgsql as $$
    declare
      later text;
    begin
      select held into later from unnest(held_transaction_locks()) held where held = any(later_locks);
      if later is not null then
        raise exception 'wrong order of locks: % after %', what, later;
      end if;
    end
    $$`.execute(database);
  await sql`
    create or replace function take_transaction_lock(lock text) returns void language plpgsql as $$
    begin
      if not lock = any(held_transaction_locks()) then
        perform refuse_after(lock, (${order})[array_position(${order}, lock) + 1:]);
      end if;
      perform pg_advisory_xact_lock(transaction_lock_key(lock));
      perform set_config('portico_test.held', array_to_string(held_transaction_locks() || lock, ' '), true);
    end
    $$`.execute(database);
  await sql`
    create function refuse_rows_after_stream() returns trigger language plpgsql as $$
    begin
      perform refuse_after('rows of ' || tg_table_name, (${order})[2:]);
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
      for each statement when (current_setting('portico_test.held', true) <> '')
      execute function refuse_rows_after_stream()`.execute(database);
}
