import type { Logger } from 'pino';
import { after, type Clock, DAY } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import type { Blobs } from './blobs.ts';
import { removePending } from './pending.ts';
import { namedInRows } from './rows.ts';
import { removeUnnamed } from './unnamed.ts';

/**
 * Removes blobs of a day ago and older that no row names: those that this database began to store, and of all others unless
 * they are too many to be right, which the log says.
 */
export async function tidyBlobs({
  blobs,
  database,
  clock,
  log,
}: {
  readonly blobs: Blobs;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}): Promise<void> {
  const before = after(clock, -DAY);
  await removePending(blobs, database, before);
  const done = await removeUnnamed(blobs, before, (ids) => namedInRows(database, ids));
  if (done.is === 'too-many') log.error(done, 'so many blobs have no row that none was removed');
}
