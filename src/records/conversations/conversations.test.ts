import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { dayOf } from '../../platform/calendar/index.ts';
import { namedInRows } from '../../platform/storage/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { testBlobs } from '../../testing/blobs.ts';
import { freshDatabase } from '../../testing/database.ts';
import { feedLines } from '../../testing/feed-lines.ts';
import { linkCase } from '../cases/index.ts';
import { releaseCase } from '../claims/index.ts';
import { agencyFeed } from '../feed/index.ts';
import {
  acknowledgeMessages,
  countingUnread,
  loadTopics,
  makeConversations,
  sentMessages,
  withoutTwins,
} from './index.ts';
import { workdaysAfter } from './promise.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const { database, vault, clock } = await freshDatabase();
const blobs = await testBlobs();
const conversations = makeConversations({
  database,
  vault,
  clock,
  blobs,
  topics: loadTopics(agency),
  timeZone: agency.timeZone,
});
const LIMITS = { perDay: 30 };
const PDF = Buffer.from('%PDF-1.7 …%%EOF');
const pdf = (name: string) => ({ name, mediaType: 'application/pdf', bytes: PDF }) as const;

let serial = 0;
let [receipt, owner, other] = ['', '', ''];
beforeEach(async () => {
  receipt = `ARC${String(++serial).padStart(10, '0')}`;
  [owner, other] = [await bareAccount(database, clock), await bareAccount(database, clock)];
  const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
  expect(await fed({ id: `case-${receipt}`, form: 'NAT-1', status: 'case-received', person })).toEqual([]);
  await linkCase(database, { accountId: owner, receipt, how: 'claimed', at: clock.now() });
});

/** Sends lines about the case. @returns why those were bad that were */
async function fed(...lines: readonly object[]): Promise<readonly string[]> {
  const bad: string[] = [];
  await agencyFeed({ agency, database, vault }, clock, {
    blobs,
    files: async () => ({
      is: 'file',
      mediaType: 'application/pdf',
      size: PDF.length,
      sha256: Buffer.from(await crypto.subtle.digest('SHA-256', PDF)),
      open: async function* () {
        yield PDF;
      },
    }),
  }).take(feedLines(...lines.map((line) => ({ receipt, at: clock.now().toISOString(), ...line }))), {
    badLine: (_, reason) => bad.push(reason),
  });
  return bad;
}

const write = (words: string, account = owner, about: string | null = receipt) =>
  conversations.send(
    account,
    { is: 'new', topic: 'other', receipt: about },
    { text: words, files: [] },
    LIMITS,
  );
const reply = (conversation: string, words: string, account = owner) =>
  conversations.send(account, { is: 'reply', conversation }, { text: words, files: [] }, LIMITS);

async function begun(words = 'When?', about: string | null = receipt): Promise<string> {
  const sent = await write(words, owner, about);
  if (sent.is !== 'sent') throw new Error(sent.is);
  return sent.conversation;
}

const found = async (id: string, account = owner) => {
  const conversation = await conversations.conversationOf(account, id);
  if (conversation === null) throw new Error('no conversation');
  return conversation;
};

const unreadOf = async (account: string) =>
  (await sql<{ n: number }>`select ${countingUnread(sql`${account}::uuid`)} as n`.execute(database)).rows[0]
    ?.n;

