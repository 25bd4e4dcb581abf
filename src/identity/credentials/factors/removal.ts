import type { Database } from '../../../platform/database/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import { type Factor, readKindsHeld } from './factor.ts';

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
  if (left > 0 || factors.some((each) => each.kind === kind && !each.lasts)) return true;
  const others = factors.filter((each) => each.kind !== kind && each.lasts);
  return (await readKindsHeld(transaction, others, accountId)).length > 0;
}
