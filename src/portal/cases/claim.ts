import { isDeepStrictEqual } from 'node:util';
import { readPerson } from '../../identity/core/accounts/index.ts';
import type { Policy } from '../../identity/core/policy/index.ts';
import { accountSubject, clear, countTry, refund } from '../../identity/core/throttling/index.ts';
import type { Session } from '../../identity/session/sessions/index.ts';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { ClaimResult, Claims } from '../../records/claims/index.ts';

export type ClaimParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly claims: Claims;
};

export type ThrottledClaimResult =
  | ClaimResult
  | { readonly is: 'wait'; readonly until: Date }
  | { readonly is: 'disabled' };

/** Claims a case for a signed-in person; wrong tries are counted and followed by waits, as at sign-in. */
export async function claim(
  { database, vault, clock, policy, claims }: ClaimParts,
  { accountId }: Pick<Session, 'accountId'>,
  given: { readonly receipt: string; readonly accessCode: string },
): Promise<ThrottledClaimResult> {
  const counted = { subject: accountSubject(accountId), kind: 'claim' } as const;
  const limits = { ...policy.failures, ...policy.claims };
  const admission = await countTry(database, clock, limits, counted);
  if (admission.is !== 'admitted') return admission;
  const claiming = database.transaction().execute(async (transaction): Promise<ClaimResult> => {
    const person = await readPerson(transaction, vault, accountId);
    const result: ClaimResult =
      person === null
        ? { is: 'no-match' }
        : await claims.claimCase({ accountId, person, ...given }, transaction);
    if (result.is === 'linked') {
      if (!isDeepStrictEqual(await readPerson(transaction, vault, accountId), person))
        throw new CorrectedMeanwhile();
      await clear(transaction, counted);
    }
    // A case that is there already proves nothing: it neither counts nor begins the count anew.
    if (result.is === 'already-linked') await refund(transaction, counted);
    if (result.is !== 'already-linked') {
      const kind = result.is === 'linked' ? 'case-claimed' : 'claim-refused';
      await recordSecurityEvent(transaction, clock, { kind, accountId });
    }
    return result;
  });
  return claiming.catch((error: unknown): ClaimResult => {
    if (error instanceof CorrectedMeanwhile) return { is: 'no-match' };
    throw error;
  });
}

/** The person corrected the answers by which the case was found: it is not theirs by those that stand now. */
class CorrectedMeanwhile extends Error {}

declare module '../../identity/core/throttling/throttle.ts' {
  interface ThrottleKinds {
    readonly claim: true;
  }
}
