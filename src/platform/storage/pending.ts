import { sql } from 'kysely';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import type { Blobs } from './blobs.ts';
import { namedInRows } from './rows.ts';
import { asBlobId, type BlobId } from './store.ts';

const BATCH = 500;

/**
 * Takes note that a blob is about to be stored, by a transaction of its own. So it is known as this database's, whatever
 * becomes of the one that stores it.
 */
export async function notePending(database: Database, clock: Clock, id: BlobId): Promise<void> {
  await database.insertInto('pending_blob').values({ id, begun_at: clock.now() }).execute();
}

/**
 * Removes blobs that this database began to store and that no row came to name, however many they are.
 * @param before when they were begun at the latest; leave a day for rows that are about to be written
 * @returns how many were removed
 */
export async function removePending(
  blobs: Pick<Blobs, 'remove'>,
  database: Database,
  before: Date,
): Promise<number> {
  for (let removed = 0; ; ) {
    const { rows } = await sql<{ id: string }>`
      select id from pending_blob where begun_at < ${before}::timestamptz order by begun_at limit ${BATCH}`.execute(
      database,
    );
    if (rows.length === 0) return removed;
    const ids = rows.map(({ id }) => asBlobId.parse(id));
    const named = await namedInRows(database, ids);
    for (const id of ids.filter((each) => !named.has(each))) {
      await blobs.remove(id);
      removed += 1;
    }
    await database.deleteFrom('pending_blob').where('id', 'in', ids).execute();
  }
}
