import { type RawBuilder, sql } from 'kysely';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { presentBrowser } from '../browser/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import { flushLog } from '../log/index.ts';
import type { Reader, Source } from '../stream/index.ts';

/**
 * The kinds of event that are recorded. The rooms that have words for them add to this, so that nothing is recorded which
 * no person could read about their own account.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is added to elsewhere
export interface SecurityEventKinds {}

export type SecurityEventKind = keyof SecurityEventKinds;

export type SecurityEvent = {
  /** What happened, such as `signed-in`. */
  readonly kind: SecurityEventKind;
  readonly accountId?: string;
  /** Facts without personal data. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
};

/**
 * Adds an event to the append-only chain (ASVS 16.2.1). Writes a chain-wide lock that is held until the transaction
 * ends, so it belongs at the end of one.
 */
export async function recordSecurityEvent(
  database: Database,
  clock: Clock,
  event: SecurityEvent,
): Promise<void> {
  await sql`select ${appending(clock, event)}`.execute(database);
}

/** The same as an SQL expression, for the end of a larger statement. It says which browser asked, where one did. */
export function appending(clock: Clock, event: SecurityEvent): RawBuilder<unknown> {
  return sql`append_security_event(${uuid()}::uuid, ${event.accountId ?? null}::uuid, ${event.kind}::text,
    ${clock.now()}::timestamptz, ${JSON.stringify({ ...presentBrowser(), ...event.detail })}::jsonb)`;
}

export type SecurityEventRow = {
  readonly seq: string;
  readonly account_id: string | null;
  readonly kind: string;
  readonly at: Date;
  readonly detail: unknown;
  readonly hash: Buffer;
};

/** The chain as a stream that is read. */
export const securityEvents: Source<SecurityEventRow> = {
  table: 'security_event',
  after: async (transaction, seq, most) => {
    const { rows } = await sql<SecurityEventRow>`
      select seq, account_id, kind, at, detail, hash from security_event
      where seq > ${seq} order by seq limit ${most}`.execute(transaction);
    return rows;
  },
};

/**
 * Writes every event to the log with its place in the chain and its hash, so that a log kept on another machine has them
 * too (ASVS 16.4.3) and shows a chain whose newest rows were cut off. They are written out before the place is kept, so a
 * process that dies in between tells some once more, and never leaves one out.
 */
export function securityLog(log: Pick<Logger, 'info' | 'flush'>): Reader<SecurityEventRow> {
  return {
    name: 'security-log',
    wants: () => true,
    take: async (_transaction, rows) => {
      for (const { seq, account_id: account, kind, at, detail, hash } of rows)
        log.info(
          { seq: Number(seq), kind, account, at, detail, hash: hash.toString('hex') },
          'security event',
        );
      await flushLog(log);
    },
  };
}

/** An event as the log was told of it. */
export type Seen = { readonly seq: number; readonly hash: Buffer };

/** Whether the chain still has an event that was seen elsewhere, unchanged. */
export async function hasSecurityEvent(database: Database, { seq, hash }: Seen): Promise<boolean> {
  const { rows } = await sql`select from security_event where seq = ${seq} and hash = ${hash}`.execute(
    database,
  );
  return rows.length > 0;
}

export type ChainVerdict =
  | { readonly is: 'whole'; readonly events: number }
  | { readonly is: 'broken'; readonly at: number; readonly why: 'changed' | 'missing' | 'unlinked' };

const PAGE = 10_000;

/** Walks the chain from its first event and recomputes every hash. */
export async function verifySecurityEvents(database: Database): Promise<ChainVerdict> {
  let last = 0;
  let previous = Buffer.alloc(0);
  for (;;) {
    const { rows } = await sql<{ seq: string; previous_hash: Buffer; hash: Buffer; expected: Buffer }>`
      select seq, previous_hash, hash,
        security_event_hash(seq, id, account_id, kind, at, detail, previous_hash) as expected
      from security_event where seq > ${last} order by seq limit ${PAGE}`.execute(database);
    for (const row of rows) {
      const seq = Number(row.seq);
      if (seq !== last + 1) return { is: 'broken', at: last + 1, why: 'missing' };
      if (!row.previous_hash.equals(previous)) return { is: 'broken', at: seq, why: 'unlinked' };
      if (!row.expected.equals(row.hash)) return { is: 'broken', at: seq, why: 'changed' };
      last = seq;
      previous = Buffer.from(row.hash);
    }
    if (rows.length < PAGE) return { is: 'whole', events: last };
  }
}
