import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** A bearer token of 256 bits, as it goes into a cookie or a link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** How a token of at least 128 bits is stored: SHA-256, so that a stolen table opens nothing. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A one-time code of 6 digits (NIST SP 800-63B-4 §3.1.3). */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** Whether two digests are the same, in a time that does not depend on where they differ. */
export function sameDigest(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
