import { create } from 'qrcode';

const QUIET = 4;

/**
 * A QR code as one path of an SVG: where it is dark, and how many modules a side has with the quiet zone of
 * 4 around it.
 */
export function qrPath(text: string): { readonly path: string; readonly side: number } {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  return { path: darkRuns(data, size), side: size + 2 * QUIET };
}

// Each run of dark modules in a row is one rectangle: a fraction of the bytes of one a module.
function darkRuns(data: ArrayLike<number>, size: number): string {
  const runs: string[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; ) {
      let length = 0;
      while (x + length < size && data[y * size + x + length]) length++;
      if (length > 0) runs.push(`M${x + QUIET} ${y + QUIET}h${length}v1h-${length}z`);
      x += length + 1;
    }
  }
  return runs.join('');
}
