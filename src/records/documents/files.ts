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

export type MediaType = 'application/pdf' | 'image/png' | 'image/jpeg';

const SIGNATURES: readonly (readonly [MediaType, Buffer])[] = [
  ['application/pdf', Buffer.from('%PDF-')],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
];

/** What a file is, by its first bytes and never by its name; null where it is none that a document may be. */
export function mediaTypeOf(head: Buffer): MediaType | null {
  return (
    SIGNATURES.find(([, signature]) => head.subarray(0, signature.length).equals(signature))?.[0] ?? null
  );
}

const EXTENSIONS: Readonly<Record<MediaType, string>> = {
  'application/pdf': '.pdf',
  'image/png': '.png',
  'image/jpeg': '.jpg',
};

/** Under which name a file is downloaded: the agency's, with the ending of what it is. */
export function downloadName(name: string, mediaType: MediaType): string {
  const ending = EXTENSIONS[mediaType];
  const isNamedSo = name.toLowerCase().endsWith(ending) || (ending === '.jpg' && /\.jpeg$/i.test(name));
  return isNamedSo ? name : `${name}${ending}`;
}
