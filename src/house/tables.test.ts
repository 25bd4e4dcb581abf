import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Keeps } from '../platform/tables/index.ts';
import { ROTATION, TABLES } from '../tables.ts';
import { testApp } from '../testing/app.ts';

const { app, database } = await testApp();
const KEPT = TABLES.flatMap(({ tables }) => Object.entries(tables));
const keptOf = (table: string): Keeps => {
  const [, keeps] = KEPT.find(([name]) => name === table) ?? [];
  if (keeps === undefined) throw new Error(`no room says whose ${table} is`);
  return keeps;
};
const personalData = app.floors.flatMap((floor) => floor.personalData ?? []);

type Column = { readonly table: string; readonly column: string };
/** The columns of our own tables. */
const { rows: columns } = await sql<Column>`
  select c.table_name as table, c.column_name as column
  from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
  where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
    and t.table_name not like 'schema_migration%'`.execute(database);
const has = (table: string, which: RegExp) =>
  columns.some((each) => each.table === table && which.test(each.column));

/** The tables whose rows go with those of another, over as many steps as it takes. */
async function goingWith(table: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ table: string }>`
    with recursive going as (
      select ${table}::regclass::oid as oid
      union
      select c.conrelid from pg_constraint c join going on c.confrelid = going.oid
      where c.contype = 'f' and c.confdeltype = 'c'
    ) select oid::regclass::text as table from going`.execute(database);
  return new Set(rows.map((row) => row.table));
}

/** The columns that a list of theirs names twice, or that are not of a table of the room. */
const strange = TABLES.flatMap(({ tables, dataKeys = [], sealed = [], indexed = [], keyed = [] }) =>
  [...dataKeys, ...sealed, ...indexed, ...keyed]
    .map(({ table }) => table)
    .filter((table) => !(table in tables)),
);

describe('every table of the database', () => {
  it('is of one room, which says whose it is', () => {
    const own = [...new Set(columns.map(({ table }) => table))].sort();
    expect(own.length).toBeGreaterThan(30);
    expect(KEPT.map(([table]) => table).sort()).toEqual(own);
    expect(strange).toEqual([]);
  });

  it('that says nothing of a person has no column of one', () => {
    const nobodys = KEPT.filter(([, { of }]) => of === 'nobody').map(([table]) => table);
    expect(nobodys.length).toBeGreaterThan(0);
    for (const table of nobodys)
      expect([
        table,
        has(table, /_sealed$|_index$|^(account_id|receipt|data_key|subject|recipient)$/),
      ]).toEqual([table, false]);
  });

  it('that has sealed columns is in the rotation of its room with all of them, and no other is', () => {
    const sealed = columns.filter(({ column }) => column.endsWith('_sealed'));
    const known = TABLES.flatMap((room) => room.sealed ?? []);
    const names = (list: readonly Column[]) => list.map(({ table, column }) => `${table}.${column}`).sort();
    expect(names(known)).toEqual(names(sealed));
    const keys = columns.filter(({ column }) => column === 'data_key').map(({ table }) => table);
    expect(ROTATION.sealed.map(({ table }) => table).sort()).toEqual(keys.sort());
    for (const { table, columns: under } of ROTATION.sealed)
      expect([table, under.length > 0]).toEqual([table, true]);
  });

  it('that names an account is said to be of one, and goes with it, is erased by its room, or says why it stays', async () => {
    const withAccounts = await goingWith('account');
    for (const { table } of columns.filter(({ column }) => column === 'account_id'))
      expect([table, keptOf(table).of]).toEqual([table, 'account']);
    const ofAccounts = KEPT.filter(([, { of }]) => of === 'account').map(([table]) => table);
    const staying = ofAccounts.filter((table) => !withAccounts.has(table));
    expect(staying.sort()).toEqual(
      ofAccounts
        .filter((table) => {
          const keeps = keptOf(table);
          return keeps.of === 'account' && keeps.erased !== undefined;
        })
        .sort(),
    );
    // Beside those of accounts, what the agency holds goes with nothing.
    for (const [table, { of }] of KEPT)
      if (of === 'case' || of === 'nobody') expect([table, withAccounts.has(table)]).toEqual([table, false]);
    const byRooms = KEPT.filter(
      ([, keeps]) =>
        (keeps.of === 'account' && keeps.erased === 'by-its-room') ||
        (keeps.of === 'case' && keeps.forgotten === 'by-its-room'),
    );
    expect(personalData.filter(({ erase }) => erase !== undefined)).toHaveLength(byRooms.length);
  });

  it('stands in the copy of a person under the names that it says, and says why where it does not', () => {
    const inCopy = personalData.filter(({ read }) => read !== undefined).map(({ name }) => name);
    expect(new Set(inCopy).size).toBe(inCopy.length);
    const said = KEPT.flatMap(([, keeps]) => ('copied' in keeps ? keeps.copied : []));
    expect([...new Set(said)].sort()).toEqual([...inCopy].sort());
    for (const [table, keeps] of KEPT)
      if ('leftOut' in keeps) expect([table, keeps.leftOut.length > 10]).toEqual([table, true]);
  });
});
