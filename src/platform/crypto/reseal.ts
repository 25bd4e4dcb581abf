import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { DataKey, Vault } from './vault.ts';

/** A column of what is sealed, in the table that has the data keys or in one that refers to it. */
export type SealedColumn = {
  readonly table: string;
  readonly column: string;
  /** The column that names the row where a value is sealed (`Place.row`). */
  readonly row: string;
  /** Whose data key it is sealed under, over the row `t`. */
  readonly of: RawBuilder<string | null>;
};

/** A table whose rows have data keys, and everything that is sealed under them. */
export type Sealing = {
  readonly table: string;
  readonly id: { readonly column: string; readonly type: 'uuid' | 'text' };
  readonly columns: readonly SealedColumn[];
};

const BATCH = 200;
const ID_TYPES = { uuid: sql`uuid`, text: sql`text` };

/**
 * Gives every row a fresh data key, and seals everything anew under it by the cipher that seals now (ASVS 11.2.2). All of
 * it or nothing: whoever comes meanwhile waits.
 * @throws when another program is connected, which may be about to seal by a key that is replaced here
 */
export async function reseal(
  database: Database,
  vault: Vault,
  sealings: readonly Sealing[],
): Promise<{ keys: number; values: number }> {
  return database.transaction().execute(async (transaction) => {
    for (const { table } of sealings)
      await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(transaction);
    const others = await countOthers(transaction);
    if (others > 0)
      throw new Error(
        `${others} other connections to the database are open. Stop every server, feed and pool of connections first.`,
      );
    let [keys, values] = [0, 0];
    for (const sealing of sealings) {
      const done = await resealTable(transaction, vault, sealing);
      keys += done.keys;
      values += done.values;
    }
    return { keys, values };
  });
}

/** How many sessions of other programs, as their name says, there are in the database. */
async function countOthers(database: Database): Promise<number> {
  const { rows } = await sql<{ others: number }>`
    select count(*)::int as others from pg_stat_activity
    where datname = current_database() and usesysid is not null
      and application_name is distinct from current_setting('application_name')`.execute(database);
  return rows[0]?.others ?? 0;
}

type Owner = { readonly id: string; readonly data_key: Buffer };
type Keys = { readonly old: DataKey; readonly fresh: DataKey };

async function resealTable(
  database: Database,
  vault: Vault,
  { table: name, id: { column, type }, columns }: Sealing,
): Promise<{ keys: number; values: number }> {
  const [table, id, idType] = [sql.table(name), sql.ref(column), ID_TYPES[type]];
  let [keys, values] = [0, 0];
  let last: string | null = null;
  for (;;) {
    const after = last === null ? sql`true` : sql`${id} > ${last}::${idType}`;
    const page: { rows: Owner[] } = await sql<Owner>`
      select ${id} as id, data_key from ${table} where ${after} order by ${id} limit ${BATCH}`.execute(
      database,
    );
    const fresh = page.rows.map((row) => ({ ...row, ...vault.newDataKey() }));
    const keysOf = new Map(
      fresh.map((row): [string, Keys] => [row.id, { old: vault.openDataKey(row.data_key), fresh: row.key }]),
    );
    for (const sealed of columns) values += await resealColumn(database, sealed, idType, keysOf);
    await sql`
      update ${table} t set data_key = v.new
      from unnest(${fresh.map((row) => row.id)}::${idType}[], ${fresh.map((row) => row.wrapped)}::bytea[]) as v (id, new)
      where t.${id} = v.id`.execute(database);
    keys += fresh.length;
    last = page.rows.at(-1)?.id ?? last;
    if (page.rows.length < BATCH) return { keys, values };
  }
}

type SealedRow = { readonly owner: string; readonly row: string; readonly sealed: Buffer };

async function resealColumn(
  database: Database,
  { table: name, column, row, of }: SealedColumn,
  idType: RawBuilder<unknown>,
  keysOf: ReadonlyMap<string, Keys>,
): Promise<number> {
  const [table, value, rowId] = [sql.table(name), sql.ref(column), sql.ref(row)];
  const { rows } = await sql<SealedRow>`
    select ${of}::text as owner, t.${rowId}::text as row, t.${value} as sealed from ${table} t
    where ${of} = any(${[...keysOf.keys()]}::${idType}[]) and t.${value} is not null`.execute(database);
  const renewed = rows.flatMap(({ owner, row, sealed }) => {
    const keys = keysOf.get(owner);
    const place = { table: name, column, row };
    return keys === undefined
      ? []
      : [{ owner, row, new: keys.fresh.seal(keys.old.unseal(sealed, place), place) }];
  });
  await sql`
    update ${table} t set ${value} = v.new
    from unnest(${renewed.map((each) => each.owner)}::${idType}[], ${renewed.map((each) => each.row)}::text[],
      ${renewed.map((each) => each.new)}::bytea[]) as v (owner, row, new)
    where ${of} = v.owner and t.${rowId}::text = v.row`.execute(database);
  return renewed.length;
}
