import { type RawBuilder, sql } from 'kysely';
import type { SealedColumn } from './reseal.ts';
import type { Place } from './vault.ts';

/** A column of what is sealed, with the tables under whose data keys it is. */
export type DeclaredColumn = SealedColumn & {
  readonly under: readonly string[];
  /** Where the value of a row is sealed, for `seal` and `unseal`. */
  place(row: string): Place;
};

type Given = {
  readonly table: string;
  /** The table that has the data keys; several where rows are of one or of another. */
  readonly under: string | readonly string[];
  /** The column that names the row; `id` when left out. */
  readonly row?: string;
  /** Whose data key it is, over the row `t`; the row's own, or its account's, when left out. */
  readonly of?: RawBuilder<string | null>;
};

/** Declares a column of what is sealed: where its values are sealed, and how they are sealed anew. */
export function sealedColumn({ column, ...given }: Given & { readonly column: string }): DeclaredColumn {
  const { table, row = 'id' } = given;
  const under = typeof given.under === 'string' ? [given.under] : given.under;
  const of = given.of ?? (under.includes(table) ? sql`t.${sql.ref(row)}` : sql`t.account_id`);
  return { table, column, row, of, under, place: (id) => ({ table, column, row: id }) };
}

/** The same for several columns of one table. */
export function sealedColumns<Column extends string>(
  given: Given,
  ...columns: readonly Column[]
): { readonly columns: readonly DeclaredColumn[]; place(column: Column, row: string): Place } {
  return {
    columns: columns.map((column) => sealedColumn({ ...given, column })),
    place: (column, row) => ({ table: given.table, column, row }),
  };
}
