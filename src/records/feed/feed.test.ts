import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { freshDatabase } from '../../testing/database.ts';
import { accessCodeMacs, makeCases, personPlace } from '../cases/index.ts';
import { intakeRules } from '../intake/index.ts';
import { type FeedSummary, makeFeed } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const { database, vault, clock } = await freshDatabase();
const needs = { ...intakeRules(agency, clock), database, vault };

const amina = {
  family: 'Haddad',
  given: 'Amina',
  born: '1989-04-17',
  birthCountry: 'LB',
  agencyNumber: 'A012345678',
};
const event = (id: string, changes: object = {}) => ({
  id,
  receipt: 'ARC2190000042',
  form: 'NAT-1',
  at: '2026-03-31T09:30:00Z',
  status: 'case-received',
  person: amina,
  ...changes,
});

async function* bytesOf(lines: readonly (object | string)[]): AsyncGenerator<Buffer> {
  for (const line of lines) yield Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
}

async function take(lines: readonly (object | string)[], batchSize?: number) {
  const bad: string[] = [];
  const feed = makeFeed({ ...needs, ...(batchSize === undefined ? {} : { batchSize }) });
  const summary = await feed.take(bytesOf(lines), {
    badLine: (line, reason) => bad.push(`${line}: ${reason}`),
  });
  return { summary, bad };
}

/** All that the feed has stored, opened, without what differs from one run to the next. */
async function stored(): Promise<unknown> {
  const records = await database.selectFrom('case_record').selectAll().orderBy('receipt').execute();
  const events = await database
    .selectFrom('case_event')
    .orderBy('id')
    .select(['id', 'receipt', 'at', 'status', 'digest'])
    .execute();
  return {
    events,
    records: records.map(({ data_key, person_sealed, ...record }) => ({
      ...record,
      person: vault.openDataKey(data_key).unseal(person_sealed, personPlace(record.receipt)),
    })),
  };
}

async function clear(): Promise<void> {
  await sql`truncate case_record, account_agency_number, change cascade`.execute(database);
}

beforeEach(clear);

