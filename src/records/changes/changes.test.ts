import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import { connect, type Database, takeTransactionLock } from '../../platform/database/index.ts';
import { makeLog } from '../../platform/log/index.ts';
import { makeStreams, readingFrom } from '../../platform/stream/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { bareCase } from '../../testing/bare-case.ts';
import { freshDatabase, waitingForLocks } from '../../testing/database.ts';
import { type Change, changes, changing, type Note } from './index.ts';

const { database, connection, clock, url } = await freshDatabase();
const receipt = 'ARC2190000042';
const moved = (ref: string) =>
  ({ kind: 'case-moved', receipt, ref, at: new Date('2026-03-31T09:30:00Z') }) as const;
const write = (...refs: readonly string[]) =>
  changing(database, clock, 'feed', async (_transaction, note) => {
    for (const ref of refs) note(moved(ref));
  });
const all = () => changes.after(database, '0', 10_000);
const refs = async () => (await all()).map(({ ref }) => ref);

/** A reader that keeps what it was given. */
function reader(on = connection) {
  const taken: Change[] = [];
  const { read } = makeStreams({
    connection: on,
    log: makeLog('silent'),
    readings: [
      readingFrom(changes, {
        name: 'test',
        wants: () => true,
        take: async (_transaction, rows) => void taken.push(...rows),
      }),
    ],
  });
  return { read, taken, refs: () => taken.map(({ ref }) => ref) };
}

const newCase = () => bareCase(database, clock, receipt);
const newAccount = () => bareAccount(database, clock);
/** As a kind of an account's own would be appended, of which there is none yet. */
const appendOf = (accountId: string, ref: string) => sql`
  select append_changes(array[${randomUUID()}]::uuid[], array['test'], array[null]::text[],
    array[${accountId}]::uuid[], array[${ref}], array[now()], 'person', now())`;

beforeEach(async () => {
  await sql`truncate case_record, account, change, stream_reader cascade`.execute(database);
  await newCase();
});

