import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * The locks of which there is one for all, in the order in which a transaction takes them: cases, then rows of tables,
 * then the stream of changes, then the chain of security events.
 */
export const TRANSACTION_LOCKS = ['cases', 'stream', 'chain'] as const;

export type TransactionLock = (typeof TRANSACTION_LOCKS)[number];

/** Waits for whoever else holds a lock, and holds it until the transaction ends. */
export async function takeTransactionLock(transaction: Database, lock: TransactionLock): Promise<void> {
  await sql`select take_transaction_lock(${lock})`.execute(transaction);
}
