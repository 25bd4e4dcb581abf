import { v7 as uuid } from 'uuid';
import { type Clock, DAY } from '../../../platform/clock/index.ts';
import { type BlindIndexes, type DataKey, sealedColumn, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, lockAccount } from '../accounts/index.ts';
import type { Policy } from '../policy/index.ts';
import { asPhoneNumber, type PhoneNumber } from './number.ts';
import * as store from './store.ts';

/** A number of an account. Only one that was verified is good for codes and notices. */
export type Phone = {
  readonly id: string;
  readonly number: PhoneNumber;
  readonly createdAt: Date;
  readonly verifiedAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** Whether notices about the account go to it besides email. */
  readonly takesNotices: boolean;
};

export type AddPhoneResult =
  /** It waits to be verified, in place of any other that did. */
  | { readonly is: 'added'; readonly id: string }
  | { readonly is: 'verified-already' }
  | { readonly is: 'full' };

type Owner = { readonly accountId: AccountId; readonly key: DataKey };

/** The numbers of accounts. Each works in the caller's transaction; whoever calls proves who owns the number. */
export type Phones = {
  /** Every number of an account, the oldest first. */
  list(database: Database, owner: Owner): Promise<readonly Phone[]>;
  add(transaction: Database, owner: Owner, number: PhoneNumber): Promise<AddPhoneResult>;
  /** Marks a number as the owner's, once they have given the code that was sent to it. @returns false when it is gone */
  verify(transaction: Database, accountId: AccountId, id: string): Promise<boolean>;
  /** Removes the number that waits to be verified. */
  giveUp(transaction: Database, accountId: AccountId): Promise<void>;
  /** @returns when it was verified; null where it is gone */
  markUsed(database: Database, accountId: AccountId, id: string): Promise<Date | null>;
  /** @returns false when there is no such number that was verified */
  setNotices(database: Database, accountId: AccountId, id: string, takesNotices: boolean): Promise<boolean>;
  /** @returns false when it was gone already */
  remove(transaction: Database, accountId: AccountId, id: string): Promise<boolean>;
  /** Forgets numbers that were not verified within a day. */
  removeOld(database: Database): Promise<void>;
};

const UNVERIFIED_FOR = DAY;
export const PHONE_NUMBER = sealedColumn({
  table: 'account_phone',
  column: 'number_sealed',
  under: 'account',
});
const { place } = PHONE_NUMBER;

/**
 * Under what a number is counted, whoever's it is: families share one, and a number gets few messages an hour. The first
 * is the one that is written.
 */
export function phoneIndexes(vault: Vault, number: PhoneNumber): BlindIndexes {
  return vault.blindIndexes('phone', number);
}

export function makePhones({
  vault,
  clock,
  policy,
}: {
  vault: Vault;
  clock: Clock;
  policy: Pick<Policy['phones'], 'most'>;
}): Phones {
  return {
    list: async (database, { accountId, key }) =>
      (await store.phonesOf(database, accountId)).map((row) => ({
        id: row.id,
        number: asPhoneNumber(key.unseal(row.number_sealed, place(row.id))),
        createdAt: row.created_at,
        verifiedAt: row.verified_at,
        lastUsedAt: row.last_used_at,
        takesNotices: row.takes_notices,
      })),
    add: async (transaction, { accountId, key }, number) => {
      await lockAccount(transaction, accountId);
      const indexes = phoneIndexes(vault, number);
      const verified = (await store.phonesOf(transaction, accountId)).filter(
        (row) => row.verified_at !== null,
      );
      if (verified.some((row) => indexes.some((index) => index.equals(row.number_index))))
        return { is: 'verified-already' };
      if (verified.length >= policy.most) return { is: 'full' };
      await store.removeUnverified(transaction, accountId);
      const id = uuid();
      await store.insertPhone(transaction, {
        id,
        account_id: accountId,
        number_index: indexes[0],
        number_sealed: key.seal(number, place(id)),
        created_at: clock.now(),
        verified_at: null,
        last_used_at: null,
        takes_notices: false,
      });
      return { is: 'added', id };
    },
    verify: async (transaction, accountId, id) => {
      // Held also here: somebody adding at the same moment must see this one as verified, or not yet.
      await lockAccount(transaction, accountId);
      return store.updatePhone(transaction, accountId, id, 'unverified', { verified_at: clock.now() });
    },
    giveUp: (transaction, accountId) => store.removeUnverified(transaction, accountId),
    markUsed: (database, accountId, id) => store.markUsed(database, accountId, id, clock.now()),
    setNotices: (database, accountId, id, takesNotices) =>
      store.updatePhone(database, accountId, id, 'verified', { takes_notices: takesNotices }),
    remove: (transaction, accountId, id) => store.removePhone(transaction, accountId, id),
    removeOld: (database) =>
      store.removeOldUnverified(database, new Date(clock.now().getTime() - UNVERIFIED_FOR)),
  };
}
