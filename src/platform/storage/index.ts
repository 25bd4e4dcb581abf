export { type Blobs, keptNowhere, type PutResult } from './blobs.ts';
export type { ByteRange } from './chunks.ts';
export { BlobDamaged, BlobMissing, StorageUnavailable } from './faults.ts';
export { namedInRows } from './rows.ts';
export { openBlobs } from './storage.ts';
export { asBlobId, type BlobId, type BlobReference, type StoredBlob } from './store.ts';
export { tidyBlobs } from './tidy.ts';
export { type RemovedUnnamed, removeUnnamed } from './unnamed.ts';