describe('a change', () => {
  it('says that something changed, when and where to look, and not what', async () => {
    const before = Number((await all()).at(-1)?.seq ?? 0);
    await write('e1');
    expect(await all()).toEqual([
      {
        seq: expect.any(String),
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        kind: 'case-moved',
        receipt,
        accountId: null,
        ref: 'e1',
        source: 'feed',
        at: new Date('2026-03-31T09:30:00Z'),
        recordedAt: clock.now(),
      },
    ]);
    expect(Number((await all())[0]?.seq)).toBeGreaterThan(before);
  });

  it('is there if and only if what it is about commits', async () => {
    const failing = changing(database, clock, 'feed', async (_transaction, note) => {
      note(moved('rolled back'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await refs()).toEqual([]);
    await database.transaction().execute(async (transaction) => {
      await changing(transaction, clock, 'person', async (_inner, note) => note(moved('inner')));
      expect(await refs()).toEqual([]);
    });
    expect(await refs()).toEqual(['inner']);
  });

  it('cannot be noted once its work has ended', async () => {
    let late: Note = () => {};
    await changing(database, clock, 'feed', async (_transaction, note) => {
      late = note;
    });
    expect(() => late(moved('late'))).toThrow('after its work has ended');
  });

  it('is of a case or an account that is there', async () => {
    const elsewhere = changing(database, clock, 'feed', async (_transaction, note) =>
      note({ ...moved('e1'), receipt: 'ARC0000000000' }),
    );
    await expect(elsewhere).rejects.toThrow('a change is of a case that is not there');
    await expect(appendOf(randomUUID(), 'x').execute(database)).rejects.toThrow('change_account_id_fkey');
  });

  it('is erased with the account, and its number is given to no other', async () => {
    const accountId = await newAccount();
    await write('e1');
    await appendOf(accountId, 'own').execute(database);
    const { read, refs: taken } = reader();
    await read();
    await database.deleteFrom('account').where('id', '=', accountId).execute();
    expect(await refs()).toEqual(['e1']);
    await write('e2');
    await read();
    expect(taken()).toEqual(['e1', 'own', 'e2']);
  });
});

describe('numbers', () => {
  /** A writer that does its work and then stays open until it is told to go on. */
  function openWriter(ref: string) {
    const { promise: worked, resolve: hasWorked } = Promise.withResolvers<void>();
    const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
    const done = changing(database, clock, 'feed', async (transaction, note) => {
      await sql`select pg_current_xact_id()`.execute(transaction);
      note(moved(ref));
      hasWorked();
      await held;
    });
    return {
      worked,
      commit: async () => {
        goOn();
        await done;
      },
    };
  }

  it('are in the order of commits, and a reader loses nobody who began first and commits last', async () => {
    const { read, refs: taken } = reader();
    const [first, second] = [openWriter('A'), openWriter('B')];
    await Promise.all([first.worked, second.worked]);
    await second.commit();
    await read();
    expect(taken()).toEqual(['B']);
    await first.commit();
    await read();
    expect(taken()).toEqual(['B', 'A']);
    expect(await refs()).toEqual(['B', 'A']);
  });

  it('are given to one transaction at a time, until it has committed', async () => {
    const { read, refs: taken } = reader();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query('begin');
      await client.query(
        `select append_changes(array[gen_random_uuid()], array['case-moved'], array['${receipt}'], array[null]::uuid[],
          array['A'], array[now()], 'feed', now())`,
      );
      const other = write('B');
      await expect.poll(() => waitingForLocks(database)).toBe(1);
      await read();
      expect(taken()).toEqual([]);
      await client.query('commit');
      await other;
      await read();
      expect(taken()).toEqual(['A', 'B']);
    } finally {
      await client.end();
    }
  });

  it('are read while another database of the cluster has a write open', async () => {
    const elsewhere = await freshDatabase();
    const { read, refs: taken } = reader();
    await elsewhere.database.transaction().execute(async (transaction) => {
      await sql`select pg_current_xact_id()`.execute(transaction);
      await write('here');
      await read();
      expect(taken()).toEqual(['here']);
    });
  });

  it('of twenty writers side by side have no gap, and each is read once', async () => {
    const nodes = [connection, connect(url, 4), connect(url, 4)];
    afterAll(() => Promise.all(nodes.slice(1).map((node) => node.close())));
    const readers = nodes.map((node) => reader(node));
    let writing = true;
    const reading = readers.map(async ({ read }) => {
      while (writing) await read();
      await read();
    });
    await Promise.all(
      Array.from({ length: 20 }, async (_, writer) => {
        for (let turn = 0; turn < 10; turn++)
          await write(...Array.from({ length: (writer % 3) + 1 }, (__, at) => `${writer}.${turn}.${at}`));
      }),
    );
    writing = false;
    await Promise.all(reading);
    const written = await all();
    const [first] = written;
    expect(written.map(({ seq }) => Number(seq) - Number(first?.seq))).toEqual(written.map((_, at) => at));
    const taken = readers.flatMap((each) => each.taken).toSorted((a, b) => Number(a.seq) - Number(b.seq));
    expect(taken).toEqual(written);
    expect(new Set(written.map(({ ref }) => ref)).size).toBe(written.length);
  });
});

describe('the order of locks', () => {
  const inTransaction = (...steps: readonly ((transaction: Database) => Promise<unknown>)[]) =>
    database.transaction().execute(async (transaction) => {
      for (const step of steps) await step(transaction);
    });
  const cases = (transaction: Database) => takeTransactionLock(transaction, 'cases');
  const rows = (transaction: Database) =>
    transaction.updateTable('case_record').set({ form: 'WORK-4' }).execute();
  const stream = (transaction: Database) =>
    changing(transaction, clock, 'feed', async (_transaction, note) => note(moved('e1')));
  const chain = (transaction: Database) => recordSecurityEvent(transaction, clock, { kind: 'case-claimed' });

  it('is cases, rows, stream, chain; what is held already may be taken again', async () => {
    await inTransaction(cases, rows, stream, chain);
    await inTransaction(cases, stream, cases, stream, chain, chain);
  });

  it.each([
    ['cases after stream', stream, cases],
    ['cases after chain', chain, cases],
    ['rows of case_record after stream', stream, rows],
    ['rows of case_record after chain', chain, rows],
    ['stream after chain', chain, stream],
  ])('raises where it is another: %s', async (wrong, first, second) => {
    await expect(inTransaction(first, second)).rejects.toThrow(`wrong order of locks: ${wrong}`);
  });

  it('raises for an event that is recorded before what was noted is appended', async () => {
    const early = changing(database, clock, 'person', async (transaction, note) => {
      note(moved('e1'));
      await chain(transaction);
    });
    await expect(early).rejects.toThrow('wrong order of locks: stream after chain');
  });

  it('has the rows that a foreign key locks before the stream', async () => {
    const accountId = await newAccount();
    const [isHeld, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = changing(database, clock, 'office', async (transaction, note) => {
      await sql`select from account where id = ${accountId} for update`.execute(transaction);
      isHeld.resolve();
      await held.promise;
      note(moved('e0'));
    });
    await isHeld.promise;
    const waits = appendOf(accountId, 'own').execute(database);
    await expect.poll(() => waitingForLocks(database)).toBe(1);
    // Whoever has the row goes on to the stream, which the one that waits for the row does not have.
    held.resolve();
    await Promise.all([holder, waits]);
    expect(await refs()).toEqual(['e0', 'own']);
  });
});