describe('the feed', () => {
  it('takes in the good lines and tells of each bad one', async () => {
    const { summary, bad } = await take([
      event('e1'),
      event('e2', { status: 'flying' }),
      '',
      '{',
      event('e3', { status: 'biometrics-taken', at: '2026-04-02T09:30:00Z' }),
      'x'.repeat(70_000),
    ]);
    expect(summary).toEqual({ read: 5, added: 2, known: 0, bad: 3 });
    expect(bad).toEqual(['2: status "flying" is not known', '4: not valid JSON', '6: longer than 64 KB']);
    expect(await makeCases({ database, vault }).publicStatus('ARC2190000042')).toEqual({
      form: 'NAT-1',
      status: 'biometrics-taken',
      statusAt: new Date('2026-04-02T09:30:00Z'),
      wait: null,
      isOwn: false,
    });
  });

  it('names the event of a bad line by its id, where it can be read', async () => {
    const ids: (string | null)[] = [];
    const { id: _, ...nameless } = event('e1');
    const lines = [
      event('e1', { status: 'flying' }),
      event('e2'),
      event('e2', { detail: 'other' }),
      '{',
      nameless,
      event('no id at all'),
      'null',
      event('e3', { receipt: 'XXX' }),
    ];
    await makeFeed(needs).take(bytesOf(lines), { badLine: (_line, _reason, id) => ids.push(id) });
    expect(ids).toEqual(['e1', 'e2', null, null, null, null, 'e3']);
  });

  it('tells without writing what would become of all lines, over every batch', async () => {
    await take([event('e0', { receipt: 'ARC2190000041' })]);
    const before = await stored();
    const asks = (id: string, document: string) => ({
      kind: 'document-withdrawn',
      id,
      receipt: 'ARC2190000042',
      at: '2026-04-10T09:30:00Z',
      document,
    });
    const lines = [
      event('e0', { receipt: 'ARC2190000041' }),
      event('e1'),
      event('e2', { status: 'flying' }),
      event('e1', { detail: 'other' }),
      event('e3', { at: '2026-04-02T09:30:00Z', status: 'biometrics-taken' }),
      asks('w1', 'none'),
    ];
    const outcome = async (how: 'take' | 'check') => {
      const bad: string[] = [];
      const summary = await makeFeed({ ...needs, batchSize: 2 })[how](bytesOf(lines), {
        badLine: (line, reason, id) => bad.push(`${line} ${id} ${reason}`),
      });
      return { summary, bad };
    };
    const checked = await outcome('check');
    expect(await stored()).toEqual(before);
    expect(await database.selectFrom('change').select('ref').execute()).toEqual([{ ref: 'e0' }]);
    expect(checked).toEqual(await outcome('take'));
    expect(checked.summary).toEqual({ read: 6, added: 2, known: 1, bad: 3 });
  });

  it('knows an event again by its id, and refuses another one under the same id', async () => {
    await take([event('e1')]);
    const before = await stored();
    const { summary, bad } = await take([
      event('e1'),
      event('e1', { status: 'under-review' }),
      event('e1', { receipt: 'ARC2190000043' }),
      event('e2', { detail: 'a' }),
      event('e2', { detail: 'a' }),
      event('e2', { detail: 'b' }),
    ]);
    expect(summary).toEqual({ read: 6, added: 1, known: 2, bad: 3 });
    expect(bad).toEqual([2, 3, 6].map((line) => `${line}: the event id is already known with other content`));
    expect(before).toMatchObject({ records: [{ status: 'case-received' }] });
  });

  it('lets the newest event decide on status, form and person, and the newest access code count', async () => {
    const renamed = { ...amina, family: 'Haddad-Öztürk' };
    await take([event('e3', { at: '2026-05-01T00:00:00Z', status: 'under-review', person: renamed })]);
    await take([
      event('e1', { accessCode: 'AAAA-AAAA-AAAA' }),
      event('e2', { at: '2026-04-01T00:00:00Z', accessCode: 'BBBB-BBBB-BBBB', status: 'biometrics-taken' }),
    ]);
    expect(await stored()).toMatchObject({
      records: [
        {
          status: 'under-review',
          latest_event: 'e3',
          person: expect.stringContaining('Haddad-Öztürk'),
          access_code_mac: accessCodeMacs(vault, 'ARC2190000042', 'BBBBBBBBBBBB')[0],
        },
      ],
    });
  });

  it('settles into the same state in any order, in any batches, with any repetition', async () => {
    const time = fc
      .integer({ min: 0, max: 5 })
      .map((hours) => new Date(Date.UTC(2026, 5, 1, hours)).toISOString());
    const status = fc.constantFrom(
      'case-received',
      'biometrics-taken',
      'under-review',
      'denied',
      'withdrawn',
    );
    const anyEvent = fc.record(
      {
        receipt: fc.constantFrom('ARC0000000001', 'ARC0000000002', 'ARC0000000003'),
        form: fc.constantFrom('NAT-1', 'WORK-4'),
        at: time,
        status,
        person: fc.constantFrom(
          amina,
          { ...amina, given: 'Amina Zahra' },
          { family: '', given: 'Wulandari', born: '1990-01-01', birthCountry: 'ID' },
        ),
        accessCode: fc.constantFrom('AAAA-AAAA', 'BBBB-BBBB'),
        detail: fc.constantFrom('Come early.', { en: 'Come early.', es: 'Venga temprano.' }),
      },
      { requiredKeys: ['receipt', 'form', 'at', 'status', 'person'] },
    );
    const anyFeed = fc
      .array(anyEvent, { minLength: 1, maxLength: 25 })
      .map((events) => events.map((each, index) => ({ id: `e${index}`, ...each })));
    await fc.assert(
      fc.asyncProperty(
        anyFeed.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
            fc.integer({ min: 1, max: 12 }),
          ),
        ),
        async ([events, shuffled, batchSize]) => {
          await clear();
          expect((await take(events)).summary).toEqual({
            read: events.length,
            added: events.length,
            known: 0,
            bad: 0,
          });
          const expected = await stored();
          await clear();
          const { summary } = await take(shuffled, batchSize);
          expect(summary).toEqual({
            read: events.length * 2,
            added: events.length,
            known: events.length,
            bad: 0,
          });
          expect(await stored()).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('counts once and does not lock up when the same file comes in several times at once', async () => {
    const events = Array.from({ length: 300 }, (_, index) =>
      event(`e${index}`, { receipt: `ARC00000000${String(index % 40).padStart(2, '0')}` }),
    );
    const all = await Promise.all([
      take(events, 7),
      take(events.toReversed(), 11),
      take(events, 50),
      take(events.toReversed(), 300),
    ]);
    const sum = (key: keyof FeedSummary) => all.reduce((total, { summary }) => total + summary[key], 0);
    expect([sum('read'), sum('added'), sum('known'), sum('bad')]).toEqual([1200, 300, 900, 0]);
  });

  it('keeps what was committed when its source breaks off, and completes it when run again', async () => {
    const events = Array.from({ length: 30 }, (_, index) => event(`e${String(index).padStart(2, '0')}`));
    const breaking = async function* () {
      yield* bytesOf(events.slice(0, 25));
      throw new Error('the disk is gone');
    };
    await expect(makeFeed({ ...needs, batchSize: 10 }).take(breaking())).rejects.toThrow('the disk is gone');
    const { count } = await database
      .selectFrom('case_event')
      .select((query) => query.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    const kept = Number(count);
    expect(kept).toBeGreaterThanOrEqual(10);
    expect(kept % 10).toBe(0);
    expect((await take(events)).summary).toEqual({ read: 30, added: 30 - kept, known: kept, bad: 0 });
  });

  it('stores nothing personal in clear (ASVS 14.2.4)', async () => {
    await take([event('e1', { accessCode: 'K7Q2-M9XD-4T6B', detail: 'Bring the blue folder.' })]);
    const { rows } = await sql<{ dump: string }>`
      select (select string_agg(r::text, ' ') from case_record r) || (select string_agg(e::text, ' ') from case_event e)
        as dump
    `.execute(database);
    const dump = rows[0]?.dump ?? '';
    const asHex = (text: string) => Buffer.from(text).toString('hex');
    for (const secret of ['Haddad', 'Amina', '1989-04-17', 'A012345678', 'K7Q2', 'blue folder']) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(asHex(secret));
    }
  });
});
