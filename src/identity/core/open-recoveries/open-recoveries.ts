import { type RawBuilder, sql } from 'kysely';
import { type Clock, DAY } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';

/** Whether anything at all is proven. */
const PROVEN = sql<boolean>`(evidence <> '{}')`;

/** Which ways back are stopped: all, unless something here narrows it. */
export type Ended = {
  /** One, also where nothing is proven on it. */
  readonly only?: string;
  /** The one that goes on. */
  readonly but?: string;
  /** Those that rest on one of these addresses. */
  readonly restingOn?: readonly string[];
  /** Those that were not begun since; null for all. */
  readonly begunBefore?: Date | null;
};

/**
 * Stops ways back into an account that are under way, in a transaction that holds the account: what they rest on was
 * changed or taken away, or nobody knows whose they are. A backup code that one used up works again. One on which nothing
 * is proven yet stays open, without what was sent for it: its page must not tell a stranger that there is an account (ASVS
 * 6.3.8). Its own room, since what stops a recovery must not know how one goes on.
 */
export async function endRecoveries(
  transaction: Database,
  clock: Clock,
  accountId: AccountId,
  { only, but, restingOn, begunBefore = null }: Ended = {},
): Promise<void> {
  const now = clock.now();
  const ends = only === undefined ? PROVEN : sql<boolean>`true`;
  const ended = await transaction
    .updateTable('recovery')
    .set({
      ended_at: sql<Date | null>`case when ${ends} then ${now}::timestamptz end`,
      ended_how: sql<string | null>`case when ${ends} then 'cancelled' end`,
      asked_sealed: sql<Buffer | null>`case when not ${ends} then asked_sealed end`,
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
    .$if(only !== undefined, (query) => query.where('id', '=', only ?? ''))
    .$if(but !== undefined, (query) => query.where('id', '<>', but ?? ''))
    .$if(restingOn !== undefined, (query) =>
      query.where(sql<boolean>`email_id = any(${restingOn ?? []}::uuid[])`),
    )
    .$if(begunBefore !== null, (query) => query.where('created_at', '<', begunBefore ?? now))
    .returning('code_digest')
    .execute();
  for (const { code_digest: digest } of ended)
    if (digest !== null) await giveBack(transaction, accountId, digest);
}

/** Has every hold told anew, with its links, to whoever reads the messages of an account now. */
export async function tellOfHolds(transaction: Database, clock: Clock, accountId: AccountId): Promise<void> {
  await transaction
    .updateTable('recovery')
    .set({ next_notice_at: clock.now() })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .where('hold_ends_at', 'is not', null)
    .execute();
}

/** Lets a backup code work again, of the set in use or of one that an alarm revived. */
async function giveBack(transaction: Database, accountId: AccountId, digest: Buffer): Promise<void> {
  await transaction
    .updateTable('backup_code')
    .set({ used_at: null })
    .where('account_id', '=', accountId)
    .where('hash', '=', digest)
    .execute();
  await sql`
    update replaced_backup_codes set hashes = array_append(hashes, ${digest}::bytea)
    where account_id = ${accountId} and revived_at is not null and not ${digest}::bytea = any(hashes)
      and not exists (select from backup_code where account_id = ${accountId} and hash = ${digest}::bytea)`.execute(
    transaction,
  );
}

/** What whoever waits for a hold says that they lost. */
export type HeldFor = 'password' | 'second-step' | 'both' | 'everything';

/** A way back on which all is proven, as the owner sees it. */
export type OpenHold = {
  readonly id: string;
  readonly lost: HeldFor;
  readonly begunAt: Date;
  readonly endsAt: Date;
  /** Whether something that it rests on is not settled. */
  readonly unsettled: boolean;
};

/** The ways back into an account that wait for their hold, or whose hold is over and that nobody has finished. */
export async function openHolds(
  database: Database,
  clock: Clock,
  accountId: AccountId,
): Promise<readonly OpenHold[]> {
  const { rows } = await sql<OpenHold>`
    select id, lost, created_at as "begunAt", hold_ends_at as "endsAt", unsettled from recovery
    where ${isOpenHold(sql`${accountId}`, sql`${clock.now()}`)} order by created_at`.execute(database);
  return rows;
}

/** Of a row of `recovery`. */
const isOpenHold = (accountId: RawBuilder<unknown>, now: RawBuilder<unknown>) =>
  sql<boolean>`account_id = ${accountId} and ended_at is null and expires_at > ${now} and hold_ends_at is not null`;

/**
 * Whether an account has open holds, as a part of a larger statement.
 * @param accountId an SQL expression
 */
export const isHeld = (accountId: RawBuilder<unknown>, now: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`exists (select from recovery where ${isOpenHold(accountId, now)})`;

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
