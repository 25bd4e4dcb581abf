import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newToken } from '../crypto/index.ts';
import { linkIn } from './index.ts';

const token = fc.constant(null).map(() => newToken());
const read = (value: unknown) => linkIn({ token: value }, 'token');

describe('the token of a link that came by mail', () => {
  it('survives what mail programs and people add to it', () => {
    const added = fc.constantFrom(
      '',
      '.',
      '>',
      ',',
      ' ',
      ')',
      '"',
      '\u200b',
      '\u00a0',
      ';',
      '…',
      '>.',
      ' \n',
    );
    fc.assert(
      fc.property(token, added, fc.constantFrom('', '<', ' ', '"', '\ufeff'), (whole, after, before) => {
        expect(read(`${before}${whole}${after}`)).toBe(whole);
      }),
    );
  });

  it('is found where a message was not decoded, was wrapped, or has its link underlined', () => {
    fc.assert(
      fc.property(token, fc.nat(43), (whole, at) => {
        expect(read(`3D${whole}`)).toBe(whole);
        expect(read(`${whole.slice(0, at)}\r\n${whole.slice(at)}`)).toBe(whole);
        expect(read(`${whole}_`)).toBe(whole);
      }),
    );
  });

  it('is none where a part of it is missing', () => {
    fc.assert(
      fc.property(token, fc.nat(42), (whole, length) => {
        expect(read(whole.slice(0, length))).toBeNull();
        expect(read(`${whole.slice(0, length)}.`)).toBeNull();
      }),
    );
    for (const given of [undefined, null, 'text', 7, [], { token: 7 }, { token: {} }, { token: [] }, {}])
      expect(linkIn(given, 'token')).toBeNull();
  });

  it('is the first of several', () => {
    const whole = newToken();
    expect(read([whole, 'x'])).toBe(whole);
  });
});
