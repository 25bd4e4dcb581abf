import type { Database } from '../../../platform/database/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { FactorKind } from '../../core/policy/index.ts';
import { type Factor, readKindsHeld } from './factor.ts';

/** The kinds that are enough to keep an account by; backup codes run out. */
const STRONG: readonly FactorKind[] = ['passkey', 'authenticator-app', 'sms-code'];

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
  return (await readKindsHeld(transaction, factors, accountId)).some(
    (each) => each !== kind && STRONG.includes(each),
  );
}
