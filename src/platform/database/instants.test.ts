import fc from 'fast-check';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { readInstant, TIMESTAMPTZ_OID } from './instants.ts';

const { database } = await freshDatabase();

it('an instant is read as the driver would, whenever it is', () => {
  const drivers = pg.types.getTypeParser(TIMESTAMPTZ_OID);
  const written = fc
    .record({
      at: fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      fraction: fc.stringMatching(/^(\.\d{0,5}[1-9])?$/),
      zone: fc.constantFrom('+00', '+00', '+02', '-05:30'),
    })
    .map(({ at, fraction, zone }) => `${at.toISOString().slice(0, 19).replace('T', ' ')}${fraction}${zone}`);
  fc.assert(
    fc.property(written, (text) => {
      expect(readInstant(text)).toEqual(drivers(text));
    }),
    { numRuns: 2_000 },
  );
  for (const text of ['infinity', '-infinity', '12026-01-01 00:00:00+00', '0044-03-15 12:00:00+00 BC'])
    expect(readInstant(text)).toEqual(drivers(text));
});

it('an instant comes back from the database as it went in, to the millisecond', async () => {
  for (const at of ['2026-11-30T20:31:45.123Z', '1999-12-31T23:59:59.999Z', '2400-02-29T00:00:00.000Z']) {
    const { rows } = await sql<{ at: unknown }>`select ${new Date(at)}::timestamptz as at`.execute(database);
    expect(rows[0]?.at).toEqual(new Date(at));
  }
});
