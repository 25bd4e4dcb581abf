import sharp from 'sharp';
import type { MediaType } from './media-types.ts';

/** More than any phone takes; what is larger only takes memory. */
const MOST_PIXELS = 64_000_000;
const QUALITY = 88;

// One thread for a picture, so that a few of them leave something for all else.
sharp.concurrency(1);
sharp.cache(false);

let last: Promise<unknown> = Promise.resolve();

/**
 * Makes a picture anew, one at a time: upright, and without what cameras write into it, such as the place.
 * @returns null where it is none that can be read, or has too many pixels
 */
export async function remade(
  bytes: Uint8Array,
  as: Exclude<MediaType, 'application/pdf'>,
): Promise<Buffer | null> {
  const made = last.then(() => make(bytes, as)).catch(() => null);
  last = made;
  return made;
}

function make(bytes: Uint8Array, as: Exclude<MediaType, 'application/pdf'>): Promise<Buffer> {
  const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' }).autoOrient();
  return (as === 'image/png' ? picture.png() : picture.jpeg({ quality: QUALITY })).toBuffer();
}
