import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { keptNowhere } from '../../platform/storage/index.ts';
import { changing, type Note } from '../changes/index.ts';
import { selectMessageHashes } from '../conversations/index.ts';
import { type StoredFile, selectFileHashes } from '../documents/index.ts';
import {
  digested,
  type EventWithFiles,
  type Filing,
  filesWith,
  type IntakeEvent,
  type IntakeRules,
  type Item,
  selectDigests,
  takeEvents,
  withFiles,
} from '../intake/index.ts';
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
  /**
   * A refused line, told once its batch is committed, with the agency's id of its event where it says one. The reason holds
   * nothing personal.
   */
  badLine?(line: number, reason: string, id: string | null): void;
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
  /**
   * Tells what would become of a stream, and writes nothing: one transaction takes all of it in and is taken back. Others who
   * write cases wait until it is done.
   * @throws like `take`
   */
  check(source: AsyncIterable<Uint8Array>, listener?: FeedListener): Promise<FeedSummary>;
};

export type FeedNeeds = IntakeRules & {
  readonly database: Database;
  readonly vault: Vault;
  /** Where files come from that are named by lines; without it such a line is bad. */
  readonly filing?: Filing;
  /** Lines that one transaction takes. */
  readonly batchSize?: number;
};

const LONGEST_LINE = 64 * 1024;
const BATCH = 1000;
const FILES_AT_ONCE = 4;
const NO_FILES = { is: 'bad', reason: 'no folder of files was named: --files FOLDER' } as const;

type Bad = {
  readonly is: 'bad';
  readonly number: number;
  readonly reason: string;
  readonly id: string | null;
};
type Reading = { readonly is: 'event'; readonly number: number; readonly event: IntakeEvent } | Bad;
type Ready = { readonly is: 'item'; readonly number: number; readonly item: Item } | Bad;
type Outcome = {
  readonly added: number;
  readonly known: number;
  readonly bad: readonly Bad[];
  /** Files whose lines are not new after all. */
  readonly inVain: readonly StoredFile[];
};

/** The way in for what the agency's other systems say of its cases. */
export function makeFeed(needs: FeedNeeds): Feed {
  const { database, vault, clock, batchSize = BATCH } = needs;
  const read = (line: Line): Reading => readLine(line, needs);
  const parts = () => ({ vault, now: clock.now() });

  return {
    take: async (source, listener = {}) => {
      const tell = telling(listener);
      const commit = async (batch: readonly Ready[]): Promise<void> => {
        const outcome = await changing(database, clock, 'feed', (transaction, note) =>
          takeBatch(transaction, note, parts(), batch),
        );
        tell.outcome(batch.length, outcome);
        await removeFiles(outcome.inVain, needs);
      };

      // One batch is read while the one before is being written.
      let committing: Promise<void> = Promise.resolve();
      try {
        for await (const lines of inBatches(splitLines(source, LONGEST_LINE), batchSize)) {
          const batch = await makeReady(lines.map(read), needs);
          await committing.catch(async (error: unknown) => {
            await removeFiles(filesOf(batch), needs);
            throw error;
          });
          committing = commit(batch);
          committing.catch(() => {
            // Thrown where it is awaited; this only keeps the process from ending before.
          });
        }
      } finally {
        await committing;
      }
      return tell.summary();
    },

    check: async (source, listener = {}) => {
      const tell = telling(listener);
      const { filing, ...rest } = needs;
      const transaction = await database.startTransaction().execute();
      const trial = {
        ...rest,
        database: transaction,
        ...(filing === undefined ? {} : { filing: { ...filing, blobs: keptNowhere() } }),
      };
      try {
        for await (const lines of inBatches(splitLines(source, LONGEST_LINE), batchSize)) {
          const batch = await makeReady(lines.map(read), trial);
          tell.outcome(batch.length, await takeBatch(transaction, () => {}, parts(), batch));
        }
      } finally {
        await transaction.rollback().execute();
      }
      return tell.summary();
    },
  };
}

/** Tells a listener of batches, and adds them up. */
function telling(listener: FeedListener) {
  let summary: FeedSummary = { read: 0, added: 0, known: 0, bad: 0 };
  return {
    summary: () => summary,
    outcome: (read: number, { added, known, bad }: Outcome): void => {
      summary = {
        read: summary.read + read,
        added: summary.added + added,
        known: summary.known + known,
        bad: summary.bad + bad.length,
      };
      for (const { number, reason, id } of bad) listener.badLine?.(number, reason, id);
      listener.progress?.(summary);
    },
  };
}

