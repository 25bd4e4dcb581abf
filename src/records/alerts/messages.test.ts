import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { loadLanguages } from '../../platform/i18n/index.ts';
import { makeLog } from '../../platform/log/index.ts';
import { makeMailer, makeOutbox } from '../../platform/messages/index.ts';
import { makeStreams } from '../../platform/stream/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { testBlobs } from '../../testing/blobs.ts';
import { freshDatabase } from '../../testing/database.ts';
import { feedLines } from '../../testing/feed-lines.ts';
import { linkCase } from '../cases/index.ts';
import { releaseCase } from '../claims/index.ts';
import { loadTopics, makeConversations } from '../conversations/index.ts';
import { agencyFeed } from '../feed/index.ts';
import { makeAlerts } from './alerts.ts';
import { TELL } from './reader.ts';

const root = join(import.meta.dirname, '../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);
const { database, connection, vault, clock } = await freshDatabase();
const log = makeLog('silent');
const outbox = makeOutbox({ vault, clock, mail: { is: 'mailbox' }, sms: { is: 'mailbox' } });
const publicUrl = new URL('https://portal.arcadia.example');
const alerts = makeAlerts({
  database,
  vault,
  clock,
  log,
  mailer: makeMailer({ outbox, languages, agency, publicUrl, clock }),
  reach: async (_, accountId) => ({
    emails: [{ id: randomUUID(), to: `${accountId}@example.org` }],
    phones: [],
    language: 'en',
    timeZone: agency.timeZone,
  }),
});
const streams = makeStreams({ connection, log, readings: alerts.floor.readings ?? [] });
const blobs = await testBlobs();
const topics = loadTopics(agency);
const conversations = makeConversations({
  database,
  vault,
  clock,
  blobs,
  topics,
  timeZone: agency.timeZone,
});

let serial = 0;
let [receipt, account] = ['', ''];
beforeEach(async () => {
  receipt = `ARC${String(++serial).padStart(10, '0')}`;
  account = await bareAccount(database, clock);
  const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
  await feed({ kind: 'status', id: `case-${receipt}`, form: 'NAT-1', status: 'case-received', person });
  await linkCase(database, { accountId: account, receipt, how: 'claimed', at: clock.now() });
  clock.advance(60);
});

const write = (line: object) => feed({ kind: 'message', text: 'Please call us', ...line });

async function feed(line: object): Promise<void> {
  const bad: string[] = [];
  await agencyFeed({ agency, database, vault }, clock).take(
    feedLines({ receipt, at: clock.now().toISOString(), ...line }),
    { badLine: (_, reason) => bad.push(reason) },
  );
  expect(bad).toEqual([]);
}

/** To how many addresses of the person an alert is on its way, once all is done that is to be done. */
async function alerted(): Promise<number> {
  await streams.read();
  await alerts.floor.jobs?.[TELL]?.('', new AbortController().signal);
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from alert where account_id = ${account}`.execute(database);
  return rows[0]?.count ?? 0;
}

describe('what the agency writes', () => {
  it('is told to whom it is written, once', async () => {
    await write({ id: `a-${receipt}`, topic: 'papers' });
    expect(await alerted()).toBe(1);
    expect(await alerted()).toBe(1);
  });

  it('is told also as an answer to what is about no case', async () => {
    const sent = await conversations.send(
      account,
      { is: 'new', topic: 'other', receipt: null },
      { text: 'Hello', files: [] },
      { perDay: 9 },
    );
    if (sent.is !== 'sent') throw new Error(sent.is);
    expect(await alerted()).toBe(0);
    await write({ id: `b-${receipt}`, receipt: undefined, conversation: sent.conversation, closes: true });
    expect(await alerted()).toBe(1);
  });

  it('is not told to whoever read it meanwhile, or may not read it any more', async () => {
    await write({ id: `c-${receipt}`, topic: 'papers' });
    for (const each of await conversations.detailsOf(account)) await conversations.noteRead(account, each);
    expect(await alerted()).toBe(0);
    await write({ id: `d-${receipt}`, topic: 'papers' });
    await releaseCase({ database, clock }, receipt, { tell: async () => {}, record: async () => {} });
    expect(await alerted()).toBe(0);
  });
});
