import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sameDigest, type Vault } from '../../../platform/crypto/index.ts';
import { tokenListCookie } from '../../../platform/http/index.ts';

/** 192 bits that nobody guesses. */
const RANDOM = 24;
const SIGNATURE = 8;
/** How many people one browser is known for: a family, and no list that grows. */
const MOST = 5;
/** By which accounts know a browser again: a token for each person who uses it. It opens nothing by itself. */
const deviceCookie = tokenListCookie('device', 400 * 24 * 3600);

/** A token for a device, signed, so that this server knows one of its own without asking the database. */
export function newDeviceToken(vault: Pick<Vault, 'blindIndex'>): string {
  const random = randomBytes(RANDOM);
  const signature = vault.blindIndex('device-token', random.toString('base64url'));
  return Buffer.concat([random, signature.subarray(0, SIGNATURE)]).toString('base64url');
}

/**
 * The tokens of a browser from which people signed in, as far as its cookie tells, the last first; which accounts know
 * them, and whether they still do, is up to the database.
 */
export function signedDevicesOf(
  vault: Pick<Vault, 'blindIndexes'>,
  request: FastifyRequest,
): readonly string[] {
  return deviceCookie.read(request, MOST).filter((token) => isSigned(vault, token));
}

/** Keeps the token of whoever signed in just now in their browser, beside those of the others who use it. */
export function keepDevice(
  vault: Pick<Vault, 'blindIndexes'>,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): void {
  const others = signedDevicesOf(vault, request).filter((other) => other !== token);
  deviceCookie.set(reply, [token, ...others].slice(0, MOST));
}

/** Whether a token is one that this server gave out. */
export function isSigned(vault: Pick<Vault, 'blindIndexes'>, token: string): boolean {
  const bytes = Buffer.from(token, 'base64url');
  return vault
    .blindIndexes('device-token', bytes.subarray(0, RANDOM).toString('base64url'))
    .some((signature) => sameDigest(bytes.subarray(RANDOM), signature.subarray(0, SIGNATURE)));
}
