import type { BlindIndexes, Vault } from '../../platform/crypto/index.ts';
import { codeLetters, likeDigits } from '../../platform/typed/index.ts';

/** Letters and digits that an access code has at least. */
const SHORTEST = 8;

/**
 * An access code as it is compared: capitals without spaces or dashes, and with the letters that look like digits
 * (O, I, L) read as those digits.
 */
export function normaliseAccessCode(code: string): string {
  return likeDigits(codeLetters(code).replaceAll(/[^A-Z0-9]/g, ''));
}

/** Whether a normalised text could be an access code at all; the feed refuses what is shorter. */
export function isAccessCode(text: string): boolean {
  return text.length >= SHORTEST;
}

/** How an access code is stored: keyed digests, bound to its case; the first is written. */
export function accessCodeMacs(vault: Vault, receipt: string, code: string): BlindIndexes {
  return vault.blindIndexes('access-code', `${receipt}:${normaliseAccessCode(code)}`);
}
