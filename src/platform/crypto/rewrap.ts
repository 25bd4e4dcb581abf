import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { Vault } from './vault.ts';

const BATCH = 1_000;

/**
 * Wraps every data key anew by the ring's current key; what they seal is not touched. Safe beside a running server and
 * safe to repeat.
 * @returns how many were wrapped anew
 * @throws when the database has none of our tables, or a key is wrapped by one that the ring does not have
 */
export async function rewrapDataKeys(database: Database, vault: Vault): Promise<number> {
  const { rows: tables } = await sql<KeyedTable>`
    select c.table_name as name, k.column_name as id, i.data_type as type
    from information_schema.columns c
    join information_schema.table_constraints t
      on t.table_schema = c.table_schema and t.table_name = c.table_name and t.constraint_type = 'PRIMARY KEY'
    join information_schema.key_column_usage k using (constraint_schema, constraint_name)
    join information_schema.columns i
      on i.table_schema = c.table_schema and i.table_name = c.table_name and i.column_name = k.column_name
    where c.table_schema = current_schema() and c.column_name = 'data_key'`.execute(database);
  if (tables.length === 0) throw new Error('the database has no table with data keys: is it the right one?');
  let rewrapped = 0;
  for (const table of tables) rewrapped += await rewrapTable(database, vault, table);
  return rewrapped;
}

type KeyedTable = { readonly name: string; readonly id: string; readonly type: string };
type KeyedRow = { readonly id: string; readonly data_key: Buffer };

async function rewrapTable(
  database: Database,
  vault: Vault,
  { name, id, type }: KeyedTable,
): Promise<number> {
  const [table, key, keyType] = [sql.table(name), sql.ref(id), sql.raw(type)];
  let rewrapped = 0;
  let last: string | null = null;
  for (;;) {
    const after = last === null ? sql`true` : sql`${key} > ${last}::${keyType}`;
    const page: { rows: KeyedRow[] } = await sql<KeyedRow>`
      select ${key} as id, data_key from ${table} where ${after} order by ${key} limit ${BATCH}`.execute(
      database,
    );
    for (const row of page.rows) {
      const wrapped = vault.rewrap(row.data_key);
      if (wrapped === null) continue;
      await sql`
        update ${table} set data_key = ${wrapped}
        where ${key} = ${row.id}::${keyType} and data_key = ${row.data_key}`.execute(database);
      rewrapped += 1;
    }
    last = page.rows.at(-1)?.id ?? last;
    if (page.rows.length < BATCH) return rewrapped;
  }
}
