import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { connect, type Database, takeTransactionLock } from '../database/index.ts';
import { makeLog } from '../log/index.ts';
import { makeStreams, type Numbered, type Reader, readingFrom, type Source } from './index.ts';

const { database, connection, url } = await freshDatabase();
await sql`create table line (seq bigint primary key, kind text not null)`.execute(database);
await sql`create table taken (reader text, seq bigint)`.execute(database);

const lines: Source<Numbered> = {
  table: 'line',
  after: async (transaction, seq, most) => {
    const { rows } = await sql<Numbered>`
      select seq, kind from line where seq > ${seq} order by seq limit ${most}`.execute(transaction);
    return rows;
  },
};

/** Appends as a source has to. */
const append = (...kinds: readonly string[]) =>
  database.transaction().execute(async (transaction) => {
    await takeTransactionLock(transaction, 'stream');
    await sql`
      insert into line select coalesce((select max(seq) from line), 0) + place, kind
      from unnest(${kinds}::text[]) with ordinality as noted (kind, place)`.execute(transaction);
    await sql`select pg_notify('portico_stream', 'line')`.execute(transaction);
  });
const many = (count: number) => append(...Array.from({ length: count }, () => 'a'));

/** A reader that writes down what it takes, in its own transaction. */
const writer = (name: string, more: Partial<Reader<Numbered>> = {}): Reader<Numbered> => ({
  name,
  wants: () => true,
  ...more,
  take: async (transaction, rows) => {
    await sql`insert into taken select ${name}, unnest(${rows.map(({ seq }) => seq)}::bigint[])`.execute(
      transaction,
    );
    await more.take?.(transaction, rows);
  },
});
const takenBy = async (name: string) => {
  const { rows } = await sql<{ seq: string }>`
    select seq from taken where reader = ${name} order by ctid`.execute(database);
  return rows.map(({ seq }) => Number(seq));
};
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

function streams(readers: readonly Reader<Numbered>[], on = connection) {
  const logged: string[] = [];
  const log = makeLog('info', { write: (line: string) => void logged.push(line) });
  return {
    ...makeStreams({ connection: on, log, readings: readers.map((each) => readingFrom(lines, each)) }),
    logged,
  };
}
/** Another process, as far as the database can tell. */
function otherNode() {
  const other = connect(url, 4);
  afterAll(() => other.close());
  return other;
}

/** Ends the connections that listen. */
const listening = sql`
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and query = 'listen portico_stream'`;

beforeEach(async () => {
  await sql`truncate line, taken, stream_reader`.execute(database);
});

describe('a reader', () => {
  it('takes every row once and in order, however many there are', async () => {
    await many(2_500);
    const { read } = streams([writer('a')]);
    await read();
    expect(await takenBy('a')).toEqual(upTo(2_500));
    await read();
    await many(1);
    await read();
    expect(await takenBy('a')).toEqual(upTo(2_501));
  });

  it('takes the kinds that it wants, and passes by the others', async () => {
    await append('a', 'b', 'c', 'b');
    const { read, lags } = streams([writer('b', { wants: (kind) => kind === 'b' })]);
    await read();
    expect(await takenBy('b')).toEqual([2, 4]);
    await append('c');
    await read();
    expect(await lags()).toEqual(new Map([['b', 0]]));
  });

  it('that fails stops alone, shows as a lag, and goes on where it was', async () => {
    let broken = true;
    const failing = writer('failing', {
      take: async (_transaction, rows) => {
        if (broken && rows.some(({ seq }) => seq === '5')) throw new Error('of quill@example.org');
      },
    });
    const { read, lags, logged } = streams([failing, writer('sound')]);
    await many(3);
    await read();
    await many(3);
    await read();
    expect([await takenBy('failing'), await takenBy('sound')]).toEqual([upTo(3), upTo(6)]);
    expect(await lags()).toEqual(
      new Map([
        ['failing', 3],
        ['sound', 0],
      ]),
    );
    expect(logged).toEqual([expect.stringMatching(/"reader":"failing".*stream\.test\.ts/)]);
    expect(logged.join()).not.toContain('quill');
    broken = false;
    await read();
    expect([await takenBy('failing'), await takenBy('sound')]).toEqual([upTo(6), upTo(6)]);
    expect(await lags()).toEqual(
      new Map([
        ['failing', 0],
        ['sound', 0],
      ]),
    );
  });

  it('that hangs keeps no other waiting', async () => {
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { read } = streams([writer('hanging', { take: () => held }), writer('sound')]);
    await many(2);
    const reading = read();
    await expect.poll(() => takenBy('sound')).toEqual([1, 2]);
    expect(await takenBy('hanging')).toEqual([]);
    letGo();
    await reading;
    expect(await takenBy('hanging')).toEqual([1, 2]);
  });

  it('reads in one process at a time', async () => {
    let [now, most] = [0, 0];
    const slow = () =>
      writer('slow', {
        take: async (transaction) => {
          most = Math.max(most, ++now);
          await sql`select pg_sleep(0.01)`.execute(transaction);
          now -= 1;
        },
      });
    const nodes = [streams([slow()]), streams([slow()], otherNode()), streams([slow()], otherNode())];
    for (let round = 0; round < 20; round++) {
      await many(3);
      await Promise.all(nodes.map(({ read }) => read()));
    }
    await nodes[0]?.read();
    expect(await takenBy('slow')).toEqual(upTo(60));
    expect(most).toBe(1);
  });
});

