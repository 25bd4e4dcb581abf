import { parse, validate } from 'uuid';
import type { Vault } from '../../platform/crypto/index.ts';

const PURPOSE = 'end of alerts by email';
const ID_BYTES = 16;

/**
 * The token by which whoever reads an alert ends alerts by email (RFC 8058 §3.1): the account's id and a keyed digest of it,
 * so that it works in every alert that was ever sent, and is stored nowhere.
 */
export const endingTokenOf = (vault: Vault, accountId: string): string =>
  Buffer.concat([parse(accountId), vault.blindIndex(PURPOSE, accountId)]).toString('base64url');

/** The account of such a token; null for what is none, or was made by a key that is no longer in the ring. */
export function readEndingToken(vault: Vault, token: string): string | null {
  const bytes = Buffer.from(token, 'base64url');
  const hex = bytes.subarray(0, ID_BYTES).toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return validate(id) && vault.isBlindIndex(bytes.subarray(ID_BYTES), PURPOSE, id) ? id : null;
}
