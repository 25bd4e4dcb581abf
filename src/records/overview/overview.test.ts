import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { freshDatabase } from '../../testing/database.ts';
import { linkCase, loadCaseCatalogue } from '../cases/index.ts';
import { loadTemplates } from '../document-templates/index.ts';
import { agencyFeed } from '../feed/index.ts';
import { makeOverviews } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const { database, connection, vault, clock } = await freshDatabase();
const overviews = makeOverviews({
  database,
  vault,
  clock,
  catalogue: loadCaseCatalogue(agency),
  templates: loadTemplates(agency.folder, agency.languages),
  timeZone: agency.timeZone,
});

const AMINA = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
const YUSUF = { family: 'Haddad', given: 'Yusuf', born: '2015-02-03', birthCountry: 'LB' };
const [HERS, HIS, NOBODYS] = ['ARC0000000001', 'ARC0000000002', 'ARC0000000003'] as const;

async function say(...lines: readonly object[]): Promise<void> {
  const text = lines.map((line) => JSON.stringify({ id: randomUUID(), ...line })).join('\n');
  const source = (async function* () {
    yield Buffer.from(text);
  })();
  expect(await agencyFeed({ agency, database, vault }, clock).take(source)).toMatchObject({ bad: 0 });
}
const status = (receipt: string, at: string, code: string, person = AMINA, detail?: string) => ({
  receipt,
  form: 'NAT-1',
  at,
  status: code,
  person,
  ...(detail === undefined ? {} : { detail }),
});

/** How many trips to the database something takes. */
async function trips<T>(work: () => Promise<T>): Promise<{ readonly count: number; readonly result: T }> {
  let count = 0;
  const counting = () => count++;
  connection.pool.on('acquire', counting);
  const result = await work();
  connection.pool.off('acquire', counting);
  return { count, result };
}

let accountId: string;

beforeEach(async () => {
  await sql`truncate case_record, account, change cascade`.execute(database);
  accountId = await bareAccount(database, clock);
  await say(
    status(HERS, '2026-01-10T00:00:00Z', 'case-received'),
    status(HERS, '2026-02-10T00:00:00Z', 'request-for-evidence-sent', AMINA, 'Your tax papers.'),
    status(HIS, '2026-01-12T00:00:00Z', 'case-received', YUSUF),
    status(NOBODYS, '2026-01-12T00:00:00Z', 'case-received'),
    {
      kind: 'evidence-request',
      id: 'request',
      receipt: HERS,
      at: '2026-02-10T00:00:00Z',
      papers: [{ name: { en: 'Tax papers', es: 'Impuestos' } }],
      dueOn: '2026-05-01',
    },
  );
  for (const receipt of [HERS, HIS])
    await linkCase(database, { accountId, receipt, how: 'claimed', at: clock.now() });
});

describe('an overview', () => {
  it('has every case of an account with its person, its way and what it waits for, in one trip', async () => {
    const { count, result } = await trips(() => overviews.overviewOf(accountId));
    expect(count).toBe(1);
    expect(result.cases).toMatchObject([
      {
        receipt: HERS,
        person: { name: 'Amina Haddad' },
        events: [{ status: 'case-received' }, { status: 'request-for-evidence-sent' }],
        detail: 'Your tax papers.',
        requests: [{ dueOn: '2026-05-01' }],
        news: [],
      },
      { receipt: HIS, person: { name: 'Yusuf Haddad' }, detail: null, requests: [], news: [] },
    ]);
    expect(result.cases[0]?.person.id).not.toBe(result.cases[1]?.person.id);
  });

  it('of nobody’s cases is empty, and says all the same how far there is to see', async () => {
    const other = await bareAccount(database, clock);
    const { cases, seen } = await overviews.overviewOf(other);
    expect(cases).toEqual([]);
    expect(seen.newest).toMatch(/^\d+$/);
  });

  it('marks what came since the visit before, at the case that it is of', async () => {
    const look = async () => {
      const { cases, seen } = await overviews.overviewOf(accountId);
      await overviews.noteSeen(accountId, seen);
      return cases.map(({ receipt, news }) => [receipt, news.map(({ kind }) => kind)]);
    };
    await look();
    clock.advance(3600);
    await say(status(HIS, clock.now().toISOString(), 'under-review', YUSUF), {
      kind: 'evidence-request-state',
      receipt: HERS,
      request: 'request',
      at: clock.now().toISOString(),
      state: 'answered',
    });
    expect(await look()).toEqual([
      [HIS, ['case-moved']],
      [HERS, ['evidence-answered']],
    ]);
  });
});

describe('what a notice asks', () => {
  const now = () => clock.now().toISOString();
  const letter = (id: string, more: object = {}) => ({
    kind: 'document',
    id,
    receipt: HIS,
    at: now(),
    type: 'request',
    issuedOn: now().slice(0, 10),
    template: { name: 'request-for-evidence', data: { replyBy: '2027-05-01', papers: ['Rent'] } },
    ...more,
  });
  const asked = async () => {
    const { cases } = await overviews.overviewOf(accountId);
    const onHome = cases.flatMap(({ asks }) => asks.map(({ is, day }) => `${is} ${day}`));
    const onPage = (await overviews.caseOf(accountId, HIS))?.asks.map(({ is, day }) => `${is} ${day}`);
    expect(onPage).toEqual(onHome);
    return onHome;
  };

  it('is there until a request names it or another takes its place, on home and at its case', async () => {
    expect(await asked()).toEqual([]);
    await say(letter('first'));
    expect(await asked()).toEqual(['answer 2027-05-01']);
    await say(
      letter('second', {
        replaces: 'first',
        template: { name: 'request-for-evidence', data: { replyBy: '2027-06-01', papers: ['Rent'] } },
      }),
    );
    expect(await asked()).toEqual(['answer 2027-06-01']);
    await say({
      kind: 'evidence-request',
      id: 'claims',
      receipt: HIS,
      at: now(),
      papers: [{ name: 'Rent' }],
      dueOn: '2027-06-01',
      document: 'second',
    });
    expect(await asked()).toEqual([]);
    await say(letter('third'), {
      kind: 'document-withdrawn',
      id: 'gone',
      receipt: HIS,
      at: now(),
      document: 'third',
    });
    expect(await asked()).toEqual([]);
  });
});

describe('the overview of one case', () => {
  it('has all that its page says, in one trip', async () => {
    const { count, result } = await trips(() => overviews.caseOf(accountId, 'arc 0000 000 001'));
    expect(count).toBe(1);
    expect(result).toMatchObject({
      receipt: HERS,
      events: [{ status: 'request-for-evidence-sent', detail: 'Your tax papers.' }, { detail: null }],
      requests: [{ state: 'open', papers: [{ name: { en: 'Tax papers' } }] }],
      documents: [],
    });
  });

  it('is nothing for another account, and for a case that is not there', async () => {
    expect(await overviews.caseOf(accountId, NOBODYS)).toBeNull();
    expect(await overviews.caseOf(await bareAccount(database, clock), HERS)).toBeNull();
    expect(await overviews.caseOf(accountId, 'ARC9999999999')).toBeNull();
    expect(await overviews.caseOf(accountId, '')).toBeNull();
  });
});
