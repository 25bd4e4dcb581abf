import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';
import type { FactorKind } from '../policy/index.ts';
import { type Factor, kindsHeld } from './factor.ts';

/** The kinds that are enough to keep an account by. Backup codes run out. */
const STRONG: readonly FactorKind[] = ['passkey', 'authenticator-app', 'sms-code'];

/**
 * Changes what an account has, one change after another: each sees what the one before it left. The account is held by a
 * statement of its own, since a statement that waits for a lock still sees what was there before the wait.
 */
export async function changeFactors<T>(
  database: Database,
  accountId: AccountId,
  change: (transaction: Database) => Promise<T>,
): Promise<T> {
  return database.transaction().execute(async (transaction) => {
    await sql`select id from account where id = ${accountId} for no key update`.execute(transaction);
    return change(transaction);
  });
}

/**
 * Whether one of a kind may be taken from an account: never its last strong one. Asked within `changeFactors`.
 * @param left how many of the kind the account would have left
 */
export async function mayRemove(
  transaction: Database,
  factors: readonly Factor[],
  accountId: AccountId,
  { kind, left }: { kind: FactorKind; left: number },
): Promise<boolean> {
  if (!STRONG.includes(kind) || left > 0) return true;
  const { rows } = await sql<{ held: readonly FactorKind[] }>`
    select ${kindsHeld(factors, sql`${accountId}::uuid`)} as held`.execute(transaction);
  return (rows[0]?.held ?? []).some((each) => each !== kind && STRONG.includes(each));
}
