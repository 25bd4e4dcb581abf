import type { StorageConfig } from '../config/index.ts';
import { type Blobs, sealedBlobs } from './blobs.ts';
import { folderStore } from './folder.ts';

/** The storage that the configuration names; the library of an object store is loaded only where it is one. */
export async function openBlobs(config: StorageConfig): Promise<Blobs> {
  if (config.is === 'folder') return sealedBlobs(folderStore(config.folder));
  const { s3Store } = await import('./s3.ts');
  return sealedBlobs(s3Store(config));
}
