import { sql } from 'kysely';
import { type Clock, DAY, HOUR } from '../../../platform/clock/index.ts';
import type { BlindIndexes } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Policy } from '../policy/index.ts';
import type { NoticeKind } from './kinds.ts';

/**
 * What says that somebody else may be taking the account. The others leave it a third of the texts of a number: what a
 * session can do over and over drowns none of these.
 */
const FIRST: ReadonlySet<NoticeKind> = new Set([
  'alarm-ended',
  'alarm-raised',
  'email-removed',
  'password-changed',
  'recovery-begun',
  'recovery-ready',
  'recovery-shortened',
  'recovery-finished',
  'account-closing',
  'account-closing-soon',
  'account-erased',
]);

export type TextLimits = Pick<Policy['phones'], 'noticesPerHour' | 'noticesPerDay'>;

/** Of two notices to one number, written at the same moment, the second counts the first. Held in one order by all. */
export async function lockNumbers(transaction: Database, numbers: readonly BlindIndexes[]): Promise<void> {
  for (const number of numbers.map(([index]) => index.toString('hex')).sort())
    await sql`select pg_advisory_xact_lock(hashtextextended(${`notices to ${number}`}, 0))`.execute(
      transaction,
    );
}

/** Whether a number that is held gets a notice as a text message too; if so, it is counted. */
export async function admitText(
  transaction: Database,
  { clock, policy }: { clock: Clock; policy: TextLimits },
  number: BlindIndexes,
  kind: NoticeKind,
): Promise<boolean> {
  const now = clock.now();
  const since = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  const share = (limit: number) => (FIRST.has(kind) ? limit : Math.floor((limit * 2) / 3));
  const { rows } = await sql<{ hour: number; day: number }>`
    select count(*) filter (where sent_at > ${since(HOUR)})::int as hour, count(*)::int as day
    from notice_text where number_index = any(${number}::bytea[]) and sent_at > ${since(DAY)}`.execute(
    transaction,
  );
  const { hour = 0, day = 0 } = rows[0] ?? {};
  if (hour >= share(policy.noticesPerHour) || day >= share(policy.noticesPerDay)) return false;
  await transaction.insertInto('notice_text').values({ number_index: number[0], sent_at: now }).execute();
  return true;
}

/** Forgets the texts of more than a day ago. */
export async function removeOldTexts(database: Database, clock: Clock): Promise<void> {
  await database
    .deleteFrom('notice_text')
    .where('sent_at', '<=', new Date(clock.now().getTime() - DAY))
    .execute();
}
