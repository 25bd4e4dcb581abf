import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { Vault } from './vault.ts';

const BATCH = 1_000;

/**
 * Wraps every data key anew by the ring's current key; what they seal is not touched. Safe beside a running server and
 * safe to repeat.
 * @returns how many were wrapped anew
 */
export async function rewrapDataKeys(database: Database, vault: Vault): Promise<number> {
  const { rows: tables } = await sql<{ table_name: string; key_column: string }>`
    select c.table_name, k.column_name as key_column
    from information_schema.columns c
    join information_schema.table_constraints t
      on t.table_schema = c.table_schema and t.table_name = c.table_name and t.constraint_type = 'PRIMARY KEY'
    join information_schema.key_column_usage k using (constraint_schema, constraint_name)
    where c.table_schema = 'public' and c.column_name = 'data_key'`.execute(database);
  let rewrapped = 0;
  for (const { table_name, key_column } of tables) {
    rewrapped += await rewrapTable(database, vault, sql.table(table_name), sql.ref(key_column));
  }
  return rewrapped;
}

async function rewrapTable(
  database: Database,
  vault: Vault,
  table: ReturnType<typeof sql.table>,
  id: ReturnType<typeof sql.ref>,
): Promise<number> {
  let rewrapped = 0;
  let last: string | null = null;
  for (;;) {
    const { rows }: { rows: { id: string; data_key: Buffer }[] } = await sql<{
      id: string;
      data_key: Buffer;
    }>`
      select ${id}::text as id, data_key from ${table}
      where ${last}::text is null or ${id}::text > ${last} order by ${id}::text limit ${BATCH}`.execute(
      database,
    );
    for (const row of rows) {
      const wrapped = vault.rewrap(row.data_key);
      if (wrapped === null) continue;
      await sql`update ${table} set data_key = ${wrapped} where ${id}::text = ${row.id} and data_key = ${row.data_key}`.execute(
        database,
      );
      rewrapped += 1;
    }
    last = rows.at(-1)?.id ?? last;
    if (rows.length < BATCH) return rewrapped;
  }
}
