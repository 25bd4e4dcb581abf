import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { BlobId } from './store.ts';

type Column = { readonly table: string; readonly column: string };

/**
 * Which of some blobs a row names, in whatever table: by every column of UUIDs whose name has "blob" in it, such as
 * `blob_id`, so that none can be forgotten. All of them where there is no such column yet.
 */
export async function namedInRows(database: Database, ids: readonly BlobId[]): Promise<ReadonlySet<string>> {
  // Not by information_schema, which leaves out what the role may not read.
  const { rows: columns } = await sql<Column>`
    select c.relname as table, a.attname as column
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not a.attisdropped
      and a.atttypid = 'uuid'::regtype and a.attname like '%blob%'`.execute(database);
  const named = new Set<string>(columns.length === 0 ? ids : []);
  for (const { table, column } of columns) {
    const { rows } = await sql<{ id: string }>`
      select ${sql.ref(column)} as id from ${sql.table(table)}
      where ${sql.ref(column)} = any(${[...ids]}::uuid[])`.execute(database);
    for (const { id } of rows) named.add(id);
  }
  return named;
}
