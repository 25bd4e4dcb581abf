import { randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock/index.ts';
import { type BlindIndexes, sameDigest, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import {
  accessCodeMacs,
  claimedPersonIndexes,
  linkByAgencyNumber,
  linkCase,
  lockCases,
  type NamedPerson,
  nameParts,
  useAccessCode,
} from '../cases/index.ts';
import { selectClaimable } from './store.ts';

/** Someone who says that a case is theirs. */
export type Claim = {
  readonly accountId: string;
  /** Who the account belongs to, as they named themselves when they signed up. */
  readonly person: NamedPerson;
  /** As it is stored. */
  readonly receipt: string;
  /** As typed. */
  readonly accessCode: string;
};

export type ClaimResult =
  | {
      readonly is: 'linked';
      readonly receipt: string;
      /** Further cases of the same person that came along by their agency number. */
      readonly others: number;
    }
  | { readonly is: 'already-linked'; readonly receipt: string }
  /** No such case, another person's, a wrong code or a used one: it is not said which. */
  | { readonly is: 'no-match' };

export type Claims = {
  /**
   * Gives a case to the account of its person. The first claim uses the access code up. Wrong tries are not counted
   * here: the caller throttles.
   * @param transaction the caller's own transaction, when something else has to commit with the claim
   */
  claimCase(claim: Claim, transaction?: Database): Promise<ClaimResult>;
};

const LONGEST = 500;

export function makeClaims({
  database,
  vault,
  clock,
}: {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}): Claims {
  // Stand for the record when there is none, so that as much is compared.
  const nobody = randomBytes(32);
  const nothing = randomBytes(32);

  return {
    claimCase: async (claim, transaction) => {
      const { accountId, person, receipt } = claim;
      const tooLong = [claim.accessCode, person.fullName].some((text) => text.length > LONGEST);
      const indexes = claimedPersonIndexes(vault, { ...person, fullName: person.fullName.slice(0, LONGEST) });
      const macs = accessCodeMacs(vault, receipt, claim.accessCode.slice(0, LONGEST));
      const nameless = nameParts(person.fullName.slice(0, LONGEST)).length === 0;
      const record = await selectClaimable(transaction ?? database, accountId, receipt);
      const samePerson = isOneOf(record?.personIndex ?? nobody, indexes);
      const sameCode = isOneOf(record?.accessCodeMac ?? nothing, macs);
      if (record?.linkedHere === true) return { is: 'already-linked', receipt };
      if (!samePerson || !sameCode || nameless || tooLong || record === undefined) return { is: 'no-match' };
      if (record.claimed || record.linked) return { is: 'no-match' };

      const at = clock.now();
      return await within(transaction ?? database, async (inner) => {
        await lockCases(inner);
        const used = await useAccessCode(inner, {
          receipt,
          personIndexes: indexes,
          accessCodeMacs: macs,
          at,
        });
        if (!used) {
          const again = await selectClaimable(inner, accountId, receipt);
          return again?.linkedHere === true ? { is: 'already-linked', receipt } : { is: 'no-match' };
        }
        await linkCase(inner, { accountId, receipt, how: 'claimed', at });
        return { is: 'linked', receipt, others: await linkByAgencyNumber(inner, [receipt], at) };
      });
    },
  };
}

const isOneOf = (digest: Buffer, digests: BlindIndexes): boolean =>
  digests.some((each) => sameDigest(digest, each));

/** Runs in the transaction that is handed in, or in one of its own. */
async function within<T>(database: Database, work: (transaction: Database) => Promise<T>): Promise<T> {
  return database.isTransaction ? await work(database) : await database.transaction().execute(work);
}
