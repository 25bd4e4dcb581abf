import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/index.ts';
import type { KeyKind } from './key-ring.ts';
import type { Sealing } from './reseal.ts';
import { type BlindIndexes, DIGEST_BYTES, type Vault } from './vault.ts';

/** A column of blind indexes that can be made anew from what is sealed beside it. */
export type IndexedColumn = {
  readonly table: string;
  readonly id: { readonly column: string; readonly type: 'uuid' | 'text' };
  readonly index: string;
  readonly sealed: string;
  /** Whose data key it is sealed under; or what selects that, over the row `t`. */
  readonly keyOf: 'row' | 'account' | RawBuilder<Buffer>;
  /** The indexes of what was sealed. */
  indexesOf(vault: Vault, text: string): BlindIndexes | null;
  /** What else has to be done with the same rows, before them: waiting for others, say. */
  also?(transaction: Database, vault: Vault, texts: readonly string[]): Promise<void>;
};

/** A column whose values say which key made them, and can be compared with it only. */
export type KeyedColumn = {
  readonly kind: Extract<KeyKind, 'index' | 'pepper'>;
  readonly table: string;
  readonly column: string;
  /** Where the name of the key stands: after a digest, before a hash, after a salt. */
  readonly names: 'digest' | 'hash' | 'salt';
  /** What the values are to people, in the plural. */
  readonly what: string;
  /** The rows that count. */
  readonly where?: RawBuilder<boolean>;
};

/** What it takes to replace the keys of a floor. */
export type Rotation = {
  readonly indexed: readonly IndexedColumn[];
  readonly keyed: readonly KeyedColumn[];
  readonly sealed: readonly Sealing[];
};

const BATCH = 500;
const ID_TYPES = { uuid: sql`uuid`, text: sql`text` };
const UniqueViolation = z.object({ code: z.literal('23505') });

type Row = { readonly id: string; readonly old: Buffer; readonly sealed: Buffer; readonly data_key: Buffer };

/**
 * Makes every blind index of a column anew by the ring's current key. Safe beside a running server that has this key, and
 * safe to repeat.
 * @returns how many were made anew, and which rows could not be, since another one has the same text
 */
export async function reindex(
  database: Database,
  vault: Vault,
  column: IndexedColumn,
): Promise<{ renewed: number; doubled: readonly string[] }> {
  const [table, id, index] = [sql.table(column.table), sql.ref(column.id.column), sql.ref(column.index)];
  const idType = ID_TYPES[column.id.type];
  const [mark] = vault.indexMarks;
  const dataKey = keySelecting(column.keyOf);
  const renew = (rows: readonly Row[]): Promise<number> =>
    database.transaction().execute(async (transaction) => {
      const opened = rows.map((row) => {
        const place = { table: column.table, column: column.sealed, row: row.id };
        return { ...row, text: vault.openDataKey(row.data_key).unseal(row.sealed, place) };
      });
      await column.also?.(
        transaction,
        vault,
        opened.map(({ text }) => text),
      );
      const renewed = opened.flatMap((row) => {
        const indexes = column.indexesOf(vault, row.text);
        return indexes === null ? [] : [{ ...row, new: indexes[0] }];
      });
      await sql`
        update ${table} t set ${index} = v.new
        from unnest(${renewed.map((row) => row.id)}::${idType}[], ${renewed.map((row) => row.old)}::bytea[],
          ${renewed.map((row) => row.new)}::bytea[]) as v (id, old, new)
        where t.${id} = v.id and t.${index} = v.old`.execute(transaction);
      return renewed.length;
    });

  let renewed = 0;
  const doubled: string[] = [];
  let last: string | null = null;
  for (;;) {
    const after = last === null ? sql`true` : sql`t.${id} > ${last}::${idType}`;
    const page: { rows: Row[] } = await sql<Row>`
      select t.${id} as id, t.${index} as old, t.${sql.ref(column.sealed)} as sealed, ${dataKey} as data_key
      from ${table} t
      where t.${index} is not null and substring(t.${index} from ${DIGEST_BYTES + 1}::int) <> ${mark} and ${after}
      order by t.${id} limit ${BATCH}`.execute(database);
    try {
      renewed += await renew(page.rows);
    } catch (error) {
      if (!UniqueViolation.safeParse(error).success) throw error;
      for (const row of page.rows) {
        try {
          renewed += await renew([row]);
        } catch (again) {
          if (!UniqueViolation.safeParse(again).success) throw again;
          doubled.push(row.id);
        }
      }
    }
    last = page.rows.at(-1)?.id ?? last;
    if (page.rows.length < BATCH) return { renewed, doubled };
  }
}

function keySelecting(keyOf: IndexedColumn['keyOf']): RawBuilder<unknown> {
  if (keyOf === 'row') return sql`t.data_key`;
  return keyOf === 'account' ? sql`(select data_key from account where account.id = t.account_id)` : keyOf;
}

/** How many values of a column were made with each key, by the key's name; empty for those that name none. */
export async function countByKey(
  database: Database,
  column: KeyedColumn,
): Promise<ReadonlyMap<string, number>> {
  const value = sql.ref(column.column);
  const ending = (from: number) => sql`convert_from(substring(${value} from ${from}::int), 'UTF8')`;
  const name = {
    digest: ending(DIGEST_BYTES + 1),
    hash: sql`split_part(${value}, '$', 1)`,
    // After the random bytes stands the number of the parameters.
    salt: ending(DIGEST_BYTES + 2),
  }[column.names];
  const { rows } = await sql<{ name: string; count: number }>`
    select ${name} as name, count(*)::int as count from ${sql.table(column.table)}
    where ${value} is not null and ${column.where ?? sql`true`} group by 1`.execute(database);
  return new Map(rows.map(({ name, count }) => [name, count]));
}
