import { createSecretKey, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CIPHERS, IV, TAG } from './ciphers.ts';

declare const contentKey: unique symbol;
/**
 * The key of one content, such as a document, and the cipher that it is sealed by: `1.` and 32 bytes in base64url. It is
 * kept in a sealed column, so that new data keys seal it anew and the content stays as it is.
 */
export type ContentKey = string & { readonly [contentKey]: true };

/** A key that comes out of a sealed column. */
export const asContentKey = z
  .string()
  .regex(/^\d+\.[\w-]{43}$/)
  .transform((text) => text as ContentKey);

/** A fresh key, for one content only: chunks of two under one key could be exchanged, and IVs would come twice. */
export function newContentKey(ciphers: typeof CIPHERS = CIPHERS): ContentKey {
  return asContentKey.parse(`${ciphers[0].id}.${randomBytes(32).toString('base64url')}`);
}

/** By how many bytes a chunk grows when it is sealed. */
export const CHUNK_OVERHEAD = TAG;

/** Seals a content in chunks that open one by one, and only at their place. */
export type ChunkCipher = {
  seal(plain: Uint8Array, index: number, isLast: boolean): Buffer;
  /** @throws when the chunk was changed, stood elsewhere, or was not the last where the content ends now */
  open(sealed: Buffer, index: number, isLast: boolean): Buffer;
};

const COUNTER = IV - 1;

/**
 * The STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015): the IV of a chunk is its number and whether
 * it is the last, so that chunks cannot be left out, added, cut off or exchanged.
 * @param boundTo what the content is the content of, such as its id; under another it does not open
 * @throws when the key names a cipher that this version does not know
 */
export function chunkCipher(
  key: ContentKey,
  boundTo: string,
  ciphers: typeof CIPHERS = CIPHERS,
): ChunkCipher {
  const [id = '', secret = ''] = key.split('.');
  const cipher = ciphers.find((known) => known.id === Number(id));
  if (cipher === undefined)
    throw new Error(`it is sealed by cipher ${id}, which this version of Portico does not know`);
  const raw = createSecretKey(secret, 'base64url');
  const bound = Buffer.from(`portico content v1\0${boundTo}`);
  const ivOf = (index: number, isLast: boolean): Buffer => {
    const iv = Buffer.alloc(IV);
    iv.writeUIntBE(index, COUNTER - 6, 6);
    iv[COUNTER] = isLast ? 1 : 0;
    return iv;
  };
  return {
    seal: (plain, index, isLast) => cipher.sealAt(raw, ivOf(index, isLast), plain, bound),
    open: (sealed, index, isLast) => cipher.openAt(raw, ivOf(index, isLast), sealed, bound),
  };
}
