/** What a file may be that people or the agency send. */
export type MediaType = 'application/pdf' | 'image/png' | 'image/jpeg';

const SIGNATURES: readonly (readonly [MediaType, Buffer])[] = [
  ['application/pdf', Buffer.from('%PDF-')],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
];

export const MEDIA_TYPES: readonly MediaType[] = SIGNATURES.map(([type]) => type);

/** What a file is, by its first bytes and never by its name; null where it is none of these. */
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

/** By what the names of files of a type end; nothing for one that is not known. */
export const downloadEnding = (mediaType: string): string =>
  Object.entries(EXTENSIONS).find(([type]) => type === mediaType)?.[1] ?? '';

/** Under which name a file is downloaded: the one that it came with, with the ending of what it is. */
export function downloadName(name: string, mediaType: MediaType): string {
  const ending = EXTENSIONS[mediaType];
  const isNamedSo = name.toLowerCase().endsWith(ending) || (ending === '.jpg' && /\.jpeg$/i.test(name));
  return isNamedSo ? name : `${name}${ending}`;
}
