import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { testBlobs } from '../../testing/blobs.ts';
import { freshDatabase } from '../../testing/database.ts';
import { changesFor, linkCase } from '../cases/index.ts';
import { makeDocuments } from '../documents/index.ts';
import { makeFeed } from '../feed/index.ts';
import { intakeRules } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const { database, vault, clock } = await freshDatabase();
const needs = { ...intakeRules(agency, clock), database, vault };

type Line = { readonly id: string } & Readonly<Record<string, unknown>>;

async function take(lines: readonly Line[], batchSize = 1000) {
  const bad: string[] = [];
  const source = (async function* () {
    for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
  })();
  const summary = await makeFeed({ ...needs, batchSize }).take(source, {
    badLine: (number, reason) => bad.push(`${number}: ${reason}`),
  });
  return { summary, bad };
}

const clear = () => sql`truncate case_record, account_agency_number, change cascade`.execute(database);
beforeEach(clear);

/** What has come in, by the agency's own ids. */
async function stored(): Promise<unknown> {
  const rows = async (query: ReturnType<typeof sql>) => (await query.execute(database)).rows;
  return {
    cases: await rows(sql`select receipt, status, latest_event from case_record order by receipt`),
    events: await rows(sql`select id, receipt, at from case_event order by id`),
    documents: await rows(sql`
      select d.event, d.receipt, d.type, d.issued_on, d.at, d.state, d.replaced_at, d.withdrawn_at, d.template,
        old.event as replaces, new.event as replaced_by
      from document d left join document old on old.id = d.replaces left join document new on new.id = d.replaced_by
      order by d.event`),
    withdrawals: await rows(sql`select event, at from document_withdrawal order by event`),
    requests: await rows(sql`
      select r.event, r.receipt, r.at, r.state, r.state_at, r.due_on, d.event as document
      from evidence_request r left join document d on d.id = r.document_id order by r.event`),
    states: await rows(sql`select event, at, state, due_on from evidence_request_state order by event`),
  };
}

const RECEIPTS = ['ARC0000000001', 'ARC0000000002'] as const;
const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
const said = (id: string, receipt: string, hour: number): Line => ({
  id,
  receipt,
  at: new Date(Date.UTC(2026, 5, 1, hour)).toISOString(),
});
const status = (id: string, receipt: string, hour = 0): Line => ({
  ...said(id, receipt, hour),
  form: 'NAT-1',
  status: 'case-received',
  person,
});
const paper = (id: string, receipt: string, more: object = {}, hour = 1): Line => ({
  ...said(id, receipt, hour),
  kind: 'document',
  type: 'receipt',
  issuedOn: '2026-06-01',
  template: { name: 'receipt', data: { received: '2026-05-29', applicant: 'Amina Haddad' } },
  ...more,
});
const request = (id: string, receipt: string, more: object = {}, hour = 1): Line => ({
  ...said(id, receipt, hour),
  kind: 'evidence-request',
  papers: [{ name: { en: 'Your passport', es: 'Su pasaporte' }, note: 'All pages' }],
  dueOn: '2026-08-01',
  ...more,
});

const hour = fc.integer({ min: 0, max: 4 });
const anyOne = fc.record({
  is: fc.constantFrom('status', 'paper', 'withdrawal', 'request', 'state'),
  receipt: fc.constantFrom(...RECEIPTS),
  hour,
  /** Which of those before it that it could refer to; it refers to none where there is none. */
  of: fc.nat(20),
  refers: fc.boolean(),
  state: fc.constantFrom('open', 'answered', 'expired', 'withdrawn'),
});

/** Good lines, of which each refers to one before it. */
const anyFeed = fc.array(anyOne, { minLength: 1, maxLength: 25 }).map((all): readonly Line[] => {
  const lines: Line[] = RECEIPTS.map((receipt) => status(`first-${receipt}`, receipt));
  const before = (kind: string, receipt: string) =>
    lines.filter((line) => line['kind'] === kind && line['receipt'] === receipt).map(({ id }) => id);
  for (const [at, { is, receipt, hour: time, of, refers, state }] of all.entries()) {
    const id = `e${at}`;
    const papers = before('document', receipt);
    const named = papers[of % Math.max(papers.length, 1)];
    const requests = before('evidence-request', receipt);
    const asked = requests[of % Math.max(requests.length, 1)];
    if (is === 'status') lines.push(status(id, receipt, time));
    else if (is === 'paper')
      lines.push(paper(id, receipt, refers && named !== undefined ? { replaces: named } : {}, time));
    else if (is === 'request')
      lines.push(request(id, receipt, refers && named !== undefined ? { document: named } : {}, time));
    else if (is === 'withdrawal' && named !== undefined)
      lines.push({ ...said(id, receipt, time), kind: 'document-withdrawn', document: named });
    else if (is === 'state' && asked !== undefined) {
      const due = state === 'open' && refers ? { dueOn: `2026-09-0${1 + time}` } : {};
      lines.push({
        ...said(id, receipt, time),
        kind: 'evidence-request-state',
        request: asked,
        state,
        ...due,
      });
    }
  }
  return lines;
});