describe('a message', () => {
  it('that is sent several times at once, or again a little later, is sent once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => write('When is my interview?')));
    expect(all.map(({ is }) => is).sort()).toEqual(['sent', ...Array(4).fill('sent-before')]);
    clock.advance(10 * 60);
    expect((await write('When is my interview?')).is).toBe('sent-before');
    expect((await write('When is my interview??')).is).toBe('sent');
    clock.advance(20 * 60);
    expect((await write('When is my interview?')).is).toBe('sent');
    expect(await conversations.conversationsOf(owner)).toHaveLength(3);
  });

  it('that says the same as before once something was said since is another one', async () => {
    const id = await begun();
    clock.advance(1);
    await reply(id, 'Yes');
    clock.advance(1);
    expect(
      await fed({ kind: 'message', id: `m-${receipt}`, conversation: id, text: 'And the other paper?' }),
    ).toEqual([]);
    clock.advance(1);
    expect((await reply(id, 'Yes')).is).toBe('sent');
  });

  it('goes into nobody else’s conversation or case, as into none that is there', async () => {
    const id = await begun();
    expect(await reply(id, 'Let me in', other)).toEqual({ is: 'not-there' });
    expect(await reply('018f0000-0000-7000-8000-000000000000', 'Hello')).toEqual({ is: 'not-there' });
    expect(await reply('no id', 'Hello')).toEqual({ is: 'not-there' });
    expect(await write('Hello', other)).toEqual({ is: 'not-there' });
    expect(await write('Hello', owner, 'ARC9999999999')).toEqual({ is: 'not-there' });
    expect(await conversations.conversationOf(other, id)).toBeNull();
    expect(await conversations.conversationsOf(other)).toEqual([]);
    expect(
      await conversations.send(
        owner,
        { is: 'new', topic: 'website', receipt },
        { text: 'x', files: [] },
        LIMITS,
      ),
    ).toEqual({
      is: 'not-there',
    });
  });

  it('is one of as many as an account may send on a day, also where they come at once', async () => {
    const three = { perDay: 3 };
    const send = (n: number) =>
      conversations.send(owner, { is: 'new', topic: 'other', receipt }, { text: `${n}`, files: [] }, three);
    const all = await Promise.all([1, 2, 3, 4, 5].map(send));
    expect(all.filter(({ is }) => is === 'too-many')).toHaveLength(2);
    clock.advance(24 * 3600);
    expect((await send(6)).is).toBe('sent');
  });

  it('keeps no file where it is not sent', async () => {
    const send = (account: string) =>
      conversations.send(
        account,
        { is: 'new', topic: 'other', receipt },
        { text: 'Here', files: [pdf('a.pdf')] },
        LIMITS,
      );
    expect((await send(other)).is).toBe('not-there');
    expect((await send(owner)).is).toBe('sent');
    expect((await send(owner)).is).toBe('sent-before');
    const kept = [];
    for await (const { id } of blobs.ids()) kept.push(id);
    expect((await namedInRows(database, kept)).size).toBe(kept.length);
  });

  it('has its files, each under a name of its own, for its readers alone', async () => {
    const files = [pdf('image.pdf'), pdf('image.pdf'), pdf('Image.pdf')];
    const sent = await conversations.send(
      owner,
      { is: 'new', topic: 'other', receipt },
      { text: 'Here', files },
      LIMITS,
    );
    if (sent.is !== 'sent') throw new Error(sent.is);
    const [message] = (await found(sent.conversation)).messages;
    expect(message?.files.map(({ name }) => name)).toEqual(['image.pdf', 'image (2).pdf', 'Image (3).pdf']);
    const id = message?.files[2]?.id ?? '';
    const file = await conversations.openFile(owner, id);
    if (file === null) throw new Error('no file');
    expect(await text(await file.read())).toBe(PDF.toString());
    expect(await conversations.openFile(other, id)).toBeNull();
    expect(await conversations.openFile(owner, 'no id')).toBeNull();
  });
});

describe('an answer', () => {
  it('is promised by a working day, and late only for what was written before it', async () => {
    const id = await begun();
    const promised = workdaysAfter(dayOf(clock.now(), agency.timeZone), 10);
    const before = new Date(clock.now().getTime() + 3_600_000).toISOString();
    expect((await found(id)).answerBy).toBe(promised);
    clock.advance(24 * 3600);
    await reply(id, 'Please');
    expect((await found(id)).answerBy).toBe(promised);
    await fed({ kind: 'message', id: `early-${receipt}`, conversation: id, at: before, text: 'We look.' });
    expect((await found(id)).answerBy).toBe(promised);
    await fed({
      kind: 'message',
      id: `late-${receipt}`,
      conversation: id,
      text: { en: 'Soon.', es: 'Pronto.' },
    });
    const { answerBy, messages } = await found(id);
    expect(answerBy).toBeNull();
    expect(messages.map(({ by, text: said }) => [by, said])).toEqual([
      ['person', 'When?'],
      ['agency', 'We look.'],
      ['person', 'Please'],
      ['agency', { en: 'Soon.', es: 'Pronto.' }],
    ]);
  });

  it('is new until it is read, and stays read', async () => {
    const id = await begun('A question', null);
    expect(await unreadOf(owner)).toBe(0);
    expect(
      await fed({
        kind: 'message',
        id: `m-${receipt}`,
        receipt: undefined,
        conversation: id,
        text: 'An answer',
      }),
    ).toEqual([]);
    expect([await unreadOf(owner), await unreadOf(other)]).toEqual([1, 0]);
    const read = await found(id);
    expect(read.isUnread).toBe(true);
    await conversations.noteRead(owner, read);
    expect(await unreadOf(owner)).toBe(0);
    clock.advance(1);
    await fed({
      kind: 'message',
      id: `n-${receipt}`,
      receipt: undefined,
      conversation: id,
      text: 'One more',
    });
    // What was drawn before it came does not count it as read.
    await conversations.noteRead(owner, read);
    expect(await unreadOf(owner)).toBe(1);
  });

  it('says that the office has what it answers; so does the office', async () => {
    const id = await begun();
    await begun('Another');
    const waiting = [];
    for await (const each of sentMessages(database, vault, null))
      if (each.accountId === owner) waiting.push(each);
    expect(waiting.map(({ text: said }) => said)).toEqual(['When?', 'Another']);
    const second = waiting[1]?.id ?? '';
    expect(await acknowledgeMessages(database, clock, [second])).toEqual([second]);
    expect(await acknowledgeMessages(database, clock, [second])).toEqual([]);
    expect(await acknowledgeMessages(database, clock, ['one'])).toBeNull();
    expect((await found(id)).messages[0]?.acknowledgedAt).toBeNull();
    await fed({ kind: 'message', id: `m-${receipt}`, conversation: id, text: 'Soon' });
    expect((await found(id)).messages[0]?.acknowledgedAt).toEqual(clock.now());
  });
});

