import { CHUNK_OVERHEAD } from '../crypto/index.ts';

/** Bytes of content in each chunk but the last, which has at least one of them unless there is no content at all. */
export const CHUNK = 128 * 1024;
export const SEALED_CHUNK = CHUNK + CHUNK_OVERHEAD;

/** Bytes from `first` to `last`, both included, as HTTP counts them (RFC 9110 §14.1.2). */
export type ByteRange = { readonly first: number; readonly last: number };

/** How sealed bytes are divided into chunks, and how much content is in them; null where no content is sealed to so many. */
export function layoutOf(sealedSize: number): { readonly chunks: number; readonly size: number } | null {
  const chunks = Math.max(1, Math.ceil(sealedSize / SEALED_CHUNK));
  const last = sealedSize - (chunks - 1) * SEALED_CHUNK;
  if (last < CHUNK_OVERHEAD || (last === CHUNK_OVERHEAD && chunks > 1)) return null;
  return { chunks, size: sealedSize - chunks * CHUNK_OVERHEAD };
}

/** The numbers of the chunks that a range of the content stands in. */
export function chunksOf({ first, last }: ByteRange): { readonly from: number; readonly to: number } {
  return { from: Math.floor(first / CHUNK), to: Math.floor(last / CHUNK) };
}

/** The place of chunks in the sealed bytes. The last one may be shorter. */
export function sealedRange({ from, to }: { readonly from: number; readonly to: number }): ByteRange {
  return { first: from * SEALED_CHUNK, last: (to + 1) * SEALED_CHUNK - 1 };
}

/**
 * The same bytes in pieces of one size; the last has what is left, and is empty only where there are no bytes.
 * A piece is good until the next one is asked for.
 */
export async function* inPieces(
  parts: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly piece: Buffer; readonly isLast: boolean }> {
  const buffer = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const part of parts) {
    for (let at = 0; at < part.length; ) {
      // Only now is it known that this one is not the last.
      if (filled === size) {
        yield { piece: buffer, isLast: false };
        filled = 0;
      }
      const taken = part.subarray(at, at + size - filled);
      buffer.set(taken, filled);
      filled += taken.length;
      at += taken.length;
    }
  }
  yield { piece: buffer.subarray(0, filled), isLast: true };
}
