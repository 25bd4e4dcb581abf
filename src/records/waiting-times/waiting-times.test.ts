import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { makeLog } from '../../platform/log/index.ts';
import { makeStreams } from '../../platform/stream/index.ts';
import { freshDatabase } from '../../testing/database.ts';
import { loadCaseCatalogue, makeCases } from '../cases/index.ts';
import { changes } from '../changes/index.ts';
import { makeFeed } from '../feed/index.ts';
import { makeWaitingTimes, readCaseWait, standing } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const catalogue = loadCaseCatalogue(agency);
const { connection, database, vault, clock } = await freshDatabase();
const { timeZone, languages } = agency;
const needs = { database, clock, catalogue, timeZone };
const waits = makeWaitingTimes(needs);
const streams = makeStreams({
  connection,
  log: makeLog('silent'),
  readings: waits.floor.readings ?? [],
});

const DAY_OF_TESTS = Date.UTC(2026, 10, 22, 15);
const dayBefore = (days: number) => new Date(DAY_OF_TESTS - days * 86_400_000).toISOString();

type Told = { receipt: number; days: number; status: string; office?: string; form?: string };
let serial = 0;
const line = ({ receipt, days, status, office, form = 'WORK-4' }: Told) =>
  JSON.stringify({
    id: `w${++serial}`,
    receipt: `ARC${String(receipt).padStart(10, '0')}`,
    form,
    at: dayBefore(days),
    status,
    ...(office === undefined ? {} : { office }),
    person: { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' },
  });

/** @returns why lines were refused */
async function refused(lines: readonly string[]): Promise<readonly string[]> {
  const bad: string[] = [];
  const feed = makeFeed({
    database,
    vault,
    clock,
    catalogue,
    templates: { kinds: new Map(), all: new Map(), find: () => undefined },
    appointments: { types: new Map(), holdMinutes: 10, reminders: [], interpreters: [], access: [] },
    topics: new Map(),
    languages,
  });
  await feed.take(
    (async function* () {
      yield Buffer.from(lines.join('\n'));
    })(),
    { badLine: (_, reason) => bad.push(reason) },
  );
  return bad;
}

async function take(lines: readonly string[]): Promise<void> {
  expect(await refused(lines)).toEqual([]);
}

/** Cases that were decided after so many days each, the last of them yesterday. */
const decided = (lengths: readonly number[], more: Partial<Told> = {}, first = 1) =>
  lengths.flatMap((length, n) => [
    line({ receipt: first + n, days: length + 1, status: 'case-received', ...more }),
    line({ receipt: first + n, days: 1, status: 'approved', ...more }),
  ]);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

/** All that is counted, by whatever way it came to be. */
async function counted() {
  const { rows: cases } = await sql`select receipt, form, office, started_on::text, ended_on::text, outcome
    from case_wait order by receipt`.execute(database);
  const { rows: counts } = await sql`select form, month::text, office, kind, day, cases from wait_count
    where cases <> 0 order by form, month, office, kind, day`.execute(database);
  return { cases, counts };
}

async function clear(): Promise<void> {
  await sql`truncate case_record, case_event, case_link, account_agency_number, change, case_wait, wait_count,
    waiting_time cascade`.execute(database);
  await sql`update wait_progress set rules = '', after = null, estimated_on = null`.execute(database);
}

beforeEach(clear);

describe('waiting times', () => {
  it('are the quantiles of what was decided, of all offices and of each with enough', async () => {
    await take([
      ...decided(upTo(60), { office: 'novaria' }),
      ...decided(upTo(40), { office: 'lindenmark' }, 100),
      ...decided(upTo(10), {}, 200),
    ]);
    await streams.read();
    await waits.bringUpToDate();
    expect(await waits.ofForm('WORK-4')).toEqual([
      expect.objectContaining({
        office: null,
        decided: 110,
        waiting: 0,
        since: '2025-11-01',
        until: '2026-11-22',
      }),
      expect.objectContaining({ office: 'novaria', decided: 60, low: 6, middle: 30, high: 54 }),
    ]);
    expect((await waits.ofForms()).map(({ form }) => form)).toEqual(['WORK-4']);
  });

  it('are not there below 50 decisions, however many wait', async () => {
    await take([
      ...decided(upTo(49)),
      ...upTo(80).map((n) => line({ receipt: 1000 + n, days: 5, status: 'case-received' })),
    ]);
    await waits.bringUpToDate();
    expect(await waits.ofForms()).toEqual([]);
    await take(decided([20], {}, 500));
    await streams.read();
    await waits.bringUpToDate('again');
    expect(await waits.ofForms()).toMatchObject([{ decided: 50, waiting: 80 }]);
  });

  it('forget what was decided before the months that they look back', async () => {
    await take(
      upTo(60).flatMap((n) => [
        line({ receipt: n, days: 500, status: 'case-received' }),
        line({ receipt: n, days: 400, status: 'approved' }),
      ]),
    );
    await waits.bringUpToDate();
    expect(await waits.ofForms()).toEqual([]);
  });

  it('are made once a day, in the zone of the agency', async () => {
    await waits.bringUpToDate();
    await take(decided(upTo(50)));
    await streams.read();
    await waits.bringUpToDate();
    expect(await waits.ofForms()).toEqual([]);
    // 23:00 in New York is the next day in UTC.
    clock.advance(16 * 3600);
    await waits.bringUpToDate();
    expect(await waits.ofForms()).toEqual([]);
    clock.advance(3600);
    await waits.bringUpToDate();
    expect(await waits.ofForms()).toMatchObject([{ decided: 50, until: '2026-11-23' }]);
    clock.advance(-17 * 3600);
  });

  it('count cases that were there before anybody counted, and all anew by other rules', async () => {
    await take(decided(upTo(60)));
    await sql`truncate change`.execute(database);
    await waits.bringUpToDate();
    const before = await counted();
    expect(before.cases).toHaveLength(60);
    expect(await waits.ofForms()).toMatchObject([{ decided: 60 }]);

    const statuses = new Map(catalogue.statuses);
    const approved = statuses.get('approved');
    if (approved === undefined) throw new Error('no status "approved"');
    statuses.set('approved', { ...approved, decides: false });
    await makeWaitingTimes({ ...needs, catalogue: { ...catalogue, statuses } }).bringUpToDate();
    expect(await waits.ofForms()).toEqual([]);
    expect((await counted()).counts.every((row) => JSON.stringify(row).includes('open'))).toBe(true);
    await waits.bringUpToDate();
    expect(await counted()).toEqual(before);
  });

  it('are counted in more than one step where there are many cases', async () => {
    await take(upTo(1001).map((n) => line({ receipt: n, days: 10, status: 'case-received' })));
    await waits.bringUpToDate();
    expect((await counted()).counts).toMatchObject([{ kind: 'open', cases: 1001 }]);
    expect(await database.selectFrom('wait_progress').select('after').executeTakeFirstOrThrow()).toEqual({
      after: null,
    });
  });

  it('come out the same in whatever order events come, however often they are read, and by whichever way', async () => {
    const anyEvent = fc.record({
      receipt: fc.integer({ min: 1, max: 4 }),
      days: fc.integer({ min: 1, max: 60 }),
      status: fc.constantFrom(
        'case-received',
        'under-review',
        'approved',
        'denied',
        'withdrawn',
        'case-reopened',
      ),
      office: fc.constantFrom('novaria', 'lindenmark', undefined),
      form: fc.constantFrom('WORK-4', 'CARD-2'),
    });
    const shuffled = fc
      .array(anyEvent, { minLength: 1, maxLength: 25 })
      .map((events) =>
        events.map(({ office, ...event }) => line(office === undefined ? event : { ...event, office })),
      )
      .chain((lines) =>
        fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
      );
    await fc.assert(
      fc.asyncProperty(shuffled, fc.integer({ min: 1, max: 5 }), async ([lines, others], batch) => {
        await clear();
        // All at once, by the count of all.
        await take(lines);
        await waits.bringUpToDate();
        const once = await counted();

        await clear();
        await sql`update wait_progress set rules = 'none', after = null`.execute(database);
        // A few at a time, as they change, some read twice.
        for (let at = 0; at < others.length; at += batch) {
          await take(others.slice(at, at + batch));
          await streams.read();
          await database.transaction().execute(async (transaction) => {
            await waits.reader.take(transaction, await changes.after(transaction, '0', 3));
          });
        }
        expect(await counted()).toEqual(once);
        // And the count of all finds nothing to mend.
        await waits.bringUpToDate();
        expect(await counted()).toEqual(once);
      }),
      { numRuns: 25 },
    );
  });
});

describe('the wait of a case', () => {
  const cases = makeCases({ database, vault });
  const waitOfCase = async (receipt: string) => (await cases.publicStatus(receipt))?.wait ?? null;
  const today = '2026-11-22';

  it('says its day and from when one may ask: the end of the range, or the agency’s own day', async () => {
    await take([
      ...decided(upTo(60)),
      line({ receipt: 900, days: 20, status: 'case-received', office: 'novaria' }),
    ]);
    await waits.bringUpToDate();
    const wait = await waitOfCase('ARC0000000900');
    if (wait === null) throw new Error('no wait');
    expect(wait).toMatchObject({
      startedOn: '2026-11-02',
      endedOn: null,
      office: 'novaria',
      time: { office: null },
    });
    const high = wait.time?.high ?? 0;
    expect(high).toBeGreaterThan(50);
    expect(standing(wait, { askAfter: null, today })).toMatchObject({
      is: 'waiting',
      day: 20,
      ask: { day: high, isPast: false },
    });
    expect(standing(wait, { askAfter: 20, today })).toMatchObject({
      ask: { day: 20, on: today, isPast: true },
    });
    expect(standing({ ...wait, time: null }, { askAfter: null, today })).toMatchObject({
      day: 20,
      ask: null,
    });
  });

  it('is of its own office where that has enough, and ends with the decision', async () => {
    await take(decided(upTo(60), { office: 'novaria' }));
    await waits.bringUpToDate();
    const wait = await waitOfCase('ARC0000000007');
    if (wait === null) throw new Error('no wait');
    expect(wait.time?.office).toBe('novaria');
    expect(standing(wait, { askAfter: null, today })).toEqual({ is: 'decided', day: 7 });
  });

  it('is nothing where nobody knows the start, or the case', async () => {
    await take([line({ receipt: 1, days: 3, status: 'under-review' })]);
    await waits.bringUpToDate();
    expect(await waitOfCase('ARC0000000001')).toBeNull();
    expect(readCaseWait(null)).toBeNull();
    expect(() => readCaseWait({ startedOn: 1 })).toThrow();
  });
});

describe('an office', () => {
  it('that the agency does not have is a bad line', async () => {
    const told = line({ receipt: 1, days: 1, status: 'case-received', office: 'atlantis' });
    expect(await refused([told])).toEqual(['office "atlantis" is not known']);
  });

  it('makes an event another one than the same without', async () => {
    const told = JSON.parse(line({ receipt: 1, days: 1, status: 'case-received' }));
    await take([JSON.stringify(told), JSON.stringify(told)]);
    expect(await refused([JSON.stringify({ ...told, office: 'novaria' })])).toEqual([
      'the event id is already known with other content',
    ]);
  });
});
