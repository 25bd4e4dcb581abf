import { z } from 'zod';
import type { Vault } from '../crypto/index.ts';

const SIGNED = 'signed';
const Query = z.record(z.string(), z.string());

/**
 * The address of a page that says what happened to somebody who is signed out by then. It is signed: otherwise anybody
 * could write an address of ours whose page tells news that they made up.
 */
export function addressSaying(
  vault: Pick<Vault, 'blindIndex'>,
  path: string,
  said: Readonly<Record<string, string>>,
): string {
  const query = queryOf(said);
  if (query === '') return path;
  const signature = vault.blindIndex(...signedText(path, query)).toString('base64url');
  return `${path}?${query}&${SIGNED}=${signature}`;
}

/** What the address of a page says, from its query; nothing where it was not signed for this page. */
export function saidIn(
  vault: Pick<Vault, 'isBlindIndex'>,
  path: string,
  query: unknown,
): Readonly<Record<string, string>> {
  const { [SIGNED]: signature = '', ...said } = Query.safeParse(query).data ?? {};
  const isOurs = vault.isBlindIndex(Buffer.from(signature, 'base64url'), ...signedText(path, queryOf(said)));
  return isOurs ? said : {};
}

const queryOf = (said: Readonly<Record<string, string>>) => new URLSearchParams(said).toString();
const signedText = (path: string, query: string) => ['page-says', `${path}?${query}`] as const;