describe('readers that follow', () => {
  it('read what is appended, soon and together', async () => {
    let times = 0;
    const { follow } = streams([writer('a', { take: async () => void times++ })]);
    await many(1);
    const { stop } = await follow();
    try {
      await expect.poll(() => takenBy('a')).toEqual([1]);
      for (let each = 0; each < 100; each++) await many(1);
      await expect.poll(() => takenBy('a')).toEqual(upTo(101));
      expect(times).toBeLessThan(30);
    } finally {
      await stop();
    }
    await many(1);
    expect(await takenBy('a')).toEqual(upTo(101));
  });

  it('read what was appended while their connection was gone', async () => {
    const { follow } = streams([writer('a')], otherNode());
    const { stop } = await follow();
    try {
      expect((await listening.execute(database)).rows).toHaveLength(1);
      await many(2);
      await expect.poll(() => takenBy('a')).toEqual([1, 2]);
      await many(1);
      await expect.poll(() => takenBy('a')).toEqual([1, 2, 3]);
    } finally {
      await stop();
    }
  });

  it('are not woken by more rows after a failure, but by the clock', async () => {
    let tries = 0;
    const failing: Reader<Numbered> = {
      name: 'failing',
      wants: () => true,
      take: async () => {
        tries += 1;
        if (tries === 1) throw new Error('not now');
      },
    };
    const { follow, wake, lags } = streams([failing, writer('sound')]);
    const { stop } = await follow();
    try {
      await many(1);
      await expect.poll(() => tries).toBe(1);
      await many(1);
      await expect.poll(() => takenBy('sound')).toEqual([1, 2]);
      expect(tries).toBe(1);
      wake();
      await expect.poll(async () => (await lags()).get('failing')).toBe(0);
      await many(1);
      await expect.poll(() => tries).toBe(3);
    } finally {
      await stop();
    }
  });

  it('go on after a failure of the database, once they are connected again', async () => {
    let broken = true;
    const { follow, logged } = streams([
      writer('a', {
        take: async () => {
          if (broken) throw new Error('the database restarts');
        },
      }),
    ]);
    const { stop } = await follow();
    try {
      await many(1);
      await expect.poll(() => logged.length).toBe(1);
      broken = false;
      await listening.execute(database);
      await expect.poll(() => takenBy('a')).toEqual([1]);
    } finally {
      await stop();
    }
  });

  it('are stopped also where their connection is gone', async () => {
    const { follow } = streams([writer('a')], otherNode());
    const { stop } = await follow();
    await listening.execute(database);
    await stop();
  });
});

it('the place of a reader moves with what it writes, or not at all', async () => {
  await many(2);
  const committing = async (transaction: Database) => {
    await sql`create temporary table late (id int primary key deferrable initially deferred) on commit drop`.execute(
      transaction,
    );
    await sql`insert into late values (1), (1)`.execute(transaction);
  };
  await streams([writer('a', { take: committing })]).read();
  expect(await takenBy('a')).toEqual([]);
  await streams([writer('a')]).read();
  expect(await takenBy('a')).toEqual([1, 2]);
});
