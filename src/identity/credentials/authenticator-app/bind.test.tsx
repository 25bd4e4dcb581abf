import { render } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { testPage } from '../../../testing/page.ts';
import { BindApp } from './bind.tsx';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

function bind(handheld: boolean, error?: string): string {
  return render(
    <BindApp page={testPage('en', { handheld })} secret={SECRET} label="a@example.org" error={error} />,
  );
}
const placesOf = (html: string, ...parts: readonly string[]) => parts.map((part) => html.indexOf(part));

describe('the page that carries a key into an app', () => {
  it('begins with the picture where another device can scan it', () => {
    const [picture = -1, link = -1, key = -1] = placesOf(bind(false), '<svg', 'otpauth://', 'id="key"');
    expect(picture).toBeGreaterThan(-1);
    expect(link).toBeGreaterThan(picture);
    expect(key).toBeGreaterThan(link);
  });

  it('begins with the app and the key on the phone itself, which cannot scan its own screen', () => {
    const html = bind(true);
    const [link = -1, key = -1, folded = -1, picture = -1] = placesOf(
      html,
      'href="otpauth://',
      'id="key"',
      '<details',
      '<svg',
    );
    expect(link).toBeGreaterThan(-1);
    expect([link, key, folded, picture]).toEqual([link, key, folded, picture].toSorted((a, b) => a - b));
  });

  it('says what time it is here beside a code that is not right, and only there', () => {
    expect(bind(false, 'Wrong')).toContain('Here it is March 12, 2026');
    expect(bind(false)).not.toContain('Here it is');
  });
});
