import { type Clock, DAY, MINUTE } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';
import type { Policy } from '../policy/index.ts';

/**
 * Where something that proves who somebody is stands in its account: `settled` once it has been there for `alarm.days`, or
 * since the account was made; `returned` where the link of a message brought it back since; `young` before. Nothing that is
 * not settled takes out, spares or outlives what is (docs/security/two-people.md).
 */
export type Standing = 'settled' | 'returned' | 'young';

/** What is added while an account is made is as old as the account. */
const MAKING = MINUTE;

/** What of an account says which of its addresses are settled. */
type Aged = { readonly created_at: Date; readonly alarmed_at: Date | null };

/** What came to an account at this time or before is settled. Behind an alarm nothing settles: time is on nobody's side. */
export function settledBy(clock: Clock, { days }: Policy['alarm'], account: Aged): Date {
  const now = account.alarmed_at ?? clock.now();
  return new Date(Math.max(now.getTime() - days * DAY, account.created_at.getTime() + MAKING));
}

/**
 * The same for authenticators, numbers, codes and devices of an account, of which none is from before it was got back: what
 * was made anew then is settled, or whoever reads one mailbox would take it out each time.
 */
export async function settledIn(
  database: Database,
  { clock, policy }: { readonly clock: Clock; readonly policy: Pick<Policy, 'alarm'> },
  accountId: AccountId,
): Promise<Date> {
  const account = await database
    .selectFrom('account')
    .select(['created_at', 'alarmed_at', 'renewed_at'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  const by = settledBy(clock, policy.alarm, account);
  return account.renewed_at === null
    ? by
    : new Date(Math.max(by.getTime(), account.renewed_at.getTime() + MAKING));
}

/** @param by what came then or before is settled */
export function standingOf(
  { verifiedAt, returnedAt }: { readonly verifiedAt: Date; readonly returnedAt: Date | null },
  by: Date,
): Standing {
  if (returnedAt !== null && returnedAt > by) return 'returned';
  return verifiedAt > by ? 'young' : 'settled';
}

const RANKS: readonly Standing[] = ['settled', 'returned', 'young'];

/** Those of some addresses that stand highest: the settled ones, else the returned ones, else all. */
export function highest<T extends { readonly standing: Standing }>(addresses: readonly T[]): readonly T[] {
  const rank = RANKS.find((each) => addresses.some(({ standing }) => standing === each));
  return addresses.filter(({ standing }) => standing === rank);
}
