import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { freshDatabase } from '../../testing/database.ts';
import { linkCase, mayRead } from '../cases/index.ts';
import { listingDocuments, readDocuments } from '../documents/index.ts';
import { agencyFeed } from '../feed/index.ts';
import { listingRequests, makeEvidenceRequests, papersOf, readRequests } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const { database, vault, clock } = await freshDatabase();
const evidence = makeEvidenceRequests({ database, vault });

const RECEIPT = 'ARC2190000042';
const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
const said = (id: string, day: number, more: object) => ({
  id,
  receipt: RECEIPT,
  at: `2026-06-0${day}T10:00:00Z`,
  ...more,
});
const moved = (id: string, day: number, state: string, more: object = {}) =>
  said(id, day, { kind: 'evidence-request-state', request: 'r1', state, ...more });
const papers = [
  { name: { en: 'Your passport', es: 'Su pasaporte' }, note: 'جميع الصفحات\nAll pages' },
  { name: 'Rent' },
];

let owner = '';
let other = '';
beforeAll(async () => {
  [owner, other] = [await bareAccount(database, clock), await bareAccount(database, clock)];
  const lines = [
    said('s1', 1, { form: 'NAT-1', status: 'case-received', person }),
    said('d1', 1, {
      kind: 'document',
      type: 'request',
      issuedOn: '2026-06-01',
      template: { name: 'request-for-evidence', data: { replyBy: '2026-08-01', papers: ['Rent'] } },
    }),
    said('r1', 1, { kind: 'evidence-request', papers, dueOn: '2026-08-01', document: 'd1' }),
    said('r2', 2, { kind: 'evidence-request', papers: [{ name: 'Rent' }], dueOn: '2026-09-01' }),
    moved('v1', 3, 'answered'),
    moved('v3', 5, 'open', { dueOn: '2026-08-20' }),
    moved('v2', 4, 'expired'),
  ];
  const { bad } = await agencyFeed({ agency, database, vault }, clock).take(
    (async function* () {
      for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })(),
  );
  expect(bad).toBe(0);
  await linkCase(database, { accountId: owner, receipt: RECEIPT, how: 'claimed', at: clock.now() });
});

describe('requests for papers', () => {
  it('stand where the newest word of them says, with all that was said', async () => {
    const all = await evidence.requestsOf(owner);
    expect(all).toMatchObject([
      { state: 'open', dueOn: '2026-09-01', papers: [{ name: 'Rent', note: null }], history: [] },
      {
        state: 'open',
        stateAt: new Date('2026-06-05T10:00:00Z'),
        dueOn: '2026-08-20',
        papers: [papers[0], { name: 'Rent', note: null }],
        history: [{ state: 'answered' }, { state: 'expired' }, { state: 'open', dueOn: '2026-08-20' }],
      },
    ]);
    const [letter] = await database.selectFrom('document').select('id').execute();
    expect(all[1]?.documentId).toBe(letter?.id);
  });

  it('are there for whoever may read their case, and for nobody else', async () => {
    expect(await evidence.requestsOf(owner, 'open')).toHaveLength(2);
    expect(await evidence.requestsOf(other)).toEqual([]);
  });

  it('and documents are read with their case by one statement', async () => {
    const receipt = sql.ref<string>('own.receipt');
    const { rows } = await sql<{ dataKey: Buffer; requests: unknown; documents: unknown }>`
      select own.data_key as "dataKey", ${listingRequests(receipt, 'open')} as requests,
        ${listingDocuments(receipt)} as documents
      from case_record own where ${mayRead(owner, receipt)}`.execute(database);
    const [row] = rows;
    if (row === undefined) throw new Error('no case');
    const key = vault.openDataKey(row.dataKey);
    const requests = readRequests(row.requests);
    const all = await evidence.requestsOf(owner);
    expect(requests.map((each) => papersOf(each, key))).toEqual(all.map((each) => each.papers));
    expect(readDocuments(row.documents, () => key)).toMatchObject([
      {
        receipt: RECEIPT,
        template: { id: 'request-for-evidence', version: 2 },
        title: null,
        issuedOn: '2026-06-01',
      },
    ]);
  });
});
