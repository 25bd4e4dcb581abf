import { type RawBuilder, sql } from 'kysely';
import { after, type Clock, DAY } from '../../../platform/clock/index.ts';
import { normalTypedCode } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { settledIn } from '../../core/addresses/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { Answer } from '../factors/index.ts';

// A thief who takes everything out of an account leaves its owner the codes on paper, which they replaced. So an alarm that
// finds no second step left lets these count again, behind a hold. They are never settled.

/** Keeps the codes that are about to be replaced, where they are settled: of several sets of these days only the first is. */
export async function keepReplaced(
  transaction: Database,
  { clock, policy }: { readonly clock: Clock; readonly policy: Pick<Policy, 'alarm'> },
  accountId: AccountId,
): Promise<void> {
  await removeOldReplaced(transaction, clock, policy.alarm.days, accountId);
  await sql`
    insert into replaced_backup_codes (account_id, salt, hashes, replaced_at)
    select account_id, salt, array(
      select hash from backup_code where backup_code.account_id = s.account_id and used_at is null
    ), ${clock.now()}
    from backup_code_set s
    where account_id = ${accountId} and created_at <= ${await settledIn(transaction, { clock, policy }, accountId)}
    on conflict (account_id) do nothing`.execute(transaction);
}

/** Lets codes that were replaced since a time count again. @returns whether there were any */
export async function reviveReplaced(
  transaction: Database,
  clock: Clock,
  accountId: AccountId,
  since: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('replaced_backup_codes')
    .set({ revived_at: clock.now() })
    .where('account_id', '=', accountId)
    .where('replaced_at', '>', since)
    .where('revived_at', 'is', null)
    .where(sql<boolean>`hashes <> '{}'`)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export const hasRevived = (accountId: RawBuilder<unknown>): RawBuilder<boolean> => sql`exists (
  select from replaced_backup_codes
  where account_id = ${accountId} and revived_at is not null and hashes <> '{}')`;

/** What uses a revived code up, or null where it is none. @throws HashingBusy */
export async function findRevived(
  database: Database,
  clock: Clock,
  hasher: Pick<Hasher, 'digest'>,
  accountId: AccountId,
  typed: string,
): Promise<Answer | null> {
  const row = await database
    .selectFrom('replaced_backup_codes')
    .select(['salt', 'hashes'])
    .where('account_id', '=', accountId)
    .where('revived_at', 'is not', null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const digest = await hasher.digest(normalTypedCode(typed), row.salt);
  if (!row.hashes.some((hash) => hash.equals(digest))) return null;
  return {
    take: (when) => sql`
      update replaced_backup_codes set hashes = array_remove(hashes, ${digest}::bytea)
      where account_id = ${accountId} and revived_at is not null and ${digest}::bytea = any(hashes) and ${when}
      returning account_id`,
    boundAt: clock.now(),
    digest,
  };
}

export async function forgetReplaced(transaction: Database, accountId: AccountId): Promise<void> {
  await transaction.deleteFrom('replaced_backup_codes').where('account_id', '=', accountId).execute();
}

/** Forgets what no alarm brings back any more. */
export async function removeOldReplaced(
  database: Database,
  clock: Clock,
  days: number,
  accountId?: AccountId,
): Promise<void> {
  const before = after(clock, -days * DAY);
  await database
    .deleteFrom('replaced_backup_codes')
    .where('replaced_at', '<=', before)
    .where('revived_at', 'is', null)
    .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId ?? ''))
    .execute();
}
