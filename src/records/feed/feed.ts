import type { Clock } from '../../platform/clock/index.ts';
import { type DataKey, sameDigest, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import {
  accessCodeMacs,
  adoptNumberedPeople,
  agencyNumberIndexes,
  byTime,
  type CaseCatalogue,
  detailPlace,
  linkByAgencyNumber,
  lockCases,
  numberedPeople,
  personPlace,
  recordedPersonIndexes,
  writeDetail,
  writePerson,
} from '../cases/index.ts';
import { changing, type Note } from '../changes/index.ts';
import { canonical, type FeedEvent, type FeedRules, parseLine } from './event.ts';
import { type Line, splitLines } from './lines.ts';
import {
  type CaseState,
  type EventRow,
  insertEvents,
  selectDigests,
  selectStates,
  upsertStates,
} from './store.ts';

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
  | { readonly is: 'event'; readonly number: number; readonly event: FeedEvent; readonly digest: Buffer }
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
          takeBatch(transaction, note, vault, clock.now(), batch),
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

function readLine(line: Line, rules: FeedRules, vault: Vault): Reading {
  const { number } = line;
  if (line.is === 'too-long') return { is: 'bad', number, reason: 'longer than 64 KB' };
  const parsed = parseLine(line.bytes, rules);
  if (parsed.is === 'bad') return { is: 'bad', number, reason: parsed.reason };
  const digest = vault.blindIndex('feed-event', canonical(parsed.event));
  return { is: 'event', number, event: parsed.event, digest };
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

async function takeBatch(
  transaction: Database,
  note: Note,
  vault: Vault,
  now: Date,
  batch: readonly Reading[],
): Promise<{ added: number; known: number; bad: readonly { number: number; reason: string }[] }> {
  await lockCases(transaction);
  const events = batch.filter((reading) => reading.is === 'event');
  const digests = new Map(
    await selectDigests(
      transaction,
      events.map(({ event }) => event.id),
    ),
  );
  const bad: { number: number; reason: string }[] = [];
  const fresh: { event: FeedEvent; digest: Buffer }[] = [];
  let known = 0;
  for (const reading of batch) {
    if (reading.is === 'bad') {
      bad.push(reading);
      continue;
    }
    const before = digests.get(reading.event.id);
    if (before === undefined) {
      digests.set(reading.event.id, reading.digest);
      fresh.push(reading);
    } else if (isSame(vault, before, reading)) known += 1;
    else bad.push({ number: reading.number, reason: 'the event id is already known with other content' });
  }
  if (fresh.length === 0) return { added: 0, known, bad };

  const byReceipt = Map.groupBy(fresh, ({ event }) => event.receipt);
  const before = await selectStates(transaction, [...byReceipt.keys()]);
  const states: CaseState[] = [];
  const rows: EventRow[] = [];
  for (const [receipt, group] of byReceipt) {
    const settled = settle(
      receipt,
      group.map(({ event }) => event),
      before.get(receipt),
      vault,
    );
    states.push(settled.state);
    for (const { event, digest } of group) {
      const { id, at, status, detail } = event;
      const detailSealed = detail === null ? null : settled.key().seal(writeDetail(detail), detailPlace(id));
      rows.push({ id, receipt, at, status, detailSealed, digest });
    }
  }
  if (vault.indexMarks.length > 1)
    await adoptNumberedPeople(
      transaction,
      fresh.flatMap(({ event: { person } }) => numberedPeople(vault, person)),
    );
  await upsertStates(transaction, states, now);
  await insertEvents(transaction, rows, now);
  await linkByAgencyNumber(transaction, [...byReceipt.keys()], now);
  for (const { id, receipt, at } of rows) note({ kind: 'case-moved', receipt, ref: id, at });
  return { added: fresh.length, known, bad };
}

/**
 * Whether an event is the one that is known by its id. One whose digest nobody can make any more, since its key was
 * retired, is taken for it.
 */
function isSame(vault: Vault, before: Buffer, { event, digest }: Extract<Reading, { is: 'event' }>): boolean {
  return (
    sameDigest(before, digest) ||
    vault.isRetired(before) ||
    vault.isBlindIndex(before, 'feed-event', canonical(event))
  );
}

/**
 * What a case is after further events, in whatever order they come: its form, status and person are those of its newest
 * event, its access code that of the newest event that has one.
 */
function settle(
  receipt: string,
  events: readonly FeedEvent[],
  before: CaseState | undefined,
  vault: Vault,
): { readonly state: CaseState; key(): DataKey } {
  const ordered = events.toSorted(byTime);
  const newest = ordered.at(-1);
  if (newest === undefined) throw new Error('a case settles by at least one event');
  const made = before === undefined ? vault.newDataKey() : undefined;
  const dataKey = made?.wrapped ?? before?.dataKey;
  if (dataKey === undefined) throw new Error('a case has a data key');
  let opened = made?.key;
  const key = () => {
    opened ??= vault.openDataKey(dataKey);
    return opened;
  };

  const isNewer = before === undefined || byTime({ id: before.latestEvent, at: before.statusAt }, newest) < 0;
  const current = isNewer
    ? {
        form: newest.form,
        personSealed: key().seal(writePerson(newest.person), personPlace(receipt)),
        personIndex: recordedPersonIndexes(vault, newest.person)[0],
        agencyNumberIndex:
          newest.person.agencyNumber === undefined
            ? null
            : agencyNumberIndexes(vault, newest.person.agencyNumber)[0],
        status: newest.status,
        statusAt: newest.at,
        latestEvent: newest.id,
      }
    : before;
  return {
    state: { ...current, receipt, dataKey, ...newestAccessCode(receipt, ordered, before, vault) },
    key,
  };
}

function newestAccessCode(
  receipt: string,
  ordered: readonly FeedEvent[],
  before: CaseState | undefined,
  vault: Vault,
): Pick<CaseState, 'accessCodeMac' | 'accessCodeAt' | 'accessCodeEvent'> {
  const newest = ordered.findLast((event) => event.accessCode !== null);
  const { accessCodeMac: mac = null, accessCodeAt: at = null, accessCodeEvent: id = null } = before ?? {};
  const isNewer = newest !== undefined && (at === null || id === null || byTime({ id, at }, newest) < 0);
  if (!isNewer || newest.accessCode === null)
    return { accessCodeMac: mac, accessCodeAt: at, accessCodeEvent: id };
  return {
    accessCodeMac: accessCodeMacs(vault, receipt, newest.accessCode)[0],
    accessCodeAt: newest.at,
    accessCodeEvent: newest.id,
  };
}
