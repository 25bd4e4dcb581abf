import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { sealedColumn, sealedColumns } from '../crypto/index.ts';
import { type RoomTables, rotationOf } from './index.ts';

const id = { column: 'id', type: 'uuid' } as const;
const name = sealedColumn({ table: 'passkey', column: 'name_sealed', under: 'account' });
const both = sealedColumn({
  table: 'sms_code',
  column: 'number_sealed',
  under: ['sign_up', 'recovery'],
  of: sql`t.attempt`,
});
const own = sealedColumns({ table: 'recovery', under: 'recovery' }, 'asked_sealed', 'secret_sealed');
const rooms: readonly RoomTables[] = [
  { tables: {}, sealed: [name, both] },
  { tables: {}, dataKeys: [{ table: 'account', id }] },
  { tables: {}, dataKeys: [{ table: 'recovery', id }], sealed: own.columns },
  { tables: {}, dataKeys: [{ table: 'sign_up', id }] },
];

describe('what rooms seal', () => {
  it('is sealed where it is declared', () => {
    expect(name.place('x')).toEqual({ table: 'passkey', column: 'name_sealed', row: 'x' });
    expect(own.place('asked_sealed', 'y')).toEqual({ table: 'recovery', column: 'asked_sealed', row: 'y' });
  });

  it('is sealed anew with all that is under the same data keys, of whatever room', () => {
    const joined = rotationOf(rooms).sealed.map(({ table, columns }) => [
      table,
      columns.map((column) => `${column.table}.${column.column}`),
    ]);
    expect(joined).toEqual([
      ['account', ['passkey.name_sealed']],
      ['recovery', ['sms_code.number_sealed', 'recovery.asked_sealed', 'recovery.secret_sealed']],
      ['sign_up', ['sms_code.number_sealed']],
    ]);
  });

  it('is refused under what has no data keys', () => {
    expect(() => rotationOf(rooms.slice(0, 3))).toThrow(
      'sms_code.number_sealed is sealed under sign_up, which has no data keys',
    );
  });
});
