import { qrPath } from '../qr/index.ts';

/** A QR code as one path. Those who cannot scan it need the same as text beside it. */
export function QrCode({ text, title }: { readonly text: string; readonly title: string }) {
  const { path, side } = qrPath(text);
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
      <path class="portico-qr__dark" d={path} />
    </svg>
  );
}
