import { codeLetters, likeDigits, plainText } from '../../platform/typed/index.ts';

const LONGEST_TYPED = 200;
const SHAPE = /^[A-Z]{3}[\dOIL]{10}$/;
/** A receipt number among other words: what stands around it is no letter or digit. */
const AMONG_WORDS = /(?<![A-Z0-9])[A-Z]{3}(?:[^A-Z0-9]{0,3}[\dOIL]){10}(?![A-Z0-9])/g;

/**
 * A receipt number as it is stored, from whatever a person types or pastes: capitals and digits, and nothing else. Letters that
 * look like digits are read as those where a receipt number has digits.
 */
export function normaliseReceipt(typed: string): string {
  const text = typed.slice(0, LONGEST_TYPED);
  const whole = compact(text);
  if (SHAPE.test(whole)) return asReceipt(whole);
  const found = new Set(
    [...plainText(text).matchAll(AMONG_WORDS)].map(([match]) => asReceipt(compact(match))),
  );
  const [only = whole] = found;
  return found.size === 1 ? only : whole;
}

/** Whether a normalised text is a receipt number of the agency: its three letters and ten digits. */
export function isReceipt(text: string, prefix: string): boolean {
  return (
    text.length === prefix.length + 10 &&
    text.startsWith(prefix) &&
    /^\d{10}$/.test(text.slice(prefix.length))
  );
}

const compact = (text: string): string => codeLetters(text).replaceAll(/[^A-Z0-9]/g, '');

const asReceipt = (shaped: string): string => `${shaped.slice(0, 3)}${likeDigits(shaped.slice(3))}`;