describe('what the agency says', () => {
  it('settles into the same state in any order, in any batches, with any repetition, once all of it is in', async () => {
    const shuffled = anyFeed.chain((lines) =>
      fc.tuple(
        fc.constant(lines),
        fc.shuffledSubarray([...lines, ...lines], { minLength: lines.length * 2 }),
        fc.integer({ min: 1, max: 12 }),
      ),
    );
    let refusedEver = 0;
    await fc.assert(
      fc.asyncProperty(shuffled, async ([lines, mixed, batchSize]) => {
        await clear();
        expect(await take(lines)).toMatchObject({ summary: { added: lines.length }, bad: [] });
        const expected = await stored();
        await clear();
        let added = 0;
        for (let missing = 1, round = 0; missing > 0; round++) {
          expect(round).toBeLessThanOrEqual(lines.length);
          const { summary, bad } = await take(mixed, batchSize);
          added += summary.added;
          missing = summary.bad;
          refusedEver += missing;
          for (const each of bad) expect(each).toMatch(/not known$|the case has no such (document|request)$/);
        }
        expect(added).toBe(lines.length);
        expect(await stored()).toEqual(expected);
        expect((await take(mixed, batchSize)).summary).toMatchObject({
          added: 0,
          known: mixed.length,
          bad: 0,
        });
        expect(await stored()).toEqual(expected);
      }),
      { numRuns: 40 },
    );
    expect(refusedEver).toBeGreaterThan(0);
  });

  it('takes statuses first, and what is replaced before what replaces it, wherever they stand in a batch', async () => {
    const [receipt] = RECEIPTS;
    const { summary, bad } = await take([
      { ...said('a', receipt, 2), kind: 'evidence-request-state', request: 'r', state: 'answered' },
      request('r', receipt, { document: 'p2' }),
      { ...said('w', receipt, 3), kind: 'document-withdrawn', document: 'p1' },
      paper('p3', receipt, { replaces: 'p2' }),
      paper('p2', receipt, { replaces: 'p1' }),
      paper('p1', receipt),
      status('s', receipt),
    ]);
    expect([summary.added, bad]).toEqual([7, []]);
    expect(await stored()).toMatchObject({
      documents: [
        { event: 'p1', state: 'withdrawn', replaced_by: 'p2' },
        { event: 'p2', state: 'replaced', replaces: 'p1', replaced_by: 'p3' },
        { event: 'p3', state: 'current', replaces: 'p2' },
      ],
      requests: [{ event: 'r', state: 'answered', document: 'p2' }],
    });
  });

  it('knows an id again whatever kind it is of, and refuses another thing under it', async () => {
    const [receipt, other] = RECEIPTS;
    await take([status('s', receipt), status('o', other), paper('p', receipt), request('r', receipt)]);
    const before = await stored();
    const { summary, bad } = await take([
      paper('p', receipt),
      request('r', receipt),
      paper('p', receipt, { issuedOn: '2026-06-02' }),
      paper('s', receipt),
      request('p', receipt),
      status('r', receipt),
    ]);
    expect(summary).toEqual({ read: 6, added: 0, known: 2, bad: 4 });
    const twice = 'the event id is already known with other content';
    expect(bad).toEqual([3, 4, 5, 6].map((line) => `${line}: ${twice}`));
    expect(await stored()).toEqual(before);
  });

  it('refuses what is of a case that is not known, or of something of another case, and takes in the rest', async () => {
    const [receipt, other] = RECEIPTS;
    const { summary, bad } = await take([
      status('s', receipt),
      status('o', other),
      paper('p', receipt),
      request('r', receipt),
      paper('q', 'ARC0000000009'),
      request('t', 'ARC0000000009'),
      paper('x', other, { replaces: 'p' }),
      paper('y', receipt, { replaces: 'nothing' }),
      { ...said('w', other, 3), kind: 'document-withdrawn', document: 'p' },
      request('z', other, { document: 'p' }),
      { ...said('v', other, 3), kind: 'evidence-request-state', request: 'r', state: 'answered' },
      // Of those with one id the first that can be taken in counts.
      paper('again', receipt, { replaces: 'nothing' }),
      paper('again', receipt),
    ]);
    expect(summary).toMatchObject({ added: 5, bad: 8 });
    expect(bad).toEqual([
      '5: the case is not known',
      '6: the case is not known',
      '7: "replaces" names a document of another case',
      '8: "replaces" names a document that is not known',
      '9: the case has no such document',
      '10: the case has no such document',
      '11: the case has no such request',
      '12: "replaces" names a document that is not known',
    ]);
  });

  it('stores nothing personal of papers and requests in clear (ASVS 14.2.4)', async () => {
    const [receipt] = RECEIPTS;
    const secrets = ['Zaphira Quux', '12 Hidden Lane', 'Tax papers of 2025', 'The blue copy'];
    const [name, line, asked, note] = secrets;
    await take([
      status('s', receipt),
      paper('p', receipt, {
        template: {
          name: 'receipt',
          data: { received: '2026-05-29', applicant: name },
          recipient: { name, address: [line] },
        },
      }),
      request('r', receipt, { papers: [{ name: asked, note }] }),
    ]);
    const { rows } = await sql<{ dump: string }>`
      select (select string_agg(d::text, ' ') from document d) || (select string_agg(r::text, ' ') from evidence_request r)
        || (select string_agg(c::text, ' ') from change c) as dump`.execute(database);
    const dump = rows[0]?.dump ?? '';
    expect(dump).toContain(receipt);
    for (const secret of secrets)
      for (const look of [secret, Buffer.from(secret).toString('hex')]) expect(dump).not.toContain(look);
  });
});

