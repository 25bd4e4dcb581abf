import { likeDigits, plainDigits } from './codes.ts';
import { withoutUnseen } from './text.ts';

const LABEL = /^[^\d:]*:/u;
/** Digits, what people write between them, and the letters that look like some. */
const NUMBER = /^[\d\s()+./OoIiLl-]*$/u;

/** A telephone number as it was meant, to be parsed: without a label, and without what nobody sees. */
export function tidyPhone(typed: string): string {
  const text = plainDigits(withoutUnseen(typed).normalize('NFKC'))
    .replaceAll(/[\p{Pd}\u2212\u30fc]/gu, '-')
    .replace(LABEL, '')
    .replace(/[\s.,;]+$/u, '')
    .trim();
  return NUMBER.test(text) ? likeDigits(text.toUpperCase()) : text;
}
