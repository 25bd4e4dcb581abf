import { createHash, createHmac } from 'node:crypto';

const STEP_MILLISECONDS = 30_000;

/** The key of the nth bench account's authenticator app, so that seeding and load need not tell each other. */
export function appKey(n: number): Buffer {
  return createHash('sha1').update(`bench authenticator app ${n}`).digest();
}

/** The code that an app shows (RFC 6238, SHA-1, 6 digits, 30 s). */
export function codeOf(key: Buffer, now: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / STEP_MILLISECONDS)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE((digest[19] ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
