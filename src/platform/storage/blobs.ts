import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { v7 as uuid } from 'uuid';
import { chunkCipher, newContentKey } from '../crypto/index.ts';
import { type ByteRange, CHUNK, inPieces } from './chunks.ts';
import { BlobMissing } from './faults.ts';
import { openingStream } from './opening.ts';
import { asBlobId, type BlobId, type BlobReference, type Store, type StoredBlob } from './store.ts';

export type PutResult =
  | (BlobReference & {
      readonly is: 'stored';
      /** Bytes of the content. */
      readonly size: number;
      /** SHA-256 of the content. Whoever knows a document can tell it by this: seal it where that matters. */
      readonly sha256: Buffer;
    })
  | { readonly is: 'too-large' };

/**
 * Sealed contents of documents, in a folder or an object store. Every method throws `StorageUnavailable` (503) when that
 * cannot be reached or is full.
 */
export type Blobs = {
  /**
   * Seals a content under a key of its own and keeps it: on the disk when this is done, whole or not at all. The row that
   * names it is written afterwards; a blob that no row comes to name is removed at night.
   * @param maxBytes beyond which no more of it is read
   * @throws what the content itself throws, such as a connection that was cut
   */
  put(content: AsyncIterable<Uint8Array>, limit: { readonly maxBytes: number }): Promise<PutResult>;
  /**
   * Opens a content, or a range of it, as a stream that decrypts while it is read. The first bytes are checked before this
   * is done. Destroy the stream if you do not read it to its end.
   * @param range within the content, whose size the caller knows; a blob that ends before it is damaged
   * @throws BlobMissing, BlobDamaged; the stream ends with `BlobDamaged` before any byte that is not as it was put
   */
  open(blob: BlobReference, range?: ByteRange): Promise<Readable>;
  /** Removes a blob for good, after the row that named it; one that is not there is removed already. */
  remove(id: BlobId): Promise<void>;
  /** Every blob that there is, in no order. */
  ids(): AsyncIterable<StoredBlob>;
  /** Removes what was begun before an instant and cut off, by a crash or a full disk. */
  removeUnfinished(before: Date): Promise<void>;
  /** @throws StorageUnavailable */
  check(): Promise<void>;
  close(): void;
};

/** Seals contents as others do and keeps none of them, to find out what would become of one. */
export function keptNowhere(): Pick<Blobs, 'put' | 'remove'> {
  return sealedBlobs({
    write: async (_id, sealed) => {
      for await (const _ of sealed);
    },
    read: async (id) => Promise.reject(new BlobMissing(id)),
    remove: async () => {},
    list: async function* () {},
    removeUnfinished: async () => {},
    check: async () => {},
    close: () => {},
  });
}

class TooLarge extends Error {}

/**
 * Seals and opens what a store keeps.
 * @param begins takes note of each blob before any of it is stored; where it fails, none is
 */
export function sealedBlobs(store: Store, begins: (id: BlobId) => Promise<void> = async () => {}): Blobs {
  return {
    put: async (content, { maxBytes }) => {
      const id = asBlobId.parse(uuid());
      await begins(id);
      const key = newContentKey();
      const hash = createHash('sha256');
      let size = 0;
      const counted = counting(content, (part) => {
        size += part.length;
        if (size > maxBytes) throw new TooLarge();
        hash.update(part);
      });
      try {
        await store.write(id, sealing(counted, { id, key }));
      } catch (error) {
        if (error instanceof TooLarge) return { is: 'too-large' };
        throw error;
      }
      return { is: 'stored', id, key, size, sha256: hash.digest() };
    },
    open: (blob, range) => openingStream(store, blob, range),
    remove: (id) => store.remove(id),
    ids: () => store.list(),
    removeUnfinished: (before) => store.removeUnfinished(before),
    check: () => store.check(),
    close: () => store.close(),
  };
}

async function* counting(
  content: AsyncIterable<Uint8Array>,
  count: (part: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const part of content) {
    count(part);
    yield part;
  }
}

async function* sealing(
  content: AsyncIterable<Uint8Array>,
  { id, key }: BlobReference,
): AsyncGenerator<Buffer> {
  const cipher = chunkCipher(key, id);
  let index = 0;
  for await (const { piece, isLast } of inPieces(content, CHUNK)) yield cipher.seal(piece, index++, isLast);
}
