import { randomBytes } from 'node:crypto';
import { plainDigits } from '../digits/index.ts';

/** Crockford's Base32: no I, L, O or U, which are misread or misspelt. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The polynomial x⁵ + x² + 1, which makes a field of the 32 letters. */
const REDUCED_BY = 0b100101;

/** A code that people write down and type: 5 random bits a letter, in groups of four such as `7Q4M-1KXD`. */
export function newTypedCode(letters: number): string {
  return inGroups(randomLetters(letters));
}

/** The same with one more letter, by which a mistyped code is known without looking it up. */
export function newCheckedCode(letters: number): string {
  const code = randomLetters(letters);
  return inGroups(`${code}${ALPHABET[damm(code)]}`);
}

/** Whether a text could be a code with a check letter: so many letters before it, and none mistyped or swapped. */
export function isCheckedCode(typed: string, letters: number): boolean {
  return looksLikeTypedCode(typed, letters + 1) && damm(normalTypedCode(typed)) === 0;
}

const randomLetters = (letters: number): string =>
  [...randomBytes(letters)].map((byte) => ALPHABET[byte & 31]).join('');

const inGroups = (code: string): string => code.match(/.{1,4}/g)?.join('-') ?? code;

/**
 * The check letter of a code, by its place in the alphabet; 0 for a code that ends in its own. Damm's scheme over the
 * field of 32 elements: it finds every single wrong letter and every two neighbours that are swapped.
 */
function damm(code: string): number {
  let state = 0;
  for (const letter of code) {
    const doubled = (state ^ ALPHABET.indexOf(letter)) << 1;
    state = doubled & 32 ? doubled ^ REDUCED_BY : doubled;
  }
  return state;
}

/** A code as it is stored or hashed: however it was spaced, and whichever look-alikes were typed. */
export function normalTypedCode(typed: string): string {
  return plainDigits(typed)
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

/** Whether a text could be a code of so many letters at all. */
export function looksLikeTypedCode(typed: string, letters: number): boolean {
  return new RegExp(`^[${ALPHABET}]{${letters}}$`).test(normalTypedCode(typed));
}