describe('a line of a kind', () => {
  const [receipt] = RECEIPTS;
  const state = { ...said('v', receipt, 3), kind: 'evidence-request-state', request: 'r', state: 'open' };
  const withdrawn = { ...said('w', receipt, 3), kind: 'document-withdrawn', document: 'p' };
  const file = { template: undefined, type: 'letter' };
  const withData = (data: object) => ({
    template: { name: 'receipt', data: { received: '2026-05-29', applicant: 'Amina Haddad', ...data } },
  });

  it.each<[string, Line, string]>([
    ['an unknown kind', { ...said('k', receipt, 1), kind: 'Amina Haddad' }, '"kind" is not known'],
    ['no type', paper('p', receipt, { type: undefined }), '"type" is missing'],
    [
      'an unknown type',
      paper('p', receipt, { ...file, file: 'a.pdf', type: 'spell' }),
      'type "spell" is not known',
    ],
    [
      'another type than the template has',
      paper('p', receipt, { type: 'letter' }),
      'template "receipt" is of the type "receipt"',
    ],
    ['no content', paper('p', receipt, file), 'one of "file" and "template" is needed'],
    ['both contents', paper('p', receipt, { file: 'a.pdf' }), 'one of "file" and "template" is needed'],
    [
      'an unknown template',
      paper('p', receipt, { template: { name: 'no', data: {} } }),
      'template "no" is not known',
    ],
    [
      'no data',
      paper('p', receipt, { template: { name: 'receipt', data: {} } }),
      '"template.data": received: missing; "template.data": applicant: missing',
    ],
    [
      'other data',
      paper('p', receipt, { template: { name: 'receipt', data: { 'Amina Haddad': 1 } } }),
      '"template.data" has no field (not written as a code): template "receipt" takes received, applicant, fee; "template.data": received: missing; "template.data": applicant: missing',
    ],
    [
      'data of a field that there is not, and a wrong one',
      paper('p', receipt, withData({ fee_paid: '3', reply: 'x', received: '9 June' })),
      '"template.data" has no field "fee_paid", "reply": template "receipt" takes received, applicant, fee; "template.data": received: not a date such as 2026-06-09',
    ],
    [
      'data in another language',
      paper('p', receipt, withData({ fee: { en: '3 crowns', fr: '3 couronnes' } })),
      '"template.data": fee: is in a language that the agency does not offer',
    ],
    [
      'data in no language',
      paper('p', receipt, withData({ fee: {} })),
      '"template.data": fee: not a text of 1 to 2000 characters, or one such text for each language',
    ],
    [
      'a title of a template',
      paper('p', receipt, { title: 'A' }),
      '"title" is of a file; a template has its own',
    ],
    [
      'no day',
      paper('p', receipt, { issuedOn: '2026-02-30' }),
      '"issuedOn" must be a date, such as 2026-12-31',
    ],
    ['a far day', request('r', receipt, { dueOn: '2126-02-03' }), '"dueOn" is more than two years ahead'],
    ['no papers', request('r', receipt, { papers: [] }), '"papers" is empty'],
    ['a paper without a name', request('r', receipt, { papers: [{ name: ' ' }] }), '"papers.name" is empty'],
    [
      'another language',
      request('r', receipt, { papers: [{ name: { fr: 'x' } }] }),
      '"papers.name" is in a language that the agency does not offer',
    ],
    [
      'an unknown state',
      { ...state, state: 'lost' },
      '"state" must be "open", "answered", "expired" or "withdrawn"',
    ],
    [
      'a day of what is no longer open',
      { ...state, state: 'answered', dueOn: '2026-09-01' },
      '"dueOn" is of a request that is open',
    ],
    ['another field', { ...withdrawn, secret: 'Amina' }, 'field "secret" is not known'],
    [
      'no time',
      { ...withdrawn, at: 'yesterday' },
      '"at" must be a time with its offset, such as 2026-03-31T09:30:00-04:00',
    ],
    ...[
      '../a.pdf',
      '/etc/passwd',
      'a/b.pdf',
      'a\\b.pdf',
      '.hidden',
      '',
      'c:a.pdf',
      'a\u0000.pdf',
      `${'ä'.repeat(130)}.pdf`,
    ].map((name): [string, Line, string] => [
      `the file ${JSON.stringify(name.slice(0, 12))}`,
      paper('p', receipt, { ...file, file: name }),
      '"file" must be the plain name of a file, of at most 255 bytes',
    ]),
  ])('with %s is bad', async (_what, line, reason) => {
    expect((await take([line])).bad).toEqual([`1: ${reason}`]);
  });

  it('with a file is bad where no folder of files is named', async () => {
    const { bad } = await take([status('s', receipt), paper('p', receipt, { ...file, file: 'a.pdf' })]);
    expect(bad).toEqual(['2: no folder of files was named: --files FOLDER']);
  });
});

