export type { BlobReference, Blobs, PutResult } from './blobs.ts';
export type { ByteRange } from './chunks.ts';
export { BlobDamaged, BlobMissing, StorageUnavailable } from './faults.ts';
export { openBlobs } from './storage.ts';
export { asBlobId, type BlobId, type StoredBlob } from './store.ts';
export { type RemovedUnnamed, removeUnnamed } from './unnamed.ts';
