import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { HashingBusy } from '../../platform/hashing/index.ts';
import { type Counted, takeBack } from '../throttling/index.ts';
import type { Challenged, Factor, Take } from './factor.ts';

/** A try that was turned away; the same whether or not the account exists (ASVS 6.3.8). */
export type Refusal =
  | { readonly is: 'wrong' }
  | { readonly is: 'wait'; readonly until: Date }
  | { readonly is: 'disabled' };

/**
 * Checks an answer whose try has been counted. A right one is used up by what follows from it, in one statement.
 * @param follow does what a right answer opens, together with its use; null when the answer was used up before
 * @throws HashingBusy
 */
export async function tryFactor<T>(
  { database, clock }: { database: Database; clock: Clock },
  {
    factor,
    challenged,
    answer,
    counted,
  }: {
    factor: Factor;
    challenged: Challenged;
    answer: string;
    counted: Counted;
  },
  follow: (take: Take) => Promise<T | null>,
): Promise<{ readonly is: 'right'; readonly value: T } | { readonly is: 'wrong' }> {
  const take = await orTakeBack(database, counted, () => factor.check(challenged, answer));
  const value = take === null ? null : await follow(take);
  if (value !== null) return { is: 'right', value };
  const { accountId } = challenged;
  await recordSecurityEvent(database, clock, {
    kind: 'code-refused',
    accountId,
    detail: { factor: factor.kind },
  });
  return { is: 'wrong' };
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
    if (error instanceof HashingBusy) await takeBack(database, counted);
    throw error;
  }
}
