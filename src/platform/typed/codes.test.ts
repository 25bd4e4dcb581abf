import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeLetters, digitCode, plainDigits, plainNumber } from './index.ts';

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
          expect(digitCode(typed, 6)).toBe(code);
        },
      ),
    );
  });
});

/** What gets into a text by pasting, or by keyboards, and changes nothing of a code. */
const BETWEEN = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\u00ad',
  '\ufeff',
  '\u2060',
  '\u202c',
  '\u2068',
  '\u3164',
  '\u2800',
  '\ufe0f',
  ' ',
  '\t',
  '\u00a0',
  '\u3000',
  '-',
  '\u2011',
  '\u2013',
  '\u2014',
  '\u2212',
  '\u30fc',
  '\uff0d',
];
const sprinkled = (text: string) =>
  fc
    .array(fc.array(fc.constantFrom(...BETWEEN), { maxLength: 3 }), {
      minLength: text.length + 1,
      maxLength: text.length + 1,
    })
    .map((signs) => signs.map((some, at) => `${some.join('')}${text.charAt(at)}`).join(''));

describe('a code that a person typed or pasted', () => {
  it.each([
    ['123456', '123456'],
    ['123 456.', '123456'],
    ['12-34-56', '123456'],
    ['１２３４５６', '123456'],
    ['\u200b123\u200d456\ufeff', '123456'],
    ['*123456*', '123456'],
    ['“123456”', '123456'],
    ['Code: 123456', '123456'],
    ['Your one-time code is 123456.', '123456'],
    ['Código de un solo uso: 123 456', '123456'],
    ['G-123456', '123456'],
    ['l2E456', null],
    ['l234S6', null],
    ['I2345O', '123450'],
    ['12345', null],
    ['1234567', null],
    ['123456 in 10 minutes', null],
    ['abcdef', null],
    ['', null],
    ['½23456', null],
  ])('%j is, where six digits are asked for, %j', (typed, code) => {
    expect(digitCode(typed, 6)).toBe(code);
  });

  it.each([
    ['7q4m-1kxd', '7Q4M1KXD'],
    ['７Ｑ４Ｍ　１ＫＸＤ', '7Q4M1KXD'],
    ['Backup code: 7Q4M 1KXD', '7Q4M1KXD'],
    ['7Q4M–1KXD.', '7Q4M1KXD'],
    ['<7Q4M_1KXD>', '7Q4M1KXD'],
    ['code=7Q4M1KXD', '7Q4M1KXD'],
    ['7Q4M1KXD:', '7Q4M1KXD'],
    ['...', ''],
  ])('%j has the letters %j', (typed, letters) => {
    expect(codeLetters(typed)).toBe(letters);
  });

  it('is the same whatever nobody sees, and whichever dashes and spaces, are sprinkled in', () => {
    const code = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(
        code.chain((text) => fc.tuple(fc.constant(text), sprinkled(text))),
        ([text, typed]) => {
          expect(digitCode(typed, 6)).toBe(text);
          expect(codeLetters(typed)).toBe(text);
        },
      ),
    );
  });

  it('is the same when it is tidied again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const letters = codeLetters(text);
        expect(codeLetters(letters)).toBe(letters);
        const number = plainNumber(text);
        expect(plainNumber(number)).toBe(number);
      }),
    );
  });
});

describe('a plain number', () => {
  it.each([
    [' 7. ', '7'],
    ['O7', '07'],
    ['l9\u200b88', '1988'],
    ['١٩٨٨', '1988'],
    ['1e3', '1E3'],
    ['-5', '-5'],
    ['3rd', '3RD'],
  ])('%j is read as %j', (typed, number) => {
    expect(plainNumber(typed)).toBe(number);
  });
});
