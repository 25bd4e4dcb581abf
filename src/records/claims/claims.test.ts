import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { freshDatabase } from '../../testing/database.ts';
import { linkCase, makeCases } from '../cases/index.ts';
import { changes } from '../changes/index.ts';
import { agencyFeed } from '../feed/index.ts';
import { makeClaims, releaseCase } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const { connection, database, vault, clock } = await freshDatabase();
const cases = makeCases({ database, vault });
const claims = makeClaims({ database, vault, clock });

const person = { fullName: 'Siobhán O’Brien', born: '1991-02-15', birthCountry: 'IE' };
const recorded = { family: "O'Brien", given: 'Siobhan', born: '1991-02-15', birthCountry: 'IE' };
const receipt = 'ARC2190000042';
const accessCode = 'K7Q2-M9XD-4T01';

async function take(...events: object[]): Promise<void> {
  const base = {
    receipt,
    form: 'WORK-4',
    at: '2026-03-31T09:30:00Z',
    status: 'case-received',
    person: recorded,
  };
  const lines = events.map((event) => JSON.stringify({ id: randomUUID(), ...base, ...event })).join('\n');
  const feed = agencyFeed({ agency, database, vault }, clock);
  const source = (async function* () {
    yield Buffer.from(lines);
  })();
  expect(await feed.take(source)).toMatchObject({ bad: 0 });
}

const newAccount = () => bareAccount(database, clock);

const receiptsOf = async (accountId: string) =>
  (await cases.casesOf(accountId)).map((found) => found.receipt).sort();

beforeEach(async () => {
  await sql`truncate case_record, case_event, case_link, account_agency_number, account cascade`.execute(
    database,
  );
});

