import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { recordSecurityEvent, verifySecurityEvents } from './index.ts';

const { database, clock } = await freshDatabase();

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
