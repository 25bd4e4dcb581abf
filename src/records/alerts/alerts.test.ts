import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../platform/clock/index.ts';
import type { Mailer } from '../../platform/messages/index.ts';
import { type Mail, testAlerts } from '../../testing/alerts.ts';
import { changing, type NewsKind, noteSeen } from '../changes/index.ts';
import { releaseCase } from '../claims/index.ts';
import { makeAlerts } from './alerts.ts';
import { GROUP_OF, isWritten } from './groups.ts';
import { BUNDLE_MINUTES } from './telling.ts';

const {
  alerts,
  away,
  clock,
  database,
  happen,
  mailer,
  noted,
  parts,
  received,
  refuse,
  someone,
  streams,
  tell,
  work,
} = await testAlerts();

describe('an alert', () => {
  it('says that something changed, how much, and nothing more, whatever it was', async () => {
    const kinds = Object.keys(GROUP_OF).filter((kind): kind is NewsKind => !isWritten(kind));
    const people = await Promise.all(kinds.map(someone));
    for (const [at, kind] of kinds.entries()) {
      const person = people[at];
      if (person === undefined) throw new Error('nobody');
      await changing(database, clock, 'feed', async (_, note) => note(noted(kind, person, `secret-${at}`)));
    }
    await work();
    expect(received.map(({ to }) => to).sort()).toEqual(people.map(({ email }) => email).sort());
    const plain = ({ raw }: Mail) =>
      raw
        .replaceAll(/^(Message-ID|To|Date|Content-Type|List-Unsubscribe|--).*(\r\n[ \t].*)*/gim, '')
        .replaceAll(/token=3D[\w=\r\n-]*/g, '');
    expect(new Set(received.map(plain)).size).toBe(1);
    for (const { raw } of received) {
      expect(raw).not.toMatch(/ARC\d{10}|secret-|Quill/);
      expect(raw).toContain('Subject: Arcadia Immigration: something changed in your account');
    }
  });

  it('can be ended by one POST, as its headers say (RFC 8058), and goes out under the id of the alert', async () => {
    const person = await someone();
    await happen(person);
    await work();
    const [{ raw = '', id = '' } = {}] = received;
    expect(raw).toMatch(
      /^List-Unsubscribe: <https:\/\/portal\.arcadia\.example\/api\/alerts\/unsubscribe\?token=[\w-]+>\r$/m,
    );
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    const { id: alert } = await database
      .selectFrom('alert')
      .select('id')
      .where('account_id', '=', person.id)
      .executeTakeFirstOrThrow();
    expect(id).toBe(`<${alert}@arcadia.example>`);
  });

  it('is of nothing that was imported, that the person did, or that was there when they added the case', async () => {
    const person = await someone();
    await happen(person, 'case-moved', { at: away(-40 * DAY) });
    await happen(person, 'case-moved', { source: 'person' });
    const late = await someone();
    await happen(late);
    await sql`update case_link set linked_at = ${away(MINUTE)} where account_id = ${late.id}`.execute(
      database,
    );
    await work();
    expect(received).toEqual([]);
  });

  it('goes to nobody who lost the case meanwhile, or has looked meanwhile', async () => {
    const [gone, seen, there] = [await someone(), await someone(), await someone()];
    for (const person of [gone, seen, there]) await happen(person);
    await streams.read();
    await releaseCase(parts, gone.receipt, { tell: async () => {}, record: async () => {} });
    const { newest } = await database
      .selectFrom('change')
      .select(({ fn }) => fn.max('seq').as('newest'))
      .executeTakeFirstOrThrow();
    await noteSeen(database, clock, seen.id, { newest, seq: null, at: null });
    await work();
    expect(received.map(({ to }) => to)).toEqual([there.email]);
  });

  it('is one for all that changes soon after another', async () => {
    const person = await someone();
    await happen(person);
    await work();
    for (const kind of ['case-moved', 'document-issued', 'document-issued'] as const) {
      await happen(person, kind);
      await work();
    }
    expect(received.length).toBe(1);
    clock.advance((BUNDLE_MINUTES * MINUTE) / 1_000);
    await work();
    expect(received.map(({ raw }) => /There (is|are) (\d) new/.exec(raw)?.[2])).toEqual(['1', '3']);
  });
});

describe('alerts while the mail server is down', () => {
  it('all go out afterwards, in order and none twice', async () => {
    const people = await Promise.all([someone(), someone()]);
    refuse(true);
    for (let minutes = 0; minutes < 60; minutes += 10) {
      for (const person of people) await happen(person);
      await work();
      clock.advance(600);
    }
    expect(received).toEqual([]);
    refuse(false);
    for (let minutes = 0; minutes < 14; minutes += 1) {
      await work();
      clock.advance(60);
    }
    for (const { email } of people) {
      const own = received.filter(({ to }) => to === email);
      expect(own.map(({ raw }) => /There (is|are) (\d) new/.exec(raw)?.[2])).toEqual(['1', '5']);
      expect(new Set(own.map(({ id }) => id)).size).toBe(2);
    }
  });
});

describe('workers', () => {
  it('that are two tell everybody once', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, someone));
    for (const person of people) await happen(person);
    await streams.read();
    await Promise.all([tell(), tell(makeAlerts(parts))]);
    await work();
    expect(received.map(({ to }) => to).sort()).toEqual(people.map(({ email }) => email).sort());
  });

  it('that die between leave nothing half done, and one person keeps nobody else from being told', async () => {
    const [first, second] = [await someone(), await someone()];
    await happen(first);
    await happen(second);
    await streams.read();
    /** Writes as the other does, and then is gone. */
    const dying: Mailer = {
      ...mailer,
      letter: async (transaction, reader, write, sending) => {
        await mailer.letter(transaction, reader, write, sending);
        if (reader.to === first.email) throw new Error('gone');
      },
    };
    await tell(makeAlerts({ ...parts, mailer: dying }));
    await work();
    expect(received.map(({ to }) => to)).toEqual([second.email]);
    clock.advance(600);
    await work();
    expect(received.map(({ to }) => to)).toEqual([second.email, first.email]);
    clock.advance(3_600);
    await work();
    expect(received.length).toBe(2);
  });
});

it('alerts are forgotten after a month, with what they told of', async () => {
  await happen(await someone());
  await work();
  clock.advance((31 * DAY) / 1_000);
  for (const clean of alerts.floor.cleanUp ?? []) await clean();
  for (const table of ['alert', 'alert_delivery'] as const)
    expect(await database.selectFrom(table).selectAll().execute()).toEqual([]);
});
