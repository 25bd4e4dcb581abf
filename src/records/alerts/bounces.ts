import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { ReachOf } from './reach.ts';
import { askToTell } from './reader.ts';

/** Words by which a mail server says what became of a message (RFC 3464 §2.3.3). */
const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/** What became of a message, as a mail provider says it. */
export const BounceReport = z.object({
  /** As it was sent, with or without its brackets. */
  messageId: z.string().max(998),
  action: z.enum(ACTIONS),
});
export type BounceReport = z.infer<typeof BounceReport>;

const ACTION = /^Action:[ \t]*([a-z]+)/im;
/** The id of an alert, where a Message-ID begins with one. */
const OF_ALERT = /^<?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})@/i;
const MESSAGE_IDS = /^Message-ID:\s*(<[^>\s]+>)/gim;

/**
 * Reads a delivery status notification (RFC 3464) with the headers of what came back.
 * @returns null where it is none, or of no message of ours
 */
export function readStatusNotification(text: string): BounceReport | null {
  const action = ACTION.exec(text)?.[1]?.toLowerCase();
  // Its own comes first, that of what came back last.
  const messageId = [...text.matchAll(MESSAGE_IDS)].at(-1)?.[1];
  const parsed = BounceReport.safeParse({ action, messageId });
  return parsed.success ? parsed.data : null;
}

/**
 * Notes that an alert came back for good: its address is not written to again until the person says so, and what it told of is
 * told by another way where there is one. Said twice, it is noted once.
 */
export async function noteBounce(
  { database, clock, reach }: { readonly database: Database; readonly clock: Clock; readonly reach: ReachOf },
  { messageId, action }: BounceReport,
): Promise<void> {
  const id = OF_ALERT.exec(messageId)?.[1];
  if (id === undefined || action !== 'failed') return;
  await database.transaction().execute(async (transaction) => {
    const alert = await transaction
      .updateTable('alert_delivery')
      .set({ failed_at: clock.now() })
      .from('alert')
      .whereRef('alert.id', '=', 'alert_delivery.alert_id')
      .where('alert_delivery.id', '=', id)
      .where('channel', '=', 'email')
      .where('failed_at', 'is', null)
      .returning(['alert.id', 'account_id as accountId', 'to_id as emailId'])
      .executeTakeFirst();
    if (alert === undefined) return;
    const { accountId, emailId } = alert;
    const person = await reach(transaction, accountId);
    if (person?.emails.some((email) => email.id === emailId) === true)
      await transaction
        .insertInto('alert_bounce')
        .values({ email_id: emailId, account_id: accountId, bounced_at: clock.now() })
        .onConflict((conflict) => conflict.column('email_id').doNothing())
        .execute();
    const heard = await transaction
      .selectFrom('alert_delivery')
      .select('id')
      .where('alert_id', '=', alert.id)
      .where('failed_at', 'is', null)
      .executeTakeFirst();
    if (heard !== undefined) return;
    await transaction
      .updateTable('alert_change')
      .set({ told_by: null })
      .where('told_by', '=', alert.id)
      .execute();
    await transaction
      .updateTable('alert_turn')
      .set({ due_at: clock.now(), told_at: null })
      .where('account_id', '=', accountId)
      .execute();
    await askToTell(transaction);
  });
}
