import { join } from 'node:path';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccountId, createAccount } from '../../identity/core/accounts/index.ts';
import { makePhones, parsePhone } from '../../identity/core/phones/index.ts';
import { makeReach } from '../../identity/core/reach/index.ts';
import { readPolicy } from '../../identity/index.ts';
import { loadAgency } from '../../platform/agency/index.ts';
import { DAY, HOUR, MINUTE } from '../../platform/clock/index.ts';
import type { DataKey } from '../../platform/crypto/index.ts';
import { loadLanguages } from '../../platform/i18n/index.ts';
import { makeLog } from '../../platform/log/index.ts';
import { type Mailer, makeMailer, makeOutbox } from '../../platform/messages/index.ts';
import { makeStreams } from '../../platform/stream/index.ts';
import { bareCase } from '../../testing/bare-case.ts';
import { freshDatabase } from '../../testing/database.ts';
import { PERSON } from '../../testing/identity.ts';
import { linkCase } from '../cases/index.ts';
import { type ChangeSource, changing, type NewsKind, type Noted, noteSeen } from '../changes/index.ts';
import { releaseCase } from '../claims/index.ts';
import { makeAlerts } from './alerts.ts';
import { readStatusNotification } from './bounces.ts';
import { ALERT_GROUPS, type AlertGroup, GROUP_OF, isWritten } from './groups.ts';
import { TELL } from './reader.ts';
import { BUNDLE_MINUTES } from './telling.ts';

