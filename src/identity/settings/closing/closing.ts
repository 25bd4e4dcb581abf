import { sql } from 'kysely';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { after, type Clock, DAY } from '../../../platform/clock/index.ts';
import { type Database, eachAlone } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';
import { type AccountId, asAccountId } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { isComingBack } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { type Asking, type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';

export type Closing = {
  readonly days: number;
  /**
   * Closes an account at its person's own wish: everybody is signed out, and after some days to change one's mind it is
   * erased (ASVS 7.4.2).
   */
  begin(asking: Asking): Promise<{ readonly is: 'begun'; readonly on: Date } | Refused>;
  /** Calls it off. Safe to do twice. */
  cancel(asking: Asking): Promise<{ readonly is: 'cancelled' } | Refused>;
  /** Reminds, once, of the ends that are a week ahead. @returns of how many */
  remindDue(): Promise<number>;
  /** Erases the accounts whose days are over, and tells every address of each. @returns how many */
  eraseDue(): Promise<number>;
};

const REMINDED_BEFORE = 7 * DAY;

export function makeClosing({
  database,
  clock,
  policy,
  sessions,
  notices,
  personalData,
}: {
  database: Database;
  clock: Clock;
  policy: Policy['closing'];
  sessions: Pick<Sessions, 'endSome'>;
  notices: Notices;
  /** All that is kept about a person, to be erased. */
  personalData: () => readonly PersonalData<AccountId>[];
}): Closing {
  const due = (from: Database) =>
    from
      .selectFrom('account')
      .select(['id', 'closes_at'])
      .where('closes_at', '<=', clock.now())
      .where('alarmed_at', 'is', null)
      // Who is on the way back may want to call it off.
      .where((eb) => eb.not(isComingBack(clock, sql.ref('account.id'))))
      .orderBy('closes_at');
  const toRemind = (from: Database) =>
    from
      .selectFrom('account')
      .select(['id', 'closes_at'])
      .where('closes_at', '>', clock.now())
      .where('closes_at', '<=', after(clock, REMINDED_BEFORE))
      .where(sql<boolean>`closing_reminded_of is distinct from closes_at`)
      .where('alarmed_at', 'is', null)
      .orderBy('closes_at');

  /** Does something with each account that is chosen, where no other worker does it at the same moment. */
  const forEachOf = async (
    chosen: typeof due,
    work: (transaction: Database, accountId: AccountId, on: Date) => Promise<void>,
  ): Promise<number> =>
    eachAlone(database, await chosen(database).execute(), async (transaction, { id }) => {
      const held = await transaction
        .selectFrom('account')
        .select('id')
        .where('id', '=', id)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (held === undefined) return false;
      // Asked once it is held: what a way back wrote at that moment is seen.
      const row = await chosen(transaction).where('id', '=', id).executeTakeFirst();
      if (row?.closes_at == null) return false;
      await work(transaction, asAccountId.parse(id), row.closes_at);
      return true;
    });

  const remind = async (transaction: Database, accountId: AccountId, on: Date): Promise<void> => {
    await transaction
      .updateTable('account')
      .set({ closing_reminded_of: on })
      .where('id', '=', accountId)
      .execute();
    await notices.send(transaction, accountId, { is: 'account-closing-soon', on });
  };

  const erase = async (transaction: Database, accountId: AccountId): Promise<void> => {
    // Before the addresses are gone.
    await notices.send(transaction, accountId, { is: 'account-erased' });
    // With the row goes the wrapped key, without which nothing that was sealed for the person opens, in a backup either
    // once that is gone; and all that refers to the row goes with it. What the agency holds of the cases stays.
    await transaction.deleteFrom('account').where('id', '=', accountId).execute();
    for (const { erase } of personalData()) await erase?.(transaction, accountId);
    await recordSecurityEvent(transaction, clock, { kind: 'account-erased', accountId });
  };

  return {
    days: policy.days,
    begin: (asking) =>
      unlessUnderAlarm(database, asking, async (transaction) => {
        const { accountId } = asking;
        const before = await transaction
          .selectFrom('account')
          .select('closes_at')
          .where('id', '=', accountId)
          .executeTakeFirstOrThrow();
        const on = before.closes_at ?? after(clock, policy.days * DAY);
        if (before.closes_at === null) {
          await transaction
            .updateTable('account')
            // Where there are so few days, the message of the beginning is enough.
            .set({ closes_at: on, closing_reminded_of: policy.days * DAY > REMINDED_BEFORE ? null : on })
            .where('id', '=', accountId)
            .execute();
          await sessions.endSome(transaction, accountId, 'all');
          await transaction.deleteFrom('sign_in').where('account_id', '=', accountId).execute();
          await notices.send(transaction, accountId, { is: 'account-closing', on });
          await recordSecurityEvent(transaction, clock, { kind: 'closing-begun', accountId });
        }
        return { is: 'begun', on } as const;
      }),
    cancel: (asking) =>
      unlessUnderAlarm(database, asking, async (transaction) => {
        const { accountId } = asking;
        const cancelled = await transaction
          .updateTable('account')
          .set({ closes_at: null })
          .where('id', '=', accountId)
          .where('closes_at', 'is not', null)
          .executeTakeFirst();
        if (cancelled.numUpdatedRows === 1n) {
          await notices.send(transaction, accountId, { is: 'account-closing-cancelled' });
          await recordSecurityEvent(transaction, clock, { kind: 'closing-cancelled', accountId });
        }
        return { is: 'cancelled' } as const;
      }),
    remindDue: () => forEachOf(toRemind, remind),
    eraseDue: () => forEachOf(due, erase),
  };
}