describe('claiming a case', () => {
  it('gives it to its person, however the name and the code are typed', async () => {
    await take(
      { accessCode },
      { status: 'under-review', at: '2026-05-01T00:00:00Z', detail: { en: 'a', es: 'b' } },
    );
    const accountId = await newAccount();
    const claim = {
      accountId,
      person: { ...person, fullName: 'OBRIEN siobhan' },
      receipt,
      accessCode: 'k7q2m9xd4tol',
    };
    expect(await claims.claimCase(claim)).toEqual({ is: 'linked', receipt, others: 0 });
    const file = await cases.caseFor(accountId, receipt);
    expect(file).toMatchObject({
      receipt,
      form: 'WORK-4',
      status: 'under-review',
      person: { family: "O'Brien", given: 'Siobhan' },
      events: [
        { status: 'under-review', detail: { en: 'a', es: 'b' } },
        { status: 'case-received', detail: null },
      ],
    });
  });

  it.each([
    ['a wrong code', { accessCode: 'K7Q2-M9XD-4T02' }],
    ['an empty code', { accessCode: '' }],
    ['another receipt', { receipt: 'ARC2190000043' }],
    ['another name', { person: { ...person, fullName: 'Siobhán Byrne' } }],
    ['no name', { person: { ...person, fullName: ' ' } }],
    ['another date of birth', { person: { ...person, born: '1991-02-16' } }],
    ['another country', { person: { ...person, birthCountry: 'GB' } }],
    ['NUL and more', { accessCode: '\u0000'.repeat(10_000) }],
    ['far too much', { person: { ...person, fullName: 'x '.repeat(100_000) } }],
  ])('finds no match for %s (ASVS 2.2.3)', async (_, changes) => {
    await take({ accessCode });
    const accountId = await newAccount();
    expect(await claims.claimCase({ accountId, person, receipt, accessCode, ...changes })).toEqual({
      is: 'no-match',
    });
    expect(await receiptsOf(accountId)).toEqual([]);
  });

  it('finds no match for a case that never had a code', async () => {
    await take({});
    expect(
      await claims.claimCase({ accountId: await newAccount(), person, receipt, accessCode: '' }),
    ).toEqual({
      is: 'no-match',
    });
  });

  it('is done once: again by the same account it is there already, by another there is no match', async () => {
    await take({ accessCode });
    const [accountId, other] = [await newAccount(), await newAccount()];
    const claim = { accountId, person, receipt, accessCode };
    expect(await claims.claimCase(claim)).toMatchObject({ is: 'linked' });
    expect(await claims.claimCase(claim)).toEqual({ is: 'already-linked', receipt });
    expect(await claims.claimCase({ ...claim, accountId: other })).toEqual({ is: 'no-match' });
    await take({ accessCode: 'NEWC-ODEN-EWCO', at: '2026-09-01T00:00:00Z' });
    expect(await claims.claimCase({ ...claim, accountId: other, accessCode: 'NEWC-ODEN-EWCO' })).toEqual({
      is: 'no-match',
    });
  });

  it('goes to one account when several claim at once (ASVS 2.3.4)', async () => {
    await take({ accessCode });
    const accounts = await Promise.all(Array.from({ length: 8 }, newAccount));
    const results = await Promise.all(
      accounts.map((accountId) => claims.claimCase({ accountId, person, receipt, accessCode })),
    );
    expect(results.map((result) => result.is).sort()).toEqual(
      ['linked', ...Array(7).fill('no-match')].sort(),
    );
  });

  it('counts the newest code only', async () => {
    await take({ accessCode }, { accessCode: 'NEWC-ODEN-EWCO', at: '2026-09-01T00:00:00Z' });
    const accountId = await newAccount();
    expect(await claims.claimCase({ accountId, person, receipt, accessCode })).toEqual({ is: 'no-match' });
    expect(
      await claims.claimCase({ accountId, person, receipt, accessCode: 'NEWC-ODEN-EWCO' }),
    ).toMatchObject({
      is: 'linked',
    });
  });

  it("commits with the caller's transaction or not at all (ASVS 2.3.3)", async () => {
    await take({ accessCode });
    const accountId = await newAccount();
    const failing = database.transaction().execute(async (transaction) => {
      expect(await claims.claimCase({ accountId, person, receipt, accessCode }, transaction)).toMatchObject({
        is: 'linked',
      });
      throw new Error('something else failed');
    });
    await expect(failing).rejects.toThrow('something else failed');
    expect(await receiptsOf(accountId)).toEqual([]);
    expect(await claims.claimCase({ accountId, person, receipt, accessCode })).toMatchObject({
      is: 'linked',
    });
  });

  it('runs one query for a stranger, whether or not there is such a case', async () => {
    await take({ accessCode });
    const accountId = await newAccount();
    const count = async (claimed: string) => {
      let queries = 0;
      const counting = database.withPlugin({
        transformQuery: ({ node }) => {
          queries += 1;
          return node;
        },
        transformResult: async ({ result }) => result,
      });
      await makeClaims({ database: counting, vault, clock }).claimCase({
        accountId,
        person,
        receipt: claimed,
        accessCode: 'WRONG-WRONG',
      });
      return queries;
    };
    expect(await count(receipt)).toBe(await count('ARC2190000043'));
  });
});

