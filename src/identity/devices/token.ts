import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { sameDigest, type Vault } from '../../platform/crypto/index.ts';
import { deviceCookie } from '../../platform/http/index.ts';

/** 192 bits that nobody guesses. */
const RANDOM = 24;
const SIGNATURE = 8;

/** A token for a device, signed, so that this server knows one of its own without asking the database. */
export function newDeviceToken(vault: Pick<Vault, 'blindIndex'>): string {
  const random = randomBytes(RANDOM);
  const signature = vault.blindIndex('device-token', random.toString('base64url'));
  return Buffer.concat([random, signature.subarray(0, SIGNATURE)]).toString('base64url');
}

/**
 * The token of a browser from which somebody signed in to some account, as far as its cookie tells; which accounts know
 * it, and whether they still do, is up to the database.
 */
export function signedDeviceOf(vault: Pick<Vault, 'blindIndexes'>, request: FastifyRequest): string | null {
  const token = deviceCookie.read(request);
  return token !== undefined && isSigned(vault, token) ? token : null;
}

/** Whether a token is one that this server gave out. */
export function isSigned(vault: Pick<Vault, 'blindIndexes'>, token: string): boolean {
  const bytes = Buffer.from(token, 'base64url');
  return vault
    .blindIndexes('device-token', bytes.subarray(0, RANDOM).toString('base64url'))
    .some((signature) => sameDigest(bytes.subarray(RANDOM), signature.subarray(0, SIGNATURE)));
}
