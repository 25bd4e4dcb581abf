import type { MediaType } from '../../platform/uploads/index.ts';

/** What is known of a file before it is stored. */
export type FoundFile =
  | {
      readonly is: 'file';
      readonly mediaType: MediaType;
      readonly size: number;
      readonly sha256: Buffer;
      open(): AsyncIterable<Uint8Array>;
    }
  /** Why it is refused, in words that hold nothing personal. */
  | { readonly is: 'bad'; readonly reason: string }
  /** There is none of this name. */
  | { readonly is: 'missing' };

/** Where the files of documents come from, by their plain names. */
export type FileSource = (name: string) => Promise<FoundFile>;

/** Largest file of a document, in bytes. */
export const LARGEST_FILE = 20 * 1024 * 1024;

export const TOO_LARGE = {
  is: 'bad',
  reason: `its file has more than ${LARGEST_FILE / 1024 / 1024} MB`,
} as const;
