import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Source } from '../../platform/stream/index.ts';
import type { Change, ChangeKind, ChangeSource, Noted } from './kinds.ts';

/** Notes a change, which is there for readers if and only if the transaction commits. */
export type Note = (change: Noted) => void;

/**
 * Writes what changes a case or an account, and appends what was noted as the last thing: its numbers are given under a
 * lock that is held until the commit (docs/decisions/0031).
 * @param database the caller's own transaction, when something else has to commit with it: then nothing but security
 * events may be written after this
 */
export async function changing<T>(
  database: Database,
  clock: Clock,
  source: ChangeSource,
  work: (transaction: Database, note: Note) => Promise<T>,
): Promise<T> {
  const run = async (transaction: Database): Promise<T> => {
    const noted: Noted[] = [];
    let open = true;
    const result = await work(transaction, (change) => {
      if (!open) throw new Error(`${change.kind} is noted after its work has ended`);
      noted.push(change);
    });
    open = false;
    if (noted.length > 0) await append(transaction, noted, source, clock.now());
    return result;
  };
  return database.isTransaction ? run(database) : database.transaction().execute(run);
}

const ID_BYTES = 16;

/** A change of either sort. */
type Entry = {
  readonly kind: ChangeKind;
  readonly receipt?: string | null;
  readonly accountId?: string;
  readonly ref: string;
  readonly at: Date;
};

async function append(
  transaction: Database,
  entries: readonly Entry[],
  source: ChangeSource,
  now: Date,
): Promise<void> {
  const column = <T>(of: (entry: Entry) => T): T[] => entries.map(of);
  await sql`select append_changes(
    ${newIds(entries.length)}::uuid[], ${column(({ kind }) => kind)}::text[],
    ${column(({ receipt }) => receipt ?? null)}::text[], ${column(({ accountId }) => accountId ?? null)}::uuid[],
    ${column(({ ref }) => ref)}::text[], ${column(({ at }) => at)}::timestamptz[], ${source}, ${now}::timestamptz
  )`.execute(transaction);
}

/** Their randomness is drawn at once, which is a sixth of the time. */
function newIds(count: number): readonly string[] {
  const random = randomBytes(count * ID_BYTES);
  return Array.from({ length: count }, (_, at) =>
    uuid({ random: random.subarray(at * ID_BYTES, (at + 1) * ID_BYTES) }),
  );
}

/** The stream of changes. */
export const changes: Source<Change> = {
  table: 'change',
  after: async (transaction, seq, most) => {
    const { rows } = await sql<Change>`
      select seq, id, kind, receipt, account_id as "accountId", ref, source, at, recorded_at as "recordedAt"
      from change where seq > ${seq} order by seq limit ${most}`.execute(transaction);
    return rows;
  },
};
