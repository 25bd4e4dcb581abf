import { sql } from 'kysely';
import type { Notices } from '../identity/core/notices/index.ts';
import type { Database } from '../platform/database/index.ts';

/** Notices that are sent nowhere: what is done with each instead, once it was seen to come before all events. */
export const noticesTo = (tell: Notices['send']): Notices => ({
  send: async (transaction, accountId, notice) => {
    await refuseAfterEvents(transaction, notice.is);
    return tell(transaction, accountId, notice);
  },
});

/**
 * A notice waits for others to the same telephone, and an event for all others: one order, or two wait for each other
 * (0007).
 */
async function refuseAfterEvents(transaction: Database, notice: string): Promise<void> {
  const { rows } = await sql`
    select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objid = 5021976`.execute(
    transaction,
  );
  if (rows.length > 0) throw new Error(`the notice ${notice} is sent after an event was recorded`);
}
