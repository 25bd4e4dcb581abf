import type { DeclaredColumn, IndexedColumn, KeyedColumn, Rotation, Sealing } from '../crypto/index.ts';
import type { Tables } from '../database/index.ts';

export type TableName = keyof Tables;

/** Whether a person's copy of their data has what a table says of them: under which names, or why not. */
type Copied =
  /** Names of `PersonalData`. */
  { readonly copied: readonly string[] } | { readonly leftOut: string };

/** Of whom a table says something. */
export type Keeps =
  /** Of no person. */
  | { readonly of: 'nobody' }
  /**
   * Of whoever has an account. Its rows go with the account's; else `erased` says what removes them, or why they stay, since
   * they say nothing without it.
   */
  | ({ readonly of: 'account'; readonly erased?: 'by-its-room' | { readonly stays: string } } & Copied)
  /**
   * Of the person of a case, which the agency holds and which stays; where `forgotten`, its room removes what the person said of
   * it when their account is erased.
   */
  | ({ readonly of: 'case'; readonly forgotten?: 'by-its-room' } & Copied)
  /** Of somebody who need not have an account, for a time. */
  | { readonly of: 'anybody'; readonly leftOut: string };

/** What a room says of the tables that are its own. Every table of the database is one room's. */
export type RoomTables = {
  readonly tables: { readonly [Table in TableName]?: Keeps };
  /** Those whose rows have data keys. */
  readonly dataKeys?: readonly Pick<Sealing, 'table' | 'id'>[];
  readonly sealed?: readonly DeclaredColumn[];
  readonly indexed?: readonly IndexedColumn[];
  readonly keyed?: readonly KeyedColumn[];
};

/**
 * What it takes to replace the keys of everything that rooms keep.
 * @throws where something is sealed under a table of which no room says that it has data keys
 */
export function rotationOf(rooms: readonly RoomTables[]): Rotation {
  const columns = rooms.flatMap(({ sealed = [] }) => sealed);
  const sealed = rooms
    .flatMap(({ dataKeys = [] }) => dataKeys)
    .map((keys) => ({ ...keys, columns: columns.filter(({ under }) => under.includes(keys.table)) }));
  for (const { table, column, under } of columns)
    for (const each of under)
      if (!sealed.some((keys) => keys.table === each))
        throw new Error(`${table}.${column} is sealed under ${each}, which has no data keys`);
  return {
    indexed: rooms.flatMap(({ indexed = [] }) => indexed),
    keyed: rooms.flatMap(({ keyed = [] }) => keyed),
    sealed,
  };
}
