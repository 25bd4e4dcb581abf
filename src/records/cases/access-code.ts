import type { Vault } from '../../platform/crypto/index.ts';

/**
 * An access code as it is compared: capitals without spaces or dashes, and with the letters that look like digits
 * (O, I, L) read as those digits.
 */
export function normaliseAccessCode(code: string): string {
  return code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
}

/** How an access code is stored: a keyed digest, bound to its case. 32 bytes. */
export function accessCodeMac(vault: Vault, receipt: string, code: string): Buffer {
  return vault.blindIndex('access-code', `${receipt}:${normaliseAccessCode(code)}`);
}
