import { randomBytes } from 'node:crypto';
import { plainDigits } from '../digits/index.ts';

/** Crockford's Base32: no I, L, O or U, which are misread or misspelt. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code that people write down and type: 5 random bits a letter, in groups of four such as `7Q4M-1KXD`. */
export function newTypedCode(letters: number): string {
  const code = [...randomBytes(letters)].map((byte) => ALPHABET[byte & 31]).join('');
  return code.match(/.{1,4}/g)?.join('-') ?? code;
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