describe('cases of the same agency number', () => {
  const numbered = { ...recorded, agencyNumber: 'A012345678' };
  const [second, third, fourth] = ['ARC2190000050', 'ARC2190000051', 'ARC2190000052'];

  it('come along with a claim when they are of the same person', async () => {
    await take(
      { accessCode, person: numbered },
      { receipt: second, person: { ...numbered, agencyNumber: 'a012-345-678' } },
      { receipt: third, person: { ...numbered, born: '1960-01-01' } },
      { receipt: fourth, person: recorded },
    );
    const accountId = await newAccount();
    expect(await claims.claimCase({ accountId, person, receipt, accessCode })).toEqual({
      is: 'linked',
      receipt,
      others: 1,
    });
    expect(await receiptsOf(accountId)).toEqual([receipt, second]);
  });

  it('appear by themselves when the feed brings them later', async () => {
    await take({ accessCode, person: numbered });
    const accountId = await newAccount();
    await claims.claimCase({ accountId, person, receipt, accessCode });
    await take(
      { receipt: second, person: numbered },
      { receipt: third, person: { ...numbered, given: 'Aoife' } },
    );
    expect(await receiptsOf(accountId)).toEqual([receipt, second]);
  });

  it('appear for an account that was given its case without a claim', async () => {
    await take({ person: numbered });
    const accountId = await newAccount();
    await linkCase(database, { accountId, receipt, how: 'claimed', at: clock.now() });
    await take({ receipt: second, person: numbered });
    expect(await receiptsOf(accountId)).toEqual([receipt, second]);
  });

  it('appear once the feed names the number on a case that was claimed without it', async () => {
    await take({ accessCode }, { receipt: second, person: numbered });
    const accountId = await newAccount();
    await claims.claimCase({ accountId, person, receipt, accessCode });
    expect(await receiptsOf(accountId)).toEqual([receipt]);
    await take({ person: numbered, at: '2026-06-01T00:00:00Z' });
    expect(await receiptsOf(accountId)).toEqual([receipt, second]);
  });

  it('never take a case from the account that has it', async () => {
    await take({ accessCode, person: numbered }, { receipt: second, accessCode, person: { ...numbered } });
    const [accountId, other] = [await newAccount(), await newAccount()];
    await linkCase(database, { accountId: other, receipt: second, how: 'agency-number', at: clock.now() });
    expect(await claims.claimCase({ accountId, person, receipt, accessCode })).toMatchObject({ others: 0 });
    expect(await receiptsOf(other)).toEqual([second]);
    expect(await claims.claimCase({ accountId, person, receipt: second, accessCode })).toEqual({
      is: 'no-match',
    });
  });

  it('miss nothing when the claim and the feed run at once', async () => {
    for (let round = 0; round < 10; round++) {
      const base = { ...numbered, agencyNumber: `A00000000${round}` };
      const [mine, later] = [`ARC100000000${round}`, `ARC200000000${round}`];
      await take({ receipt: mine, accessCode, person: base });
      const accountId = await newAccount();
      await Promise.all([
        claims.claimCase({ accountId, person, receipt: mine, accessCode }),
        take({ receipt: later, person: base }),
      ]);
      expect(await receiptsOf(accountId)).toEqual([mine, later]);
    }
  });
});

describe('a case that the agency releases', () => {
  const numbered = { ...recorded, agencyNumber: 'A012345678' };
  const second = 'ARC2190000050';
  const release = async (of: string) => {
    const done: string[] = [];
    const note = (what: string) => async (_: unknown, accountId: string) =>
      void done.push(`${what} ${accountId}`);
    const had = await releaseCase({ database, clock }, of, { tell: note('told'), record: note('recorded') });
    return { had, done };
  };

  it('is nobody’s, of which its account is told and open pages hear', async () => {
    await take({ accessCode });
    const accountId = await newAccount();
    await claims.claimCase({ accountId, person, receipt, accessCode });
    expect(await release(receipt)).toEqual({ had: 1, done: [`told ${accountId}`, `recorded ${accountId}`] });
    expect(await receiptsOf(accountId)).toEqual([]);
    expect((await changes.after(database, '0', 1_000)).at(-1)).toMatchObject({
      kind: 'case-released',
      receipt: null,
      accountId,
      ref: receipt,
      source: 'office',
    });
    expect(await release(receipt)).toEqual({ had: 0, done: [] });
    expect(await release('ARC0000000000')).toEqual({ had: 0, done: [] });
  });

  it('is claimed again with a new access code, and not with the one of before', async () => {
    await take({ accessCode });
    const [before, after] = [await newAccount(), await newAccount()];
    await claims.claimCase({ accountId: before, person, receipt, accessCode });
    await release(receipt);
    const claim = { accountId: after, person, receipt, accessCode };
    expect(await claims.claimCase(claim)).toEqual({ is: 'no-match' });
    await take({ accessCode: 'NEWC-ODEN-EWCO', at: '2026-09-01T00:00:00Z' });
    expect(await claims.claimCase({ ...claim, accessCode: 'NEWC-ODEN-EWCO' })).toMatchObject({
      is: 'linked',
    });
    expect(await receiptsOf(after)).toEqual([receipt]);
  });

  it('does not go back by its agency number, whatever the feed brings', async () => {
    await take({ accessCode, person: numbered }, { receipt: second, person: numbered });
    const accountId = await newAccount();
    await claims.claimCase({ accountId, person, receipt, accessCode });
    expect(await receiptsOf(accountId)).toEqual([receipt, second]);
    await release(second);
    await take({ receipt: second, person: numbered, at: '2026-06-01T00:00:00Z' });
    expect(await receiptsOf(accountId)).toEqual([receipt]);
    await release(receipt);
    await take({ receipt: 'ARC2190000051', person: numbered });
    expect(await receiptsOf(accountId)).toEqual([]);
    expect(await database.selectFrom('account_agency_number').selectAll().execute()).toEqual([]);
  });
});