function readLine(line: Line, rules: IntakeRules): Reading {
  const { number } = line;
  if (line.is === 'too-long') return { is: 'bad', number, reason: 'longer than 64 KB', id: null };
  return { ...parseLine(line.bytes, rules), number };
}

/**
 * Makes the events of a batch ready for a transaction, and stores the files that come with them.
 * @throws when one of the files cannot be stored, and leaves none of the others
 */
async function makeReady(batch: readonly Reading[], needs: FeedNeeds): Promise<readonly Ready[]> {
  const { database, vault, filing } = needs;
  const coming = batch.flatMap((reading) =>
    reading.is === 'event' && comesWithFiles(reading.event)
      ? [{ number: reading.number, event: reading.event }]
      : [],
  );
  const ids = coming.map(({ event }) => event.id);
  const known = ids.length === 0 ? new Map<string, Buffer>() : await selectDigests(database, ids);
  const hashes = known.size === 0 ? new Map<string, readonly Buffer[]>() : await hashesOf(database, ids);
  const stored = new Map<number, Ready>();
  const store = async ({ number, event }: (typeof coming)[number]) => {
    const before = known.has(event.id) ? { fileHashes: hashes.get(event.id) ?? [] } : null;
    const made = filing === undefined ? NO_FILES : await withFiles({ vault, ...filing }, event, before);
    stored.set(number, made.is === 'bad' ? { ...made, number, id: event.id } : { ...made, number });
  };
  for (let at = 0; at < coming.length; at += FILES_AT_ONCE) {
    const done = await Promise.allSettled(coming.slice(at, at + FILES_AT_ONCE).map(store));
    const failed = done.find((each) => each.status === 'rejected');
    if (failed === undefined) continue;
    await removeFiles(filesOf([...stored.values()]), needs);
    throw failed.reason;
  }
  return batch.map((reading): Ready => {
    if (reading.is === 'bad') return reading;
    const { number, event } = reading;
    return stored.get(number) ?? { is: 'item', number, item: digested(vault, event) };
  });
}

const comesWithFiles = (event: IntakeEvent): event is EventWithFiles => filesWith(event).length > 0;

/** The SHA-256 of the files of what is there, by the agency's ids. */
async function hashesOf(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Buffer[]>> {
  const ofDocuments = await selectFileHashes(database, ids);
  return new Map([
    ...[...ofDocuments].map(([id, hash]) => [id, [hash]] as const),
    ...(await selectMessageHashes(database, ids)),
  ]);
}

const filesOf = (batch: readonly Ready[]): readonly StoredFile[] =>
  batch.flatMap((each) =>
    each.is === 'item'
      ? [...(each.item.file === undefined ? [] : [each.item.file]), ...(each.item.files ?? [])]
      : [],
  );

/** Removes files of which it is certain that no row names them, so that what is sent again and again fills no disk. */
async function removeFiles(
  files: readonly StoredFile[],
  { filing }: Pick<FeedNeeds, 'filing'>,
): Promise<void> {
  for (const { blob } of files)
    await filing?.blobs.remove(blob.id).catch(() => {
      // It goes at night with all blobs that no row names.
    });
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

/** Takes in the events of a batch, and tells its bad lines, in their order, from the others. */
async function takeBatch(
  transaction: Database,
  note: Note,
  parts: { readonly vault: Vault; readonly now: Date },
  batch: readonly Ready[],
): Promise<Outcome> {
  const ready = batch.filter((each) => each.is === 'item');
  const taken = await takeEvents(
    transaction,
    note,
    parts,
    ready.map(({ item }) => item),
  );
  const refused = ready.flatMap(({ number, item }, at) => {
    const outcome = taken[at];
    return outcome?.is === 'bad' ? [{ ...outcome, number, id: item.event.id }] : [];
  });
  const bad = [...batch.filter((each) => each.is === 'bad'), ...refused];
  return {
    added: taken.filter(({ is }) => is === 'added').length,
    known: taken.filter(({ is }) => is === 'known').length,
    bad: bad.toSorted((a, b) => a.number - b.number),
    inVain: filesOf(ready.filter((_, at) => taken[at]?.is !== 'added')),
  };
}
