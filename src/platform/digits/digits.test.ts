import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeDigits, plainDigits } from './index.ts';

/** The digits of every script that the platform can write numbers in, by its own tables. */
const SCRIPTS = Intl.supportedValuesOf('numberingSystem')
  .map((script) => ({
    script,
    digits: Array.from({ length: 10 }, (_, digit) =>
      new Intl.NumberFormat(`en-u-nu-${script}`, { useGrouping: false }).format(digit),
    ),
  }))
  .filter(({ digits }) => digits.every((digit) => /^\p{Nd}$/u.test(digit)));

describe('digits that a person typed', () => {
  it.each(SCRIPTS)('are read in the script $script', ({ digits }) => {
    expect(plainDigits(digits.join(''))).toBe('0123456789');
  });

  it('are those of the keyboards that people have', () => {
    const scripts = SCRIPTS.map(({ script }) => script);
    expect(scripts).toEqual(expect.arrayContaining(['arab', 'arabext', 'beng', 'deva', 'fullwide', 'mymr']));
    expect(plainDigits('٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ ०१२३ ০১২৩ ０１２３')).toBe(
      '0123456789 0123456789 0123 0123 0123',
    );
  });

  it('leave everything else of a text as it is, and every digit as one of 0 to 9', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = plainDigits(text);
        expect(plain.replaceAll(/[0-9]/g, '#')).toBe(text.replaceAll(/\p{Nd}/gu, '#'));
        expect(plainDigits(plain)).toBe(plain);
      }),
    );
  });

  it('make one code however they are spaced', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 6, maxLength: 6 }),
        fc.constantFrom(...SCRIPTS),
        fc.array(fc.constantFrom('', ' ', '\u00a0'), { minLength: 6, maxLength: 6 }),
        (code, { digits }, spaces) => {
          const typed = [...code].map((digit, at) => `${digits[Number(digit)]}${spaces[at]}`).join('');
          expect(codeDigits(typed)).toBe(code);
        },
      ),
    );
  });
});
