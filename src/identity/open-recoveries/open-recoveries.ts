import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';

/** Whether anything at all is proven. */
const PROVEN = sql<boolean>`(evidence <> '{}')`;

/**
 * Stops every way back into an account that is under way, in a transaction that holds the account: what it rests on was
 * changed or taken away, or nobody knows whose it is. One on which nothing is proven yet stays open, without what was
 * sent for it: its page must not tell a stranger that there is an account (ASVS 6.3.8). Its own
 * room, since what stops a recovery must not know how one goes on.
 * @param but the one that goes on
 * @param begunBefore spares those that were begun since
 */
export async function endRecoveries(
  transaction: Database,
  clock: Clock,
  accountId: AccountId,
  { but, begunBefore = null }: { readonly but?: string; readonly begunBefore?: Date | null } = {},
): Promise<void> {
  const now = clock.now();
  await transaction
    .updateTable('recovery')
    .set({
      ended_at: sql<Date | null>`case when ${PROVEN} then ${now}::timestamptz end`,
      ended_how: sql<string | null>`case when ${PROVEN} then 'cancelled' end`,
      asked_sealed: sql<Buffer | null>`case when not ${PROVEN} then asked_sealed end`,
      code_hash: null,
      link_hash: null,
      next_notice_at: null,
      password_hash: null,
      secret_sealed: null,
      elsewhere_hash: null,
      elsewhere_sealed: null,
    })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .$if(but !== undefined, (query) => query.where('id', '<>', but ?? ''))
    .$if(begunBefore !== null, (query) => query.where('created_at', '<', begunBefore ?? now))
    .execute();
}

/** What whoever waits for a hold says that they lost: their second step, or their password too. */
export type HeldFor = 'second-step' | 'both';

/** A way back on which all is proven, as the owner sees it. */
export type OpenHold = {
  readonly id: string;
  readonly lost: HeldFor;
  readonly begunAt: Date;
  readonly endsAt: Date;
};

/** The ways back into an account that wait for their hold, or whose hold is over and that nobody has finished. */
export async function openHolds(
  database: Database,
  clock: Clock,
  accountId: AccountId,
): Promise<readonly OpenHold[]> {
  const { rows } = await sql<OpenHold>`
    select id, lost, created_at as "begunAt", hold_ends_at as "endsAt" from recovery
    where account_id = ${accountId} and ended_at is null and expires_at > ${clock.now()} and hold_ends_at is not null
    order by created_at`.execute(database);
  return rows;
}

const DAY = 24 * 3_600_000;

/**
 * Whether somebody waits for a hold of an account, or may finish one that is over, or came back by one within a day: time
 * enough to call off what goes on by itself.
 * @param accountId an SQL expression
 */
export const isComingBack = (clock: Clock, accountId: RawBuilder<unknown>): RawBuilder<boolean> => {
  const now = clock.now();
  return sql`exists (
    select from recovery where account_id = ${accountId} and hold_ends_at is not null and (
      ended_at is null and expires_at > ${now}
      or ended_how = 'completed' and ended_at > ${new Date(now.getTime() - DAY)}))`;
};
