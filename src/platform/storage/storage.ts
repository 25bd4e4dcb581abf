import type { Readable } from 'node:stream';
import type { DataKey } from '../crypto/index.ts';

/** What was stored, by its id, and what it is before it is sealed; or that there is more of it than may be. */
export type Stored =
  | { readonly is: 'stored'; readonly id: string; readonly size: number; readonly sha256: Buffer }
  | { readonly is: 'too-large' };

/** Bytes from one place to another, both included. */
export type Range = { readonly from: number; readonly to: number };

/** Where files are kept, each sealed by the data key of what it belongs to. */
export type Storage = {
  put(
    content: AsyncIterable<Uint8Array>,
    key: DataKey,
    limits: { readonly maxBytes: number },
  ): Promise<Stored>;
  /** Fails while it is read when there is none, or when it was changed or sealed by another key. */
  open(id: string, key: DataKey, range?: Range): Readable;
  /** Does nothing when there is none. */
  remove(id: string): Promise<void>;
  ids(): AsyncIterable<string>;
};