describe('a copy on paper', () => {
  const copy = (id: string, document: string, state: string, at: Date): Line => ({
    ...said(id, RECEIPTS[0], 0),
    kind: 'paper-copy',
    document,
    state,
    at: at.toISOString(),
  });

  it('is settled by one line for whoever asked before, once, and noted for them alone', async () => {
    const [asking, other] = [await bareAccount(database, clock), await bareAccount(database, clock)];
    await take([status('s', RECEIPTS[0]), paper('d', RECEIPTS[0]), paper('e', RECEIPTS[0])]);
    for (const accountId of [asking, other])
      await linkCase(database, { accountId, receipt: RECEIPTS[0], how: 'claimed', at: clock.now() });
    const documents = makeDocuments({ database, vault, clock, blobs: await testBlobs() });
    const own = await documents.documentsOf(asking);
    const { rows } = await sql<{ id: string }>`select id from document where event = 'd'`.execute(database);
    const id = rows[0]?.id ?? '';
    expect(own.map((each) => each.id)).toContain(id);
    const asked = clock.now();
    expect(await documents.askPaperCopy(asking, id)).toEqual({ is: 'asked' });
    const later = new Date(asked.getTime() + 60_000);

    const early = await take([copy('c0', 'd', 'sent', new Date(asked.getTime() - 1))]);
    expect(early.bad).toEqual(['1: nobody waits for a copy of the document']);
    const lines = [
      copy('c2', 'd', 'refused', new Date(later.getTime() + 1)),
      copy('c1', 'd', 'sent', later),
      copy('c3', 'e', 'sent', later),
      copy('c4', 'none', 'sent', later),
      copy('c5', 'd', 'lost', later),
    ];
    const first = await take(lines);
    expect(first.summary).toEqual({ read: 5, added: 1, known: 0, bad: 4 });
    expect(first.bad).toEqual([
      '1: nobody waits for a copy of the document',
      '3: nobody waits for a copy of the document',
      '4: the case has no such document',
      '5: "state" must be "sent" or "refused"',
    ]);
    expect((await documents.documentOf(asking, id))?.paperCopy).toEqual({
      state: 'sent',
      askedAt: asked,
      settledAt: later,
    });

    expect((await take(lines)).summary).toEqual({ read: 5, added: 0, known: 1, bad: 4 });
    expect((await take([copy('c1', 'd', 'refused', later)])).bad).toEqual([
      '1: the event id is already known with other content',
    ]);
    const told = await changesFor(database, { accountIds: [asking, other], after: '0', most: 1000 });
    const noted = await sql<{ seq: string; accountId: string }>`
      select seq, account_id as "accountId" from change where kind = 'paper-copy-sent' and ref = ${id}`.execute(
      database,
    );
    expect(noted.rows.map(({ accountId }) => accountId)).toEqual([asking]);
    expect(told.changes.filter(({ seq }) => seq === noted.rows[0]?.seq)).toEqual([
      { accountId: asking, seq: noted.rows[0]?.seq, receipt: RECEIPTS[0] },
    ]);

    clock.advance(3600);
    expect(await documents.askPaperCopy(asking, id)).toEqual({ is: 'asked' });
    const found = await documents.documentOf(asking, id);
    expect([found?.paperCopy?.state, found?.earlierCopies.map(({ state }) => state)]).toEqual([
      'asked',
      ['sent'],
    ]);
  });
});
