import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBrowser, inBrowser, isHandheld, presentBrowser } from './index.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

describe('what a browser says of itself', () => {
  it.each([
    [FIREFOX, 'Firefox', 'Linux'],
    [CHROME, 'Chrome', 'Android'],
    ['', '', ''],
    // The header is a stranger's word: no sign of a link or a tag comes through, and no more than 40 characters.
    ['<b>http://evil.example</b>/1.0 (x)', 'bhttpevil.exampleb', ''],
    [`${'a'.repeat(60)}/1.0 (x)`, 'a'.repeat(40), ''],
    [`${' '.repeat(500)}${FIREFOX}`, '', ''],
  ])('of %j is %j on %j', (userAgent, browser, system) => {
    expect(describeBrowser(userAgent)).toEqual({ browser, system });
  });
});

it.each([
  [CHROME, true],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
    true,
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
    true,
  ],
  [FIREFOX, false],
  ['', false],
  ['x'.repeat(10_000), false],
])('whoever says %j is on a phone or a tablet: %j', (userAgent, expected) => {
  expect(isHandheld(userAgent)).toBe(expected);
});

describe('the browser that asks', () => {
  it('is known to all that is done for it, and to nothing else at the same time', async () => {
    const turns = fc.array(fc.constantFrom(FIREFOX, CHROME, ''), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(turns, async (userAgents) => {
        const seen = await Promise.all(
          userAgents.map((userAgent, place) =>
            inBrowser(userAgent, async () => {
              for (let turn = 0; turn <= place; turn++) await Promise.resolve();
              return presentBrowser();
            }),
          ),
        );
        expect(seen).toEqual(
          userAgents.map((userAgent) => (userAgent === '' ? null : describeBrowser(userAgent))),
        );
        expect(presentBrowser()).toBeNull();
      }),
    );
  });

  it('has a well-known name or none, whatever it says', () => {
    expect(inBrowser('ZdzislawaQuill/1.0 (x)', presentBrowser)).toBeNull();
    expect(inBrowser(`ZdzislawaQuill/1.0 (${FIREFOX.slice(13)}`, presentBrowser)).toEqual(
      describeBrowser(FIREFOX),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (userAgent) => {
        const known = inBrowser(userAgent, presentBrowser);
        expect(known?.browser ?? '').toMatch(/^[\w ./-]*$/);
      }),
    );
  });
});
