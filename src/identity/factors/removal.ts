import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';
import type { FactorKind } from '../policy/index.ts';
import { type Factor, kindsHeld } from './factor.ts';

/** The kinds that are enough to keep an account by: codes by SMS are the weaker choice, and backup codes run out. */
const STRONG: readonly FactorKind[] = ['passkey', 'authenticator-app'];

/**
 * Whether one of a kind may be taken from an account: never its last strong one. The caller's transaction holds the
 * account, so that two are not taken side by side.
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
