import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { CaseCatalogue } from '../cases/index.ts';
import { changing, type Note } from '../changes/index.ts';
import { type DigestedEvent, digested, type IntakeRules, takeStatusEvents } from '../intake/index.ts';
import { type Line, splitLines } from './lines.ts';
import { parseLine } from './parse.ts';

/** What became of the lines of a feed. */
export type FeedSummary = {
  /** Lines that were not blank: the sum of the other three. */
  readonly read: number;
  /** Events that are new and now stored. */
  readonly added: number;
  /** Events that were stored before. */
  readonly known: number;
  /** Lines that were refused. */
  readonly bad: number;
};

export type FeedListener = {
  /** A refused line, told once its batch is committed. The reason holds nothing personal. */
  badLine?(line: number, reason: string): void;
  /** The summary so far, after each batch. */
  progress?(summary: FeedSummary): void;
};

export type Feed = {
  /**
   * Takes in a stream of events, one JSON object a line. Each batch of lines commits by itself, so that what was told
   * as done stays done; running the same stream again completes it.
   * @throws when the stream cannot be read or the database fails; the batches before stay
   */
  take(source: AsyncIterable<Uint8Array>, listener?: FeedListener): Promise<FeedSummary>;
};

export type FeedNeeds = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly catalogue: CaseCatalogue;
  readonly receiptPrefix: string;
  readonly languages: readonly string[];
  /** Lines that one transaction takes. */
  readonly batchSize?: number;
};

const LONGEST_LINE = 64 * 1024;
const BATCH = 1000;

type Reading =
  | ({ readonly is: 'event'; readonly number: number } & DigestedEvent)
  | { readonly is: 'bad'; readonly number: number; readonly reason: string };

/** The way in for what the agency's other systems say of its cases. */
export function makeFeed(needs: FeedNeeds): Feed {
  const { database, vault, clock, batchSize = BATCH } = needs;
  const read = (line: Line): Reading => readLine(line, needs, vault);

  return {
    take: async (source, listener = {}) => {
      let summary: FeedSummary = { read: 0, added: 0, known: 0, bad: 0 };
      const commit = async (batch: readonly Reading[]): Promise<void> => {
        const outcome = await changing(database, clock, 'feed', (transaction, note) =>
          takeBatch(transaction, note, { vault, now: clock.now() }, batch),
        );
        summary = {
          read: summary.read + batch.length,
          added: summary.added + outcome.added,
          known: summary.known + outcome.known,
          bad: summary.bad + outcome.bad.length,
        };
        for (const { number, reason } of outcome.bad) listener.badLine?.(number, reason);
        listener.progress?.(summary);
      };

      // One batch is read while the one before is being written.
      let committing: Promise<void> = Promise.resolve();
      try {
        for await (const lines of inBatches(splitLines(source, LONGEST_LINE), batchSize)) {
          const batch = lines.map(read);
          await committing;
          committing = commit(batch);
          committing.catch(() => {
            // Thrown where it is awaited; this only keeps the process from ending before.
          });
        }
      } finally {
        await committing;
      }
      return summary;
    },
  };
}

function readLine(line: Line, rules: IntakeRules, vault: Vault): Reading {
  const { number } = line;
  if (line.is === 'too-long') return { is: 'bad', number, reason: 'longer than 64 KB' };
  const parsed = parseLine(line.bytes, rules);
  if (parsed.is === 'bad') return { is: 'bad', number, reason: parsed.reason };
  return { is: 'event', number, ...digested(vault, parsed.event) };
}

async function* inBatches(
  source: AsyncIterable<readonly Line[]>,
  size: number,
): AsyncGenerator<readonly Line[]> {
  let batch: Line[] = [];
  for await (const lines of source) {
    for (const line of lines) {
      batch.push(line);
      if (batch.length === size) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
}

/** Takes in the events of a batch, and tells its bad lines from those whose id is another's. */
async function takeBatch(
  transaction: Database,
  note: Note,
  parts: { readonly vault: Vault; readonly now: Date },
  batch: readonly Reading[],
): Promise<{ added: number; known: number; bad: readonly { number: number; reason: string }[] }> {
  const events = batch.filter((reading) => reading.is === 'event');
  const taken = await takeStatusEvents(transaction, note, parts, events);
  const bad = batch.filter((reading) => reading.is === 'bad');
  const twice = events.filter((_, at) => taken[at] === 'id-of-another');
  const reason = 'the event id is already known with other content';
  return {
    added: taken.filter((each) => each === 'added').length,
    known: taken.filter((each) => each === 'known').length,
    bad: [...bad, ...twice.map(({ number }) => ({ number, reason }))].toSorted((a, b) => a.number - b.number),
  };
}
