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

/** Writes what an account chose, in the place of what it chose before. */
export async function writeChoice(
  database: Database,
  accountId: string,
  { on, quiet }: AlertChoice,
): Promise<void> {
  const row = {
    email_off: ALERT_GROUPS.filter((group) => !on.email.includes(group)),
    text_on: [...on.sms],
    quiet_from: quiet?.from ?? null,
    quiet_until: quiet?.until ?? null,
  };
  await database
    .insertInto('alert_choice')
    .values({ account_id: accountId, ...row })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(row))
    .execute();
}

/** Switches every alert by email off, and nothing else. @returns false where there is no such account */
export async function endEmails(database: Database, accountId: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database
    .insertInto('alert_choice')
    .columns(['account_id', 'email_off', 'text_on'])
    .expression((query) =>
      query
        .selectFrom('account')
        .select(({ val }) => ['id', val([...ALERT_GROUPS]).as('off'), val([]).as('on')])
        .where('id', '=', accountId),
    )
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ email_off: [...ALERT_GROUPS] }))
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
