import { renderToString } from 'preact-render-to-string';
import { create } from 'qrcode';
import { expect, test } from 'vitest';
import { QrCode } from './index.ts';

test('draws exactly the dark modules, inside a quiet zone of four', () => {
  const text = 'otpauth://totp/Arcadia:ana@example.org?secret=JBSWY3DPEHPK3PXP';
  const html = renderToString(<QrCode text={text} title={'Scan <this>'} />);
  expect(html).toContain('<title id="qr-title">Scan &lt;this></title>');
  const drawn = new Set<string>();
  for (const [, x, y, length] of html.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let dx = 0; dx < Number(length); dx++) drawn.add(`${Number(x) + dx - 4},${Number(y) - 4}`);
  }
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const dark = new Set<string>();
  for (let y = 0; y < modules.size; y++)
    for (let x = 0; x < modules.size; x++) if (modules.get(y, x)) dark.add(`${x},${y}`);
  expect(drawn).toEqual(dark);
  expect(html).toContain(`viewBox="0 0 ${modules.size + 8} ${modules.size + 8}"`);
});
