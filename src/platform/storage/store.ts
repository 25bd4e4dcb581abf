import { z } from 'zod';
import type { ContentKey } from '../crypto/index.ts';
import type { ByteRange } from './chunks.ts';

declare const blobId: unique symbol;
/** The id of a blob. */
export type BlobId = string & { readonly [blobId]: true };

/** An id that comes from a row. */
export const asBlobId = z.uuid().transform((id) => id.toLowerCase() as BlobId);

export const isBlobId = (text: string): text is BlobId => asBlobId.safeParse(text).data === text;

/** By what a blob is found and opened: the id stands in a row as it is, the key in a sealed column beside it. */
export type BlobReference = { readonly id: BlobId; readonly key: ContentKey };

/** A blob as the storage knows it. */
export type StoredBlob = { readonly id: BlobId; readonly storedAt: Date };

/** Sealed bytes on their way; each part is good until the next one is asked for. Destroyed by whoever leaves early. */
export type SealedContent = AsyncIterable<Buffer> & { destroy(): unknown };

/**
 * Where sealed bytes are kept under an id. Every method throws `StorageUnavailable` when it cannot be reached or is full.
 * A blob is there whole or not at all, and is on the disk, or promised by the object store, once `write` is done.
 */
export type Store = {
  /** What goes wrong in the bytes' own source is thrown as it is; nothing is kept then. */
  write(id: BlobId, sealed: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * Opens sealed bytes, or what there is of a range of them.
   * @throws BlobMissing, and BlobDamaged where the blob ends before the range begins
   */
  read(id: BlobId, range?: ByteRange): Promise<{ readonly content: SealedContent; readonly total: number }>;
  /** Removes a blob; one that is not there is removed already. */
  remove(id: BlobId): Promise<void>;
  list(): AsyncIterable<StoredBlob>;
  /** Removes what writes left that were cut off before an instant. */
  removeUnfinished(before: Date): Promise<void>;
  /** Asks for as little as shows that the storage is there. */
  check(): Promise<void>;
  close(): void;
};
