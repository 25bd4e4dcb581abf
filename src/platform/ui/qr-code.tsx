import { create } from 'qrcode';

const QUIET = 4;

/** A QR code as one path. Those who cannot scan it need the same as text beside it. */
export function QrCode({ text, title }: { readonly text: string; readonly title: string }) {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const side = size + 2 * QUIET;
  return (
    <svg
      class="portico-qr"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      shape-rendering="crispEdges"
      aria-labelledby="qr-title"
    >
      <title id="qr-title">{title}</title>
      <rect class="portico-qr__light" width={side} height={side} />
      <path class="portico-qr__dark" d={darkRuns(data, size)} />
    </svg>
  );
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
