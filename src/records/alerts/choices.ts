import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { ALERT_GROUPS, type AlertGroup } from './groups.ts';
import type { QuietHours } from './quiet.ts';

/** By what a person is told. */
export type AlertChannel = 'email' | 'sms';

/** How a person wants to hear that something changed. */
export type AlertChoice = {
  readonly on: Readonly<Record<AlertChannel, readonly AlertGroup[]>>;
  readonly quiet: QuietHours | null;
};

/** What an account chose, or what holds for whoever chose nothing: everything by email, nothing by text message. */
export async function readChoice(database: Database, accountId: string): Promise<AlertChoice> {
  const row = await database
    .selectFrom('alert_choice')
    .selectAll()
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return {
    on: {
      email: ALERT_GROUPS.filter((group) => !row?.email_off.includes(group)),
      sms: ALERT_GROUPS.filter((group) => row?.text_on.includes(group)),
    },
    quiet:
      row === undefined || row.quiet_from === null || row.quiet_until === null
        ? null
        : { from: row.quiet_from, until: row.quiet_until },
  };
}

/** How alerts by email of an account stand. */
export type EmailState = {
  /** Since when there are none at all; null where there are some. */
  readonly offSince: Date | null;
  /** How often they were switched on again, which ends the links of before. */
  readonly resumed: number;
};

/** How alerts by email of an account stand; null where there is no such account. */
export async function readEmailState(database: Database, accountId: string): Promise<EmailState | null> {
  const row = await database
    .selectFrom('account')
    .leftJoin('alert_choice', 'alert_choice.account_id', 'account.id')
    .select(['emails_off_at', 'resumed'])
    .where('account.id', '=', accountId)
    .executeTakeFirst();
  return row === undefined ? null : { offSince: row.emails_off_at, resumed: row.resumed ?? 0 };
}

/**
 * Writes what an account chose, in the place of what it chose before.
 * @returns whether it has no alerts by email any more, and had some
 */
export async function writeChoice(
  transaction: Database,
  clock: Clock,
  accountId: string,
  { on, quiet }: AlertChoice,
): Promise<{ readonly endsEmails: boolean }> {
  const before = await transaction
    .selectFrom('alert_choice')
    .select(['emails_off_at', 'resumed'])
    .where('account_id', '=', accountId)
    .forUpdate()
    .executeTakeFirst();
  const offSince = before?.emails_off_at ?? null;
  const isOff = on.email.length === 0;
  const row = {
    email_off: ALERT_GROUPS.filter((group) => !on.email.includes(group)),
    text_on: [...on.sms],
    quiet_from: quiet?.from ?? null,
    quiet_until: quiet?.until ?? null,
    emails_off_at: isOff ? (offSince ?? clock.now()) : null,
    resumed: (before?.resumed ?? 0) + (offSince !== null && !isOff ? 1 : 0),
  };
  await transaction
    .insertInto('alert_choice')
    .values({ account_id: accountId, ...row })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(row))
    .execute();
  return { endsEmails: isOff && offSince === null };
}

/** Switches every alert by email off, and nothing else. @returns false where none was on */
export async function endEmails(transaction: Database, clock: Clock, accountId: string): Promise<boolean> {
  const off = { email_off: [...ALERT_GROUPS], emails_off_at: clock.now() };
  const ended = await transaction
    .insertInto('alert_choice')
    .values({ account_id: accountId, ...off, text_on: [] })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet(off).where('alert_choice.emails_off_at', 'is', null),
    )
    .returning('account_id')
    .executeTakeFirst();
  return ended !== undefined;
}
