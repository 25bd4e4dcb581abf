import { type RawBuilder, sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';

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

/** The same as an SQL expression, for the end of a larger statement. */
export function appending(clock: Clock, event: SecurityEvent): RawBuilder<unknown> {
  return sql`append_security_event(${uuid()}::uuid, ${event.accountId ?? null}::uuid, ${event.kind}::text,
    ${clock.now()}::timestamptz, ${JSON.stringify(event.detail ?? {})}::jsonb)`;
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
