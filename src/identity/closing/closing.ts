import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type AccountId, asAccountId } from '../accounts/index.ts';
import { type Asking, type Refused, whileCalm } from '../alarm/index.ts';
import type { Notices } from '../notices/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Sessions } from '../sessions/index.ts';
import { accountSubject } from '../throttling/index.ts';

export type Closing = {
  readonly days: number;
  /**
   * Closes an account at its person's own wish: everybody is signed out, and after some days to change one's mind it is
   * erased (ASVS 7.4.2).
   */
  begin(asking: Asking): Promise<{ readonly is: 'begun'; readonly on: Date } | Refused>;
  /** Calls it off. Safe to do twice. */
  cancel(accountId: AccountId): Promise<void>;
  /** Erases the accounts whose days are over. @returns how many */
  eraseDue(): Promise<number>;
};

const DAY = 24 * 3_600_000;

export function makeClosing({
  database,
  clock,
  policy,
  sessions,
  notices,
}: {
  database: Database;
  clock: Clock;
  policy: Policy['closing'];
  sessions: Pick<Sessions, 'endSome'>;
  notices: Notices;
}): Closing {
  /** Erases one account that is due. @returns false where none is */
  const eraseOne = (): Promise<boolean> =>
    database.transaction().execute(async (transaction) => {
      const due = await transaction
        .selectFrom('account')
        .select('id')
        .where('closes_at', '<=', clock.now())
        .where('alarmed_at', 'is', null)
        .orderBy('closes_at')
        .limit(1)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (due === undefined) return false;
      const accountId = asAccountId.parse(due.id);
      // With the row goes the wrapped key, without which nothing that was sealed for the person opens, in a backup either
      // once that is gone; and all that refers to the row goes with it. What the agency holds of the cases stays.
      await transaction.deleteFrom('account').where('id', '=', accountId).execute();
      await transaction.deleteFrom('throttle').where('subject', '=', accountSubject(accountId)).execute();
      await recordSecurityEvent(transaction, clock, { kind: 'account-erased', accountId });
      return true;
    });

  return {
    days: policy.days,
    begin: (asking) =>
      whileCalm(database, asking, async (transaction) => {
        const { accountId } = asking;
        const before = await transaction
          .selectFrom('account')
          .select('closes_at')
          .where('id', '=', accountId)
          .executeTakeFirstOrThrow();
        const on = before.closes_at ?? new Date(clock.now().getTime() + policy.days * DAY);
        if (before.closes_at === null) {
          await transaction
            .updateTable('account')
            .set({ closes_at: on })
            .where('id', '=', accountId)
            .execute();
          await sessions.endSome(transaction, accountId, 'all');
          await transaction.deleteFrom('sign_in').where('account_id', '=', accountId).execute();
          await notices.send(transaction, accountId, { is: 'account-closing', on });
          await recordSecurityEvent(transaction, clock, { kind: 'closing-begun', accountId });
        }
        return { is: 'begun', on } as const;
      }),
    cancel: (accountId) =>
      database.transaction().execute(async (transaction) => {
        const cancelled = await transaction
          .updateTable('account')
          .set({ closes_at: null })
          .where('id', '=', accountId)
          .where('closes_at', 'is not', null)
          .executeTakeFirst();
        if (cancelled.numUpdatedRows === 0n) return;
        await notices.send(transaction, accountId, { is: 'account-closing-cancelled' });
        await recordSecurityEvent(transaction, clock, { kind: 'closing-cancelled', accountId });
      }),
    eraseDue: async () => {
      let erased = 0;
      while (await eraseOne()) erased += 1;
      return erased;
    },
  };
}
