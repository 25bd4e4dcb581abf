import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';

/**
 * Stops every way back into an account that is under way, in the caller's transaction: what it rests on was changed or
 * taken away, or nobody knows whose it is. Its own room, since what stops a recovery must not know how one goes on.
 * @param but the one that goes on
 */
export async function endRecoveries(
  transaction: Database,
  clock: Clock,
  accountId: AccountId,
  but?: string,
): Promise<void> {
  await transaction
    .updateTable('recovery')
    .set({
      ended_at: clock.now(),
      ended_how: 'cancelled',
      code_hash: null,
      link_hash: null,
      next_notice_at: null,
      password_hash: null,
      secret_sealed: null,
      asked_sealed: null,
    })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .$if(but !== undefined, (query) => query.where('id', '<>', but ?? ''))
    .execute();
}
