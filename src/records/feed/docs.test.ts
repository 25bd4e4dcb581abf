import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadAgency } from '../../platform/agency/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { testBlobs } from '../../testing/blobs.ts';
import { movableClock } from '../../testing/clock.ts';
import { freshDatabase } from '../../testing/database.ts';
import { linkCase } from '../cases/index.ts';
import { LARGEST_FILE, makeDocuments } from '../documents/index.ts';
import { agencyFeed, folderOfFiles } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const feedPage = readFileSync(join(root, 'docs/feed.md'), 'utf8');
const noticesPage = readFileSync(join(root, 'docs/notices.md'), 'utf8');
const { database, vault, clock } = await freshDatabase();
const blobs = await testBlobs();
const folder = mkdtempSync(join(tmpdir(), 'portico-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() =>
  sql`truncate case_record, account, account_agency_number, conversation, change cascade`.execute(database),
);

const Line = z.looseObject({ id: z.string(), kind: z.string().default('status') });
type Line = z.infer<typeof Line>;

/** The lines that a page shows: its blocks of JSON, and what it lets the reader write by `echo`. */
const shown = (page: string): readonly Line[] =>
  [...page.matchAll(/```json\n([\s\S]*?)\n```/g)]
    .map(([, block = '']) => Line.safeParse(JSON.parse(block)))
    .flatMap((parsed) => (parsed.success && 'at' in parsed.data ? [parsed.data] : []));
const echoed = (page: string): readonly string[] =>
  [...page.matchAll(/^ *echo '(.*)' > /gm)].map(([, line = '']) => line);

async function take(lines: readonly (object | string | Buffer)[], from?: string) {
  const bad: string[] = [];
  const filing = from === undefined ? undefined : { blobs, files: folderOfFiles(from) };
  const summary = await agencyFeed({ agency, database, vault }, clock, filing).take(
    (async function* () {
      for (const line of lines) {
        yield Buffer.isBuffer(line)
          ? line
          : Buffer.from(typeof line === 'string' ? line : JSON.stringify(line));
        yield Buffer.from('\n');
      }
    })(),
    { badLine: (line, reason) => bad.push(`${line}: ${reason}`) },
  );
  return { ...summary, bad };
}

describe('what the documentation lets an agency send', () => {
  it('is taken as one feed, and known when it is sent again', async () => {
    const lines = shown(feedPage);
    expect([...new Set(lines.map(({ kind }) => kind))]).toEqual([
      'status',
      'document',
      'document-withdrawn',
      'evidence-request',
      'evidence-request-state',
      'paper-copy',
      'contact-acknowledged',
      'safe-address',
      'slots',
      'appointment',
      'message',
    ]);
    writeFileSync(join(folder, 'appointment-5519.pdf'), '%PDF-1.7\n');
    const copies = lines.filter(({ kind }) => kind === 'paper-copy');
    const confirmations = lines.filter(({ kind }) => kind === 'contact-acknowledged');
    const others = lines.filter((line) => ![...copies, ...confirmations].includes(line));
    expect(await take(others, folder)).toMatchObject({ added: others.length, bad: [] });
    await askForCopy('doc-6001', new Date('2026-06-10T10:00:00Z'));
    expect(await take(copies, folder)).toMatchObject({ added: copies.length, bad: [] });
    await giveContact(String(confirmations[0]?.['contact']));
    expect(await take(confirmations)).toMatchObject({ added: confirmations.length, bad: [] });
    expect(await take(lines, folder)).toMatchObject({ added: 0, known: lines.length, bad: [] });
  });

  it('is taken by the demonstration, whose receipts it names', async () => {
    const demo = readFileSync(join(agency.folder, 'demo/feed.ndjson'), 'utf8').split('\n').filter(Boolean);
    expect((await take(demo, join(agency.folder, 'demo/files'))).bad).toEqual([]);
    const lines = [...echoed(feedPage), ...echoed(noticesPage)];
    expect(lines).toHaveLength(3);
    expect(await take(lines)).toMatchObject({ added: lines.length, bad: [] });
    const receipts = [...feedPage.matchAll(/^\| `([A-Z]{3}\d{10})` /gm)].map(([, receipt = '']) => receipt);
    expect(receipts.length).toBeGreaterThan(0);
    for (const receipt of receipts) expect(demo.some((line) => line.includes(receipt))).toBe(true);
  });
});

/** Somebody's contact details under an id, as if Portico had given it out. */
async function giveContact(id: string): Promise<void> {
  const accountId = await bareAccount(database, clock);
  await linkCase(database, { accountId, receipt: RECEIPT, how: 'claimed', at: clock.now() });
  await database
    .insertInto('contact_version')
    .values({ id, account_id: accountId, version: 1, at: clock.now(), details_sealed: Buffer.alloc(1) })
    .execute();
}

async function askForCopy(event: string, at: Date): Promise<void> {
  const accountId = await bareAccount(database, clock);
  await linkCase(database, { accountId, receipt: RECEIPT, how: 'claimed', at });
  const { id } = await database
    .selectFrom('document')
    .where('event', '=', event)
    .select('id')
    .executeTakeFirstOrThrow();
  const documents = makeDocuments({ database, vault, clock: movableClock(at), blobs });
  expect(await documents.askPaperCopy(accountId, id)).toEqual({ is: 'asked' });
}

const CONTACT = '018f0000-0000-7000-8000-0000000000c1';
const RECEIPT = 'ARC2190000042';
const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
const said = (id: string, more: object) => ({ id, receipt: RECEIPT, at: '2026-06-01T10:00:00Z', ...more });
const status = (more: object = {}, id = 'x') =>
  said(id, { form: 'NAT-1', status: 'case-received', person, ...more });
const letter = (more: object = {}, id = 'x') =>
  said(id, {
    kind: 'document',
    type: 'receipt',
    issuedOn: '2026-06-01',
    template: { name: 'receipt', data: { received: '2026-05-29', applicant: 'Amina Haddad' } },
    ...more,
  });
const withData = (more: object) =>
  letter({
    template: { name: 'receipt', data: { received: '2026-05-29', applicant: 'Amina Haddad', ...more } },
  });
const file = (name: string, more: object = {}) =>
  letter({ type: 'letter', template: undefined, file: name, ...more });
const request = (more: object = {}, id = 'x') =>
  said(id, { kind: 'evidence-request', papers: [{ name: 'Passport' }], dueOn: '2026-08-25', ...more });
const requestState = (more: object = {}) =>
  said('x', { kind: 'evidence-request-state', request: 'r', state: 'answered', ...more });
const copy = (more: object = {}) => said('x', { kind: 'paper-copy', document: 'd', state: 'sent', ...more });
const confirmation = (more: object = {}) =>
  said('x', { kind: 'contact-acknowledged', contact: CONTACT, ...more });
const safeAddress = (more: object = {}) => said('x', { kind: 'safe-address', state: 'set', ...more });
const times = (more: object = {}) => ({
  id: 'x',
  at: '2026-06-01T10:00:00Z',
  kind: 'slots',
  office: 'novaria',
  type: 'biometrics',
  times: [{ start: '2026-07-14T09:00', capacity: 1 }],
  ...more,
});
const timesAt = (start: string, capacity: unknown = 1) => times({ times: [{ start, capacity }] });
const come = (more: object = {}, id = 'x') =>
  said(id, {
    kind: 'appointment',
    state: 'fixed',
    type: 'interview',
    office: 'novaria',
    start: '2026-07-14T09:00',
    ...more,
  });
const message = (more: object = {}) =>
  said('x', { kind: 'message', topic: 'other', text: 'Please call.', ...more });
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

/** A line for everything that a reason says. */
const BAD: readonly (object | string | Buffer)[] = [
  'event',
  '[]',
  Buffer.from([0xff]),
  JSON.stringify(status({ detail: 'x'.repeat(70_000) })),
  said('x', { kind: 'other' }),
  status({ status: undefined }),
  status({ status: 1 }),
  status({ person: 'Amina' }),
  request({ papers: 'Passport' }),
  status({ mood: 'good' }),
  status({ 'Amina Haddad': 1 }),
  request({ papers: [] }),
  status({ person: { ...person, given: 'x'.repeat(201) } }),
  status({ person: { ...person, given: 'a\u202eb' } }),
  request({ papers: [{ name: 7 }] }),
  status({ detail: { fr: 'x' } }),
  letter({ issuedOn: '2026-02-30' }),
  status({ at: 'today' }),
  status({ at: '1949-12-31T00:00:00Z' }),
  request({ dueOn: '2126-01-01' }),
  status({ at: '2027-06-01T10:00:00Z' }),
  status({ person: { ...person, born: '2027-06-01' } }),
  status({ detail: deep(17) }),
  status({}, 'two words'),
  status({ receipt: 'ARC1' }),
  status({ detail: 'other' }, 's'),
  letter({ receipt: 'ARC2190000099' }),
  status({ form: 'NO-1' }),
  status({ status: 'no-status' }),
  status({ form: 'FAM-3', status: 'oath-taken' }),
  status({ office: 'nowhere' }),
  status({ person: { ...person, given: '', family: '' } }),
  status({ person: { ...person, birthCountry: 'Lebanon' } }),
  status({ person: { ...person, agencyNumber: '?' } }),
  status({ accessCode: '123' }),
  letter({ type: 'spell' }),
  letter({ template: { name: 'spell', data: {} } }),
  letter({ type: 'letter' }),
  letter({ template: undefined }),
  letter({ title: 'A' }),
  withData({ reply_by: '2026-06-09' }),
  withData({ applicant: undefined }),
  withData({ received: 'yesterday' }),
  letter({
    type: 'request',
    template: { name: 'request-for-evidence', data: { replyBy: '2026-06-09', papers: ['a', ' '] } },
  }),
  withData({ fee: { fr: 'x' } }),
  withData({ fee: 'x'.repeat(40_000) }),
  withData({ applicant: 'a\u202eb' }),
  file('letters/a.pdf'),
  file('missing.pdf'),
  file('link.pdf'),
  file('folder.pdf'),
  file('page.pdf'),
  file('large.pdf'),
  copy({ document: 'nothing' }),
  requestState({ request: 'nothing' }),
  letter({ replaces: 'nothing' }),
  letter({ replaces: 'other' }),
  request({ papers: Array.from({ length: 51 }, () => ({ name: 'Passport' })) }),
  letter({
    template: {
      name: 'receipt',
      data: { received: '2026-05-29', applicant: 'A' },
      recipient: { name: 'A', address: Array.from({ length: 9 }, () => 'a') },
    },
  }),
  requestState({ state: 'lost' }),
  copy({ state: 'lost' }),
  confirmation(),
  confirmation({ contact: 'me' }),
  confirmation({ contact: '018f0000-0000-7000-8000-0000000000c2' }),
  safeAddress({ state: 'lost' }),
  message({ conversation: 'nothing', topic: undefined }),
  message({ topic: 'weather' }),
  message({ topic: 'website' }),
  message({ topic: undefined }),
  message({ conversation: 'nothing' }),
  message({ conversation: 'nothing', topic: undefined, text: undefined }),
  message({ conversation: 'nothing', topic: undefined, text: undefined, closes: true, files: ['a.pdf'] }),
  message({ files: Array.from({ length: 11 }, () => 'a.pdf') }),
  message({ files: ['letters/a.pdf'] }),
  requestState({ dueOn: '2026-09-01' }),
  copy(),
  times({ office: 'nowhere', type: 'tea' }),
  times({ times: Array.from({ length: 501 }, () => ({ start: '2026-07-14T09:00', capacity: 1 })) }),
  times({ times: Array.from({ length: 2 }, () => ({ start: '2026-07-14T09:00', capacity: 1 })) }),
  timesAt('2026-07-14'),
  timesAt('2026-07-14T09:00', 1.5),
  timesAt('2026-07-14T09:00', -1),
  timesAt('2026-07-14T09:00', 1001),
  timesAt('2026-07-14T09:00', 'many'),
  come({ start: 'noon' }),
  come({ start: '2027-03-14T02:30' }),
  come({ start: '2026-11-01T01:30' }),
  come({ start: '2026-11-01T01:30-03:00' }),
  come({ offices: Array.from({ length: 51 }, () => 'novaria') }),
  come({ state: 'lost' }),
  come({ appointment: 'y' }),
  come({ state: 'done', type: undefined, office: undefined, start: undefined, appointment: 'nothing' }),
  come({}, 'c2'),
];

describe('the reasons that the documentation explains', () => {
  const [, table = ''] = /\n(\| Reason[\s\S]*?)\n\n/.exec(feedPage) ?? [];
  const documented = table
    .split('\n')
    .slice(2)
    .flatMap((row) =>
      [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, reason = '']) => reason),
    );
  const matching = (reason: string) =>
    new RegExp(
      `^${reason
        .split('…')
        .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
    );

  it('are those that lines are refused with, each of them and no others', async () => {
    const files = join(folder, 'bad');
    mkdirSync(files);
    writeFileSync(join(files, 'page.pdf'), '<html>');
    writeFileSync(join(files, 'large.pdf'), '%PDF-1.7\n');
    truncateSync(join(files, 'large.pdf'), LARGEST_FILE + 1);
    symlinkSync('page.pdf', join(files, 'link.pdf'));
    mkdirSync(join(files, 'folder.pdf'));
    const good = [
      status({}, 's'),
      status({ receipt: 'ARC2190000043' }, 's2'),
      letter({}, 'd'),
      letter({ receipt: 'ARC2190000043' }, 'other'),
      request({}, 'r'),
      come({}, 'c1'),
    ];
    expect((await take(good)).bad).toEqual([]);
    await giveContact(CONTACT);
    expect((await take([{ ...confirmation(), id: 'c' }])).bad).toEqual([]);
    const { bad } = await take(BAD, files);
    expect(bad).toHaveLength(BAD.length);
    const withoutFolder = await take([file('a.pdf')]);
    const wholes = [...bad, ...withoutFolder.bad].map((line) => line.replace(/^\d+: /, ''));
    // A reason may have a semicolon of its own.
    const parts = wholes.flatMap((whole) => [whole, ...whole.split('; ')]);
    const isSaid = (each: string) => parts.some((part) => matching(each).test(part));
    expect(documented.length).toBeGreaterThan(50);
    expect(documented.filter((each) => !isSaid(each))).toEqual([]);
    const isExplained = (part: string) => documented.some((each) => matching(each).test(part));
    const unexplained = wholes.filter(
      (whole) => !isExplained(whole) && !whole.split('; ').every(isExplained),
    );
    expect(unexplained).toEqual([]);
  });
});
