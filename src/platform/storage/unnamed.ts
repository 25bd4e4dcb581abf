import type { Blobs } from './blobs.ts';
import type { BlobId } from './store.ts';

const BATCH = 500;
/** So many may always go. */
const FEW = 10;
/** Beyond that, no more than this share of all. */
const SHARE = 0.25;

export type RemovedUnnamed =
  | { readonly is: 'removed'; readonly removed: number }
  /** So many that the storage is likely another database's; none was removed. */
  | { readonly is: 'too-many'; readonly unnamed: number; readonly all: number };

/**
 * Removes blobs that no row names: of writes whose transaction came to nothing, and of rows that are gone.
 * @param before when a blob was stored at the latest; leave a day for rows that are about to be written
 * @param named which of some ids a row names, over every table that may
 */
export async function removeUnnamed(
  blobs: Pick<Blobs, 'ids' | 'remove' | 'removeUnfinished'>,
  before: Date,
  named: (ids: readonly BlobId[]) => Promise<ReadonlySet<string>>,
): Promise<RemovedUnnamed> {
  await blobs.removeUnfinished(before);
  const unnamed: BlobId[] = [];
  let all = 0;
  let batch: BlobId[] = [];
  const look = async () => {
    const kept = await named(batch);
    unnamed.push(...batch.filter((id) => !kept.has(id)));
    batch = [];
  };
  for await (const { id, storedAt } of blobs.ids()) {
    all++;
    if (storedAt >= before) continue;
    batch.push(id);
    if (batch.length === BATCH) await look();
  }
  if (batch.length > 0) await look();
  if (unnamed.length > FEW && unnamed.length > all * SHARE)
    return { is: 'too-many', unnamed: unnamed.length, all };
  for (const id of unnamed) await blobs.remove(id);
  return { is: 'removed', removed: unnamed.length };
}
