import { sql } from 'kysely';
import type { Logger } from 'pino';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { freshDatabase } from '../../testing/database.ts';
import { makeLog } from '../log/index.ts';
import { makeStreams, readingFrom } from '../stream/index.ts';
import {
  hasSecurityEvent,
  recordSecurityEvent,
  securityEvents,
  securityLog,
  verifySecurityEvents,
} from './index.ts';

const { database, clock, connection } = await freshDatabase();

/** Lets the log read the chain. */
const tell = (log: Logger, to = connection) =>
  makeStreams({
    connection: to,
    log: makeLog('silent'),
    readings: [readingFrom(securityEvents, securityLog(log))],
  }).read();

const Told = z.object({ seq: z.number(), kind: z.string(), hash: z.string() });

/** What the log is told of the chain now. */
async function told() {
  const lines: string[] = [];
  await tell(makeLog('info', { write: (line: string) => void lines.push(line) }));
  return z.array(Told).parse(lines.map((line): unknown => JSON.parse(line)));
}

const tamper = async (statement: string) => {
  await sql.raw('alter table security_event disable trigger user').execute(database);
  await sql.raw(statement).execute(database);
  await sql.raw('alter table security_event enable trigger user').execute(database);
};

it('keeps one whole chain when events are recorded side by side', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      recordSecurityEvent(database, clock, { kind: 'signed-in', detail: { n } }),
    ),
  );
  expect(await verifySecurityEvents(database)).toEqual({ is: 'whole', events: 20 });
});

it('tells the log of each event once, in the order of the chain (ASVS 16.4.3)', async () => {
  expect((await told()).map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  expect(await told()).toEqual([]);
  await recordSecurityEvent(database, clock, { kind: 'signed-out' });
  expect(await told()).toEqual([expect.objectContaining({ seq: 21, kind: 'signed-out' })]);
});

it('refuses to change or remove an event (ASVS 16.4.2)', async () => {
  await expect(sql`update security_event set kind = 'x'`.execute(database)).rejects.toThrow('append-only');
  await expect(sql`delete from security_event`.execute(database)).rejects.toThrow('append-only');
  await expect(sql`truncate security_event`.execute(database)).rejects.toThrow('append-only');
});

it('shows an event that was changed behind its back, and one that was removed (ASVS 11.4.3, 16.4.2)', async () => {
  await tamper(`update security_event set detail = '{"n": 99}' where seq = 7`);
  expect(await verifySecurityEvents(database)).toEqual({ is: 'broken', at: 7, why: 'changed' });
  await tamper('delete from security_event where seq = 7');
  expect(await verifySecurityEvents(database)).toEqual({ is: 'broken', at: 7, why: 'missing' });
});

it('shows by the log that the newest events were cut off', async () => {
  const fresh = await freshDatabase();
  const lines: string[] = [];
  for (let n = 0; n < 3; n++) await recordSecurityEvent(fresh.database, clock, { kind: 'signed-in' });
  await tell(makeLog('info', { write: (line: string) => void lines.push(line) }), fresh.connection);
  const { hash } = z.object({ hash: z.string() }).parse(JSON.parse(lines.at(-1) ?? ''));
  const seen = { seq: 3, hash: Buffer.from(hash, 'hex') };
  expect(await hasSecurityEvent(fresh.database, seen)).toBe(true);
  await sql.raw('alter table security_event disable trigger user').execute(fresh.database);
  await sql.raw('delete from security_event where seq = 3').execute(fresh.database);
  expect(await verifySecurityEvents(fresh.database)).toEqual({ is: 'whole', events: 2 });
  expect(await hasSecurityEvent(fresh.database, seen)).toBe(false);
});
