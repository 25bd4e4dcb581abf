import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedCodeFault, newCheckedCode, normalTypedCode } from './typed-codes.ts';

const LETTERS = 16;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const anyCode = fc.constant(null).map(() => newCheckedCode(LETTERS));

describe('a code with a check letter', () => {
  it('is told in groups, and known however it is typed', () => {
    const code = newCheckedCode(LETTERS);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]$/);
    expect(checkedCodeFault(code, LETTERS)).toBeNull();
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(checkedCodeFault(typed, LETTERS)).toBeNull();
    expect(checkedCodeFault(code.replaceAll('-', '–'), LETTERS)).toBeNull();
  });

  it('is none with too few or too many letters, or one that no code has', () => {
    const code = newCheckedCode(LETTERS);
    expect(checkedCodeFault('', LETTERS)).toBe('too-short');
    expect(checkedCodeFault(code.slice(0, -1), LETTERS)).toBe('too-short');
    expect(checkedCodeFault(`${code}7`, LETTERS)).toBe('too-long');
    for (const letter of ['U', 'ñ', 'д'])
      expect(checkedCodeFault(`${code.slice(0, -1)}${letter}`, LETTERS)).toBe('strange-letter');
    // What is no letter is no part of a code.
    for (const sign of ['.', '🛂', '\u0000', '\u200b']) {
      expect(checkedCodeFault(`${code.slice(0, -1)}${sign}`, LETTERS)).toBe('too-short');
      expect(checkedCodeFault(`${code}${sign}`, LETTERS)).toBeNull();
    }
  });

  it('is not one with any one letter wrong, nor with any two neighbours swapped', () => {
    fc.assert(
      fc.property(anyCode, fc.nat(LETTERS), fc.nat(31), (made, at, other) => {
        const code = normalTypedCode(made);
        const wrong = code.slice(0, at) + ALPHABET.charAt(other) + code.slice(at + 1);
        expect(checkedCodeFault(wrong, LETTERS)).toBe(wrong === code ? null : 'mistyped');
        const swapped =
          code.slice(0, at) +
          code
            .slice(at, at + 2)
            .split('')
            .reverse()
            .join('') +
          code.slice(at + 2);
        expect(checkedCodeFault(swapped, LETTERS)).toBe(swapped === code ? null : 'mistyped');
      }),
    );
  });
});
