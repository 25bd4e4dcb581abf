import { withoutUnseen } from './text.ts';

const DIGIT = /\p{Nd}/u;
const DIGITS = /\p{Nd}/gu;

/**
 * A text with the digits of every script, such as `٣`, `३` and `３`, written as 0 to 9. Whatever reads digits that a person
 * typed reads them through this. Unicode puts the ten digits of a script next to each other, zero first, and what stands
 * next to such a ten is another ten (The Unicode Standard, 4.6).
 */
export function plainDigits(text: string): string {
  return text.replaceAll(DIGITS, (digit) => {
    const point = digit.codePointAt(0) ?? 0;
    let first = point;
    while (first > 0 && DIGIT.test(String.fromCodePoint(first - 1))) first--;
    return String((point - first) % 10);
  });
}

/** A text as it is read where it is no writing: nothing that nobody sees, each letter and digit in its usual form, capitals. */
export function plainText(typed: string): string {
  return plainDigits(withoutUnseen(typed).normalize('NFKC')).toUpperCase().normalize('NFKC');
}

/** What is no part of a code: dashes of every kind, spaces, points, quotes, and the long vowel that keyboards of Japan write. */
const BETWEEN = /[^\p{L}\p{N}]|\p{Lm}/gu;

/**
 * The letters and digits of a code that was typed or pasted, in capitals: without spaces, dashes and signs around it, and
 * without a label that ends in a colon.
 */
export function codeLetters(typed: string): string {
  const parts = plainText(typed)
    .split(/[:=#]/)
    .map((part) => part.replaceAll(BETWEEN, ''));
  return parts.findLast((part) => part !== '') ?? '';
}

/** A text in which only digits can stand, with the letters that look like some read as those. */
export function likeDigits(letters: string): string {
  return letters.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/**
 * A code of so many digits, from whatever a person typed or pasted, words around it too.
 * @returns null for what cannot be such a code
 */
export function digitCode(typed: string, length: number): string | null {
  const isCode = (text: string) => text.length === length && /^\d+$/.test(text);
  const whole = likeDigits(codeLetters(typed));
  if (isCode(whole)) return whole;
  const numbers = plainText(typed)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => /\d/.test(word))
    .map(likeDigits)
    .join('');
  return isCode(numbers) ? numbers : null;
}

/** A part of a date, or another plain number, as it was typed; it may be anything. */
export function plainNumber(typed: string): string {
  return likeDigits(plainText(typed).replaceAll(/\s/g, '').replace(/\.+$/, ''));
}