describe('reading cases', () => {
  it('shows a case to its account only (ASVS 8.2.2)', async () => {
    await take({ accessCode });
    const [accountId, other] = [await newAccount(), await newAccount()];
    await linkCase(database, { accountId, receipt, how: 'claimed', at: clock.now() });
    await linkCase(database, { accountId, receipt, how: 'claimed', at: clock.now() });
    expect(await cases.caseFor(accountId, receipt)).toMatchObject({ receipt });
    expect(await cases.caseFor(other, receipt)).toBeNull();
    expect(await cases.caseFor(accountId, 'ARC0000000000')).toBeNull();
    expect(await cases.casesOf(other)).toEqual([]);
  });

  it('gives a person a copy of all of them with their events, newest first, in one trip', async () => {
    const second = 'ARC2190000044';
    await take(
      { detail: 'Received.' },
      { status: 'under-review', at: '2026-05-01T00:00:00Z' },
      { receipt: second, at: '2026-06-01T00:00:00Z', detail: { en: 'a', es: 'b' } },
      { receipt: 'ARC2190000045' },
    );
    const accountId = await newAccount();
    for (const each of [receipt, second])
      await linkCase(database, { accountId, receipt: each, how: 'claimed', at: clock.now() });
    let trips = 0;
    const counting = () => {
      trips += 1;
    };
    connection.pool.on('acquire', counting);
    const copy = await cases.detailsOf(accountId);
    connection.pool.off('acquire', counting);
    expect(trips).toBe(1);
    expect(copy).toMatchObject([
      { receipt: second, events: [{ status: 'case-received', detail: { en: 'a', es: 'b' } }] },
      {
        receipt,
        person: { family: "O'Brien", given: 'Siobhan' },
        events: [
          { status: 'under-review', detail: null },
          { status: 'case-received', detail: 'Received.' },
        ],
      },
    ]);
    expect(copy).toEqual([await cases.caseFor(accountId, second), await cases.caseFor(accountId, receipt)]);
    expect(await cases.detailsOf(await newAccount())).toEqual([]);
  });

  it('tells anyone the public status, and nothing of a case that is not there (ASVS 8.2.3, 15.3.1)', async () => {
    await take({});
    expect(Object.keys((await cases.publicStatus(receipt)) ?? {}).sort()).toEqual([
      'form',
      'isOwn',
      'status',
      'statusAt',
      'wait',
    ]);
    expect((await cases.publicStatus(receipt, await newAccount()))?.isOwn).toBe(false);
    expect(await cases.publicStatus('ARC0000000000')).toBeNull();
  });

  it('never reads through the cases of others', async () => {
    const accountId = await newAccount();
    await sql`
      insert into case_record (
        receipt, form, data_key, person_sealed, person_index, agency_number_index, status, status_at, latest_event,
        created_at, updated_at
      )
      select 'ARC' || lpad(n::text, 10, '0'), 'NAT-1', '', '', '', sha256(n::text::bytea), 'denied', now(), '', now(), now()
      from generate_series(1, 5000) n
    `.execute(database);
    await sql`
      insert into case_event (id, receipt, at, status, digest, imported_at)
      select receipt, receipt, now(), 'denied', '', now() from case_record
    `.execute(database);
    await sql`
      insert into case_link
      select ${accountId}, receipt, now(), 'claimed' from case_record order by receipt limit 20
    `.execute(database);
    await sql`analyze case_record, case_event, case_link`.execute(database);
    const plans: string[] = [];
    expect(await cases.casesOf(accountId)).toHaveLength(20);
    for (const query of [
      sql`select receipt from case_link join case_record using (receipt) where account_id = ${accountId}`,
      sql`select at from case_event where receipt = ${receipt} order by at desc, id desc`,
      sql`select status from case_record where receipt = ${receipt}`,
      sql`select receipt from case_record where agency_number_index = ${Buffer.from('x')}`,
    ]) {
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${query}`.execute(database);
      plans.push(...rows.map((row) => row['QUERY PLAN']));
    }
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on case_(record|event)/);
  });
});