describe('a closed conversation', () => {
  it('is followed by another one, in which it goes on', async () => {
    const id = await begun();
    await fed({ kind: 'message', id: `close-${receipt}`, conversation: id, closes: true });
    expect(await found(id)).toMatchObject({ closedAt: clock.now(), answerBy: null, followedBy: null });
    clock.advance(60);
    const both = await Promise.all([reply(id, 'One more thing'), reply(id, 'And another')]);
    const [later] = both.map((sent) => (sent.is === 'sent' && sent.isFollowUp ? sent.conversation : null));
    expect(both).toEqual([
      { is: 'sent', conversation: later, isFollowUp: true },
      { is: 'sent', conversation: later, isFollowUp: true },
    ]);
    expect((await found(id)).followedBy).toBe(later);
    expect(await found(later ?? '')).toMatchObject({ follows: id, receipt, topic: 'other', closedAt: null });
  });
});

describe('a conversation of a case', () => {
  it('that the agency began is there for whoever has the case, and for nobody once it is taken out', async () => {
    expect(
      await fed({
        kind: 'message',
        id: `hello-${receipt}`,
        topic: 'papers',
        text: 'Please call.',
        files: ['a.pdf'],
      }),
    ).toEqual([]);
    const [begunByUs] = await conversations.conversationsOf(owner);
    expect(begunByUs).toMatchObject({ receipt, topic: 'papers', lastBy: 'agency', isUnread: true });
    expect(await unreadOf(other)).toBe(0);
    const id = begunByUs?.id ?? '';
    expect((await reply(id, 'I will')).is).toBe('sent');
    const own = await begun('Private words');

    await releaseCase({ database, clock }, receipt, { tell: async () => {}, record: async () => {} });
    for (const each of [id, own]) expect(await conversations.conversationOf(owner, each)).toBeNull();
    expect([await unreadOf(owner), await reply(own, 'Hello?')]).toEqual([0, { is: 'not-there' }]);

    // Whoever has the case then reads what the agency wrote of it, and nothing of another person.
    await linkCase(database, { accountId: other, receipt, how: 'claimed', at: clock.now() });
    expect((await found(id, other)).messages.map(({ by }) => by)).toEqual(['agency']);
    expect(await conversations.conversationOf(other, own)).toBeNull();
    expect(await conversations.conversationsOf(other)).toHaveLength(1);
  });

  it('is known again by the agency’s ids, and refuses what does not fit', async () => {
    const id = await begun();
    const line = { kind: 'message', id: `m-${receipt}`, conversation: id, text: 'Yes.', files: ['a.pdf'] };
    expect(await fed(line, line)).toEqual([]);
    expect(await fed({ ...line, text: 'No.' })).toEqual(['the event id is already known with other content']);
    const bad = async (more: object) => (await fed({ kind: 'message', id: `bad-${receipt}`, ...more }))[0];
    expect(await bad({ conversation: 'nothing', text: 'x' })).toBe('the case has no such conversation');
    expect(await bad({ conversation: id, receipt: undefined, text: 'x' })).toBe(
      'the case has no such conversation',
    );
    expect(await bad({ topic: 'other', receipt: 'ARC9999999999', text: 'x' })).toBe('the case is not known');
    expect(await bad({ topic: 'weather', text: 'x' })).toBe('topic "weather" is not known');
    expect(await bad({ topic: 'website', text: 'x' })).toBe('topic "website" is about no case');
    expect(await bad({ conversation: id })).toBe('one of "text" and "closes" is needed');
    expect(await bad({ conversation: id, closes: true, files: ['a.pdf'] })).toBe(
      '"files" come with a "text"',
    );
    expect((await found(id)).messages).toHaveLength(2);
    // By its own id of a message in it, too.
    expect(await fed({ kind: 'message', id: `n-${receipt}`, conversation: line.id, text: 'More.' })).toEqual(
      [],
    );
    expect((await found(id)).messages).toHaveLength(3);
  });
});

it('names of files that are the same are told apart', () => {
  const named = (...names: string[]) => withoutTwins(names.map((name) => ({ name }))).map(({ name }) => name);
  expect(named('a.jpg', 'a.jpg', 'a (2).jpg', 'b', 'b')).toEqual([
    'a.jpg',
    'a (2).jpg',
    'a (2) (2).jpg',
    'b',
    'b (2)',
  ]);
});

it('working days leave out Saturdays and Sundays', () => {
  expect([1, 2, 5].map((days) => workdaysAfter('2027-01-08', days))).toEqual([
    '2027-01-11',
    '2027-01-12',
    '2027-01-15',
  ]);
});
