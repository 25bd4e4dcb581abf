import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { BlindIndexes } from './vault.ts';

/** What servers that hold the same keys lock alike, whichever key each of them writes with. */
export function lockOf(indexes: BlindIndexes): Buffer {
  return indexes.reduce((least, index) => (Buffer.compare(index, least) < 0 ? index : least));
}

/**
 * Waits, until the transaction ends, for whoever else is about to write the same text: while the index key is being
 * replaced, a text may be written under the one key by one server and under the other by the next, and no unique index
 * sees both. With one key it sees all, and nothing is asked.
 */
export async function lockIndexes(transaction: Database, indexes: BlindIndexes): Promise<void> {
  if (indexes.length === 1) return;
  const key = lockOf(indexes).readBigInt64BE(8).toString();
  await sql`select pg_advisory_xact_lock(${key}::bigint)`.execute(transaction);
}
