import { randomBytes } from 'node:crypto';
import { codeLetters, likeDigits } from '../typed/index.ts';

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

/** Why a text is no code with a check letter: a letter that no code has, too few or too many, or one that is mistyped. */
export type CheckedCodeFault = 'strange-letter' | 'too-short' | 'too-long' | 'mistyped';

/**
 * What is wrong with a code with a check letter, by itself and as it was typed.
 * @param letters how many there are before the check letter
 * @returns null where nothing is: so many letters, and none mistyped or swapped
 */
export function checkedCodeFault(typed: string, letters: number): CheckedCodeFault | null {
  const code = normalTypedCode(typed);
  const whole = letters + 1;
  if ([...code].some((letter) => !ALPHABET.includes(letter))) return 'strange-letter';
  if (code.length !== whole) return code.length < whole ? 'too-short' : 'too-long';
  return damm(code) === 0 ? null : 'mistyped';
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

/** A code as it is stored or hashed: however it was typed or pasted, and whichever look-alikes were typed. */
export function normalTypedCode(typed: string): string {
  return likeDigits(codeLetters(typed));
}

/** Whether a text could be a code of so many letters at all. */
export function looksLikeTypedCode(typed: string, letters: number): boolean {
  return new RegExp(`^[${ALPHABET}]{${letters}}$`).test(normalTypedCode(typed));
}
