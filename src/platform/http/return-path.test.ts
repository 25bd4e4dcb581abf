import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localPath } from './index.ts';

const HOME = '/home';
const SITE = 'https://portal.example';

describe('the path to go back to', () => {
  it.each([
    ['/cases/ARC2690001986', '/cases/ARC2690001986'],
    ['/status?receipt=ARC1&x=%2F', '/status?receipt=ARC1&x=%2F'],
    ['/a/../b', '/b'],
    ['/cases#history', '/cases'],
    ['/niño?n=ñ', '/ni%C3%B1o?n=%C3%B1'],
  ])('keeps %s', (text, path) => {
    expect(localPath(text, HOME)).toBe(path);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/%2e%2e//evil.example',
    'javascript:alert(1)',
    ' /home',
    'home',
    '@evil.example',
    '',
    `/${'a'.repeat(600)}`,
    ['/a', '/b'],
    { toString: () => '/a' },
    null,
    undefined,
    7,
  ])('does not follow %j (ASVS 3.7.2)', (text) => {
    expect(localPath(text, HOME)).toBe(HOME);
  });

  it('never leads to another host, whatever the text (ASVS 1.1.1, 3.7.2)', () => {
    const piece = fc.constantFrom(
      '/',
      '//',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      '@',
      ':',
      '?',
      '#',
      'evil.example',
      'https:',
      '\t',
      '\r\n',
      '\0',
      ' ',
      'a',
      '\u2215',
      '／',
    );
    const hostile = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);
    fc.assert(
      fc.property(fc.oneof(hostile, fc.webUrl(), fc.string({ unit: 'binary' })), (text) => {
        const path = localPath(text, HOME);
        expect(new URL(path, SITE).origin).toBe(SITE);
        expect(path).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
        expect(localPath(path, HOME)).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });
});
