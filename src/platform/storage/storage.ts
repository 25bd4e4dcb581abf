import type { StorageConfig } from '../config/index.ts';
import { type Blobs, sealedBlobs } from './blobs.ts';
import { folderStore } from './folder.ts';
import type { BlobId } from './store.ts';

/**
 * The storage that the configuration names; the library of an object store is loaded only where it is one.
 * @param begins takes note of each blob before it is stored, as `notePending` does
 */
export async function openBlobs(
  config: StorageConfig,
  begins?: (id: BlobId) => Promise<void>,
): Promise<Blobs> {
  if (config.is === 'folder') return sealedBlobs(folderStore(config.folder), begins);
  const { s3Store } = await import('./s3.ts');
  return sealedBlobs(s3Store(config), begins);
}