const root = join(import.meta.dirname, '../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);
const { database, connection, vault, clock } = await freshDatabase();
const policy = readPolicy({ profile: 'standard' });
const log = makeLog('silent');

/** A mail server in this process, that can be told to refuse. */
type Mail = { readonly to: string; readonly id: string; readonly raw: string };
const received: Mail[] = [];
let refusing = false;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData: (stream, { envelope }, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (refusing) return done(new Error('not now'));
      const raw = Buffer.concat(chunks).toString();
      const id = /^Message-ID: (<.*>)/im.exec(raw)?.[1] ?? '';
      received.push({ to: envelope.rcptTo[0]?.address ?? '', id, raw });
      done();
    });
  },
});
const port = await new Promise<number>((resolve) => {
  const listening = server.listen(0, '127.0.0.1', () => {
    const address = listening.address();
    resolve(typeof address === 'object' && address !== null ? address.port : 0);
  });
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const outbox = makeOutbox({
  vault,
  clock,
  mail: {
    is: 'smtp',
    url: () => `smtp://127.0.0.1:${port}`,
    from: { name: '', address: 'portal@arcadia.example' },
  },
  sms: { is: 'mailbox' },
});
const publicUrl = new URL('https://portal.arcadia.example');
const mailer = makeMailer({ outbox, languages, agency, publicUrl, clock });
const phones = makePhones({ vault, clock, policy: policy.phones });
const parts = {
  database,
  vault,
  clock,
  mailer,
  reach: makeReach({ vault, clock, policy, phones }, agency.timeZone),
  log,
};
const alerts = makeAlerts(parts);
const streams = makeStreams({ connection, log, readings: alerts.floor.readings ?? [] });

const tell = (of = alerts) => of.floor.jobs?.[TELL]?.('', new AbortController().signal);
/** Does all that is to be done now, as workers would; what the mail server refuses stays. */
async function work(): Promise<void> {
  await streams.read();
  await tell();
  const waiting = await database.selectFrom('outbox').select('id').orderBy('id').execute();
  for (const { id } of waiting) await outbox.deliver(database, id).catch(() => {});
}
const texts = () => database.selectFrom('demo_mailbox').select(['recipient', 'text']).orderBy('id').execute();

const away = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds);

let count = 0;
type Someone = {
  readonly id: AccountId;
  readonly key: DataKey;
  readonly email: string;
  readonly receipt: string;
};
/** Somebody who added a case a while ago. */
async function someone(): Promise<Someone> {
  count += 1;
  const own = count;
  const email = `person${own}@example.org`;
  const account = await createAccount(database, parts, {
    person: PERSON,
    email,
    language: 'en',
    passwordHash: 'none',
  });
  if (account === null) throw new Error('taken');
  const receipt = `ARC${String(own).padStart(10, '0')}`;
  await bareCase(database, clock, receipt);
  await linkCase(database, { accountId: account.id, receipt, how: 'claimed', at: away(-HOUR) });
  return { ...account, email, receipt };
}
async function withPhone(person: Someone): Promise<void> {
  const parsed = parsePhone('+12025550142');
  if (parsed.is !== 'number') throw new Error(parsed.is);
  const added = await phones.add(database, { accountId: person.id, key: person.key }, parsed.number);
  if (added.is === 'added') await phones.verify(database, person.id, added.id);
}
/** A change of any kind that is news to somebody. */
function noted(kind: NewsKind, { id, receipt }: Someone, ref: string): Noted {
  const what = { ref, receipt, at: clock.now() };
  switch (kind) {
    case 'paper-copy-sent':
    case 'paper-copy-refused':
    case 'contact-acknowledged':
      return { kind, ...what, accountId: id };
    default:
      return { kind, ...what };
  }
}
const happen = (
  { receipt }: Someone,
  kind: 'case-moved' | 'document-issued' | 'evidence-requested' = 'case-moved',
  { at = clock.now(), source = 'feed' as ChangeSource, ref = 'x' } = {},
) => changing(database, clock, source, async (_, note) => note({ kind, receipt, ref, at }));

beforeEach(async () => {
  refusing = false;
  await work();
  // Whoever was there before is told nothing more.
  await database.updateTable('alert_turn').set({ due_at: null }).execute();
  await database.deleteFrom('demo_mailbox').execute();
  received.length = 0;
});

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
    refusing = true;
    for (let minutes = 0; minutes < 60; minutes += 10) {
      for (const person of people) await happen(person);
      await work();
      clock.advance(600);
    }
    expect(received).toEqual([]);
    refusing = false;
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

describe('what a person chose', () => {
  const only = (email: readonly AlertGroup[], sms: readonly AlertGroup[] = []) => ({
    on: { email, sms },
    quiet: null,
  });

  it('decides when it is sent: what is off by then is not told', async () => {
    const person = await someone();
    await happen(person, 'document-issued');
    await streams.read();
    await alerts.choose(database, person.id, only(['status', 'papers']));
    await work();
    await happen(person, 'case-moved');
    await work();
    expect(received.map(({ raw }) => /There (is|are) (\d) new/.exec(raw)?.[2])).toEqual(['1']);
  });

  it('sends a text message with the same sentence only where it is on, and to a phone that was proven', async () => {
    const person = await someone();
    await alerts.choose(database, person.id, only([], ['papers']));
    await happen(person, 'evidence-requested');
    await work();
    expect(await texts()).toEqual([]);
    await withPhone(person);
    await happen(person, 'case-moved');
    await happen(person, 'evidence-requested');
    await work();
    expect(received).toEqual([]);
    expect(await texts()).toEqual([
      {
        recipient: '+12025550142',
        text: 'Arcadia Immigration: Something changed in your account. Sign in at portal.arcadia.example to see it.',
      },
    ]);
  });

  it('keeps quiet hours, also over a change of clocks, but for papers that are soon due', async () => {
    const person = await someone();
    await alerts.choose(database, person.id, {
      on: { email: ALERT_GROUPS, sms: [] },
      quiet: { from: 22 * 60, until: 7 * 60 },
    });
    const now = clock.now().getTime();
    // The night before clocks go forward in the agency's zone.
    clock.advance((new Date('2027-03-14T04:00:00Z').getTime() - now) / 1_000);
    await happen(person);
    await work();
    clock.advance((7 * HOUR - MINUTE) / 1_000);
    await work();
    expect(received).toEqual([]);
    clock.advance(MINUTE / 1_000);
    await work();
    expect(received.length).toBe(1);
    clock.advance((17 * HOUR) / 1_000);
    const none = Buffer.alloc(1);
    const id = '018f0000-0000-7000-8000-000000000001';
    await database
      .insertInto('evidence_request')
      .values({
        id,
        receipt: person.receipt,
        event: 'e',
        at: clock.now(),
        state: 'open',
        state_at: clock.now(),
        due_on: '2027-03-16',
        first_due_on: '2027-03-16',
        papers_sealed: none,
        digest: none,
        imported_at: clock.now(),
      })
      .execute();
    await happen(person, 'evidence-requested', { ref: id });
    await work();
    expect(received.length).toBe(2);
  });
});

describe('mail that comes back', () => {
  const report = (id: string, action = 'failed') =>
    readStatusNotification(
      [
        'Message-ID: <20261122.1@mx.example>',
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        '',
        '--b',
        'Content-Type: message/delivery-status',
        '',
        'Final-Recipient: rfc822; person@example.org',
        `Action: ${action}`,
        'Status: 5.1.1',
        '',
        '--b',
        'Content-Type: message/rfc822-headers',
        '',
        `Message-ID: ${id}`,
        '--b--',
      ].join('\r\n'),
    );
  const noteBounce = async (id: string, action?: string) => {
    const read = report(id, action);
    if (read === null) throw new Error('not read');
    await alerts.noteBounce(read);
  };

  it('lets the next way tell the same once, and is said to the person until they say that it works', async () => {
    const person = await someone();
    await withPhone(person);
    await alerts.choose(database, person.id, { on: { email: ALERT_GROUPS, sms: ['messages'] }, quiet: null });
    await happen(person);
    await work();
    const [{ id = '' } = {}] = received;
    await noteBounce(id, 'delayed');
    expect((await alerts.settingsOf(person.id)).bounced).toEqual([]);
    await noteBounce(id);
    await noteBounce(id);
    await work();
    await work();
    expect(received.length).toBe(1);
    expect((await texts()).length).toBe(1);
    expect((await alerts.settingsOf(person.id)).bounced).toEqual([person.email]);
    await alerts.retry(database, person.id);
    clock.advance(3_600);
    await happen(person);
    await work();
    expect(received.length).toBe(2);
  });

  it('is nothing where no alert has that id', async () => {
    for (const id of ['<nothing@arcadia.example>', '<018f0000-0000-7000-8000-000000000009@arcadia.example>'])
      await alerts.noteBounce({ messageId: id, action: 'failed' });
    expect(readStatusNotification('Subject: Hello\r\n\r\nAction: failed')).toBeNull();
    expect(await database.selectFrom('alert_bounce').selectAll().execute()).toEqual([]);
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
