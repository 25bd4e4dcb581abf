import type { Database } from './database.ts';

/**
 * Does something with each of some rows, in a transaction of its own: one that fails keeps no other from it.
 * @param work tells whether there was anything to be done, which another worker may have done meanwhile
 * @returns with how many it was done
 * @throws AggregateError in the end, of all that failed
 */
export async function eachAlone<Row>(
  database: Database,
  rows: readonly Row[],
  work: (transaction: Database, row: Row) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  const failures: unknown[] = [];
  for (const row of rows)
    try {
      if (await database.transaction().execute((transaction) => work(transaction, row))) done += 1;
    } catch (error) {
      failures.push(error);
    }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${rows.length} failed`);
  return done;
}
