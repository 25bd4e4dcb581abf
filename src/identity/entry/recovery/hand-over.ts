import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import {
  type DataKey,
  looksLikeTypedCode,
  newToken,
  newTypedCode,
  normalTypedCode,
  tokenHash,
} from '../../../platform/crypto/index.ts';
import { asAccountId } from '../../core/accounts/index.ts';
import { newAppSecret } from '../../credentials/authenticator-app/index.ts';
import { type Progress, place, type RecoveryParts } from './machine.ts';
import * as store from './store.ts';

/** 120 bits, which need no slow hash (NIST SP 800-63B-4 §3.1.2.2: at least 112). */
const LETTERS = 24;

/** Going on in another browser than the one that proved everything, by a code that only that one was shown. */
export type HandOver = {
  /** The code with which to go on; null before everything is proven. */
  codeFor(progress: Progress): Promise<string | null>;
  /**
   * Uses a code up: another takes its place, and the browser from before goes no further.
   * @returns the token for the cookie, or null where the code is of no way back that is open
   */
  resume(typed: string): Promise<string | null>;
  /** What became of the way back of a token that goes no further: it was stopped, or goes on in another browser. */
  pastOf(token: string): Promise<'moved' | 'stopped' | null>;
};

/** Whether a text could be such a code at all. */
export const looksLikeHandOver = (typed: string): boolean => looksLikeTypedCode(typed, LETTERS);

/** A fresh code of a way back, as it is stored. */
export function newHandOver(key: DataKey, id: string) {
  const code = newTypedCode(LETTERS);
  return {
    elsewhere_hash: tokenHash(normalTypedCode(code)),
    elsewhere_sealed: key.seal(code, place('elsewhere_sealed', id)),
  };
}

export function makeHandOver({ database, vault, clock }: RecoveryParts): HandOver {
  return {
    codeFor: async ({ id }) => {
      const row = await store.readRecovery(database, id, clock.now());
      return row === null || row.elsewhere_sealed === null
        ? null
        : vault.openDataKey(row.data_key).unseal(row.elsewhere_sealed, place('elsewhere_sealed', id));
    },

    pastOf: (token) => store.readPast(database, tokenHash(token), clock.now()),

    resume: async (typed) => {
      return database.transaction().execute(async (transaction) => {
        const row = await store.lockHandOver(transaction, tokenHash(normalTypedCode(typed)), clock.now());
        if (row === null || row.account_id === null) return null;
        const token = newToken();
        const key = vault.openDataKey(row.data_key);
        await store.changeRecovery(transaction, row.id, {
          token_hash: tokenHash(token),
          left_hash: row.token_hash,
          // Whoever is left behind may have seen the key, and knows the password that they chose.
          password_hash: null,
          secret_sealed: key.seal(newAppSecret(), place('secret_sealed', row.id)),
          ...newHandOver(key, row.id),
        });
        await recordSecurityEvent(transaction, clock, {
          kind: 'recovery-moved',
          accountId: asAccountId.parse(row.account_id),
        });
        return token;
      });
    },
  };
}
