import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCheckedCode, newCheckedCode, normalTypedCode } from './typed-codes.ts';

const LETTERS = 16;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const anyCode = fc.constant(null).map(() => newCheckedCode(LETTERS));

describe('a code with a check letter', () => {
  it('is told in groups, and known however it is typed', () => {
    const code = newCheckedCode(LETTERS);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]$/);
    expect(isCheckedCode(code, LETTERS)).toBe(true);
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(isCheckedCode(typed, LETTERS)).toBe(true);
    expect([isCheckedCode('', LETTERS), isCheckedCode(code.slice(0, -1), LETTERS)]).toEqual([false, false]);
  });

  it('is not one with any one letter wrong, nor with any two neighbours swapped', () => {
    fc.assert(
      fc.property(anyCode, fc.nat(LETTERS), fc.nat(31), (made, at, other) => {
        const code = normalTypedCode(made);
        const wrong = code.slice(0, at) + ALPHABET.charAt(other) + code.slice(at + 1);
        expect(isCheckedCode(wrong, LETTERS)).toBe(wrong === code);
        const swapped =
          code.slice(0, at) +
          code
            .slice(at, at + 2)
            .split('')
            .reverse()
            .join('') +
          code.slice(at + 2);
        expect(isCheckedCode(swapped, LETTERS)).toBe(swapped === code);
      }),
    );
  });
});
