import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { HashingBusy } from '../../../platform/hashing/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Behind, Notice, Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import { type Counted, refund } from '../../core/throttling/index.ts';
import type { Answer, Challenged, Factor } from './factor.ts';

/** A try that was turned away; the same whether or not the account exists (ASVS 6.3.8). */
export type Refusal =
  | { readonly is: 'wrong' }
  | { readonly is: 'wait'; readonly until: Date }
  | { readonly is: 'disabled' };

type RefusalParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'failures'>;
  readonly notices: Notices;
};

/**
 * Checks an answer whose try has been counted. A right one is used up by what follows from it, in one statement.
 * @param follow does what a right answer opens, together with its use; null when the answer was used up before
 * @throws HashingBusy
 */
export async function tryFactor<T>(
  parts: RefusalParts,
  {
    factor,
    challenged,
    answer,
    counted,
    failures,
    behind,
  }: {
    factor: Factor;
    challenged: Challenged;
    answer: string;
    counted: Counted;
    /** How many there are with this try, should it be wrong. */
    failures: number;
    behind: Behind;
  },
  follow: (right: Answer) => Promise<T | null>,
): Promise<{ readonly is: 'right'; readonly value: T } | { readonly is: 'wrong' }> {
  const right = await orTakeBack(parts.database, counted, () => factor.check(challenged, answer));
  const value = right === null ? null : await follow(right);
  if (value !== null) return { is: 'right', value };
  const refused = { factor: factor.kind, behind };
  await recordRefusal(parts, { accountId: challenged.accountId, refused, failures });
  return { is: 'wrong' };
}

/**
 * Writes down that a try was wrong. Every address hears of the one by which what was tried is disabled, and of every few of
 * a second step that were wrong in a row (ASVS 6.3.5).
 */
export async function recordRefusal(
  { database, clock, policy, notices }: RefusalParts,
  {
    accountId,
    refused,
    failures,
  }: {
    accountId: AccountId;
    refused: 'password' | { factor: FactorKind; behind: Behind };
    failures: number;
  },
): Promise<void> {
  const event =
    refused === 'password'
      ? ({ kind: 'password-refused', accountId } as const)
      : ({ kind: 'code-refused', accountId, detail: { factor: refused.factor } } as const);
  const notice = (): Notice | null => {
    const factor = refused === 'password' ? refused : refused.factor;
    if (failures >= policy.failures.disable) return { is: 'factor-disabled', factor };
    // A password is guessed at by anybody; a second step only by whoever got past the first.
    return refused === 'password' || failures % policy.failures.tell !== 0
      ? null
      : { is: 'second-step-refused', factor, behind: refused.behind };
  };
  const told = notice();
  if (told === null) return recordSecurityEvent(database, clock, event);
  await database.transaction().execute(async (transaction) => {
    await notices.send(transaction, accountId, told);
    await recordSecurityEvent(transaction, clock, event);
  });
}

/** A try that the full queue of hashes turned away was no try. */
export async function orTakeBack<T>(
  database: Database,
  counted: Counted,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HashingBusy) await refund(database, counted);
    throw error;
  }
}
