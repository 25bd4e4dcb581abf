import type { BlindIndexes, Vault } from '../../platform/crypto/index.ts';
import { plainDigits } from '../../platform/digits/index.ts';

/**
 * An access code as it is compared: capitals without spaces or dashes, and with the letters that look like digits
 * (O, I, L) read as those digits.
 */
export function normaliseAccessCode(code: string): string {
  return plainDigits(code)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
}

/** How an access code is stored: keyed digests, bound to its case; the first is written. */
export function accessCodeMacs(vault: Vault, receipt: string, code: string): BlindIndexes {
  return vault.blindIndexes('access-code', `${receipt}:${normaliseAccessCode(code)}`);
}
