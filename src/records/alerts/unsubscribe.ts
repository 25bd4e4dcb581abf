import { parse, validate } from 'uuid';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { readEmailState } from './choices.ts';

const PURPOSE = 'end of alerts by email';
const ID_BYTES = 16;

/** What a token is a digest of: another one each time that alerts are switched on again. */
const subject = (accountId: string, resumed: number): string => `${accountId} ${resumed}`;

/**
 * The token by which whoever reads an alert ends alerts by email (RFC 8058 §3.1): the account's id and a keyed digest of it and
 * of how often alerts were switched on again. It works in every alert until they are, and is stored nowhere.
 * @throws where there is no such account
 */
export async function endingTokenOf(vault: Vault, database: Database, accountId: string): Promise<string> {
  const state = await readEmailState(database, accountId);
  if (state === null) throw new Error('there is no such account');
  const digest = vault.blindIndex(PURPOSE, subject(accountId, state.resumed));
  return Buffer.concat([parse(accountId), digest]).toString('base64url');
}

/**
 * The account of such a token; null for what is none, is from before alerts were switched on again, or was made by a key that
 * is no longer in the ring.
 */
export async function readEndingToken(
  vault: Vault,
  database: Database,
  token: string,
): Promise<string | null> {
  const bytes = Buffer.from(token, 'base64url');
  const hex = bytes.subarray(0, ID_BYTES).toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const state = validate(id) ? await readEmailState(database, id) : null;
  if (state === null) return null;
  return vault.isBlindIndex(bytes.subarray(ID_BYTES), PURPOSE, subject(id, state.resumed)) ? id : null;
}
