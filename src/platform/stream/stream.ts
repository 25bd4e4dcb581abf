import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { inBrowser } from '../browser/index.ts';
import type { Database, DatabaseConnection } from '../database/index.ts';
import { framesOf } from '../log/index.ts';
import { makeSignals, type Signals } from './listening.ts';

/** A row of a source. Its number is a bigint, which JavaScript has as text. */
export type Numbered = { readonly seq: string; readonly kind: string };

/**
 * A table whose rows are numbered in the order in which they commit, so that none ever comes in behind a number that was
 * read. Whoever appends notifies `portico_stream` with the table's name.
 */
export type Source<Row extends Numbered> = {
  readonly table: string;
  /** The rows after a number in their order, no more than so many. */
  after(transaction: Database, seq: string, most: number): Promise<readonly Row[]>;
};

/** Somebody who reads every row of a source that it wants once, in their order. */
export type Reader<Row extends Numbered> = {
  /** Under which its place is kept; one without a place begins with the first row. */
  readonly name: string;
  wants(kind: Row['kind']): boolean;
  /**
   * Takes some rows. It writes rows and asks for jobs, in this transaction, and never sends: what is done elsewhere is
   * done again where the transaction fails.
   */
  take(transaction: Database, rows: readonly Row[]): Promise<void>;
};

/** A reader at its source, whatever the rows are. */
export type Reading = {
  readonly name: string;
  readonly table: string;
  /** Hands on the rows after a number. @returns the number of the last, and how many there were; null for none */
  take(
    transaction: Database,
    after: string,
    most: number,
  ): Promise<{ readonly seq: string; readonly count: number } | null>;
};

/** Joins a reader to its source. */
export function readingFrom<Row extends Numbered>(source: Source<Row>, reader: Reader<Row>): Reading {
  return {
    name: reader.name,
    table: source.table,
    take: async (transaction, after, most) => {
      const rows = await source.after(transaction, after, most);
      const wanted = rows.filter(({ kind }) => reader.wants(kind));
      if (wanted.length > 0) await reader.take(transaction, wanted);
      const last = rows.at(-1);
      return last === undefined ? null : { seq: last.seq, count: rows.length };
    },
  };
}

export type Follower = { stop(): Promise<void> };

export type Streams = {
  /**
   * Lets every reader read as far as there is something, and waits for all. One that fails stays where it is and is told
   * of in the log; the others do not notice.
   */
  read(): Promise<void>;
  /** Reads on whenever something is appended, until stopped. */
  follow(): Promise<Follower>;
  /** Lets readers that follow look whether something was missed, also those that failed. Waits for none. */
  wake(): void;
  /** By how many numbers each reader is behind. */
  lags(): Promise<ReadonlyMap<string, number>>;
};

const AT_ONCE = 1_000;
/** What is appended meanwhile is read together. */
const GATHER_MILLISECONDS = 200;

/** Brings readers and what they read together. Over all processes each reader reads in one of them at a time. */
export function makeStreams({
  connection,
  log,
  readings,
  signals = makeSignals(connection, log),
}: {
  readonly connection: Pick<DatabaseConnection, 'database' | 'pool'>;
  readonly log: Pick<Logger, 'error' | 'warn'>;
  readonly readings: readonly Reading[];
  /** Those of the process, where others hear them too. */
  readonly signals?: Signals;
}): Streams {
  const { database } = connection;
  const turns = readings.map((reading) => ({ reading, turn: makeTurn(database, log, reading) }));
  let begun: Promise<unknown> | null = null;
  /** Gives each reader its place, where it has none. */
  const begin = async (): Promise<void> => {
    begun ??= keepPlaces(
      database,
      readings.map(({ name }) => name),
    );
    await begun.catch((error: unknown) => {
      begun = null;
      throw error;
    });
  };

  return {
    read: async () => {
      await begin();
      await Promise.all(turns.map(({ turn }) => turn.read()));
    },
    follow: async () => {
      await begin();
      const listening = await signals.hear((source) => {
        for (const { reading, turn } of turns)
          if (source === null) turn.retry();
          else if (source === reading.table) turn.wake();
      });
      return {
        stop: async () => {
          await listening.stop();
          await Promise.all(turns.map(({ turn }) => turn.stop()));
        },
      };
    },
    wake: () => {
      for (const { turn } of turns) turn.retry();
    },
    lags: async () => {
      const lags = new Map<string, number>();
      for (const { name, table } of readings) {
        const { rows } = await sql<{ lag: string }>`
          select coalesce((select max(seq) from ${sql.table(table)}), 0)
            - coalesce((select seq from stream_reader where name = ${name}), 0) as lag`.execute(database);
        // Rows that were read may be erased since.
        lags.set(name, Math.max(0, Number(rows[0]?.lag ?? 0)));
      }
      return lags;
    },
  };
}

async function keepPlaces(database: Database, names: readonly string[]): Promise<void> {
  await sql`
    insert into stream_reader (name, seq)
    select name, 0 from unnest(${names}::text[]) as name
    where not exists (select from stream_reader kept where kept.name = name)
    on conflict do nothing`.execute(database);
}

type Turn = {
  /** Reads as far as there is something now. */
  read(): Promise<void>;
  /** Reads soon, unless it failed the last time. */
  wake(): void;
  /** Reads soon, also if it failed. */
  retry(): void;
  stop(): Promise<void>;
};

/** Lets one reader read, once at a time in this process. */
function makeTurn(database: Database, log: Pick<Logger, 'error'>, reading: Reading): Turn {
  const stopping = new AbortController();
  const { signal } = stopping;
  let last: Promise<void> = Promise.resolve();
  let [failed, resting, woken] = [false, false, false];

  const readAll = async (): Promise<void> => {
    try {
      let more = true;
      while (more && !signal.aborted) more = await readSome(database, reading);
      failed = false;
    } catch (error) {
      failed = true;
      const stack = error instanceof Error ? framesOf(error) : '';
      log.error({ reader: reading.name, err: { stack } }, 'a reader of a stream failed');
    }
  };
  const read = (): Promise<void> => {
    // After one that is under way, which may have looked too early. It is of no browser, whoever opened the connection.
    last = last.then(() => inBrowser('', readAll));
    return last;
  };
  const wake = (): void => {
    woken = true;
    if (failed || resting || signal.aborted) return;
    [resting, woken] = [true, false];
    void read()
      .then(() => setTimeout(GATHER_MILLISECONDS, undefined, { signal }).catch(() => {}))
      .then(() => {
        resting = false;
        if (woken) wake();
      });
  };
  return {
    read,
    wake,
    retry: () => {
      failed = false;
      wake();
    },
    stop: async () => {
      stopping.abort();
      await last;
    },
  };
}

/** @returns whether there may be more */
async function readSome(database: Database, { name, take }: Reading): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ seq: string }>`
      select seq from stream_reader where name = ${name} for update skip locked`.execute(transaction);
    const [place] = rows;
    // Another process reads, and is woken by what comes meanwhile.
    if (place === undefined) return false;
    const taken = await take(transaction, place.seq, AT_ONCE);
    if (taken === null) return false;
    await sql`update stream_reader set seq = ${taken.seq} where name = ${name}`.execute(transaction);
    return taken.count === AT_ONCE;
  });
}
