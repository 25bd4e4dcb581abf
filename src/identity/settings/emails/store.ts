import { type Selectable, sql } from 'kysely';
import { type BlindIndexes, type DataKey, sealedColumn } from '../../../platform/crypto/index.ts';
import type { Database, Tables } from '../../../platform/database/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';

export type AdditionRow = Selectable<Tables['email_addition']>;
export async function findPending(
  database: Database,
  accountId: string,
  since: Date,
): Promise<AdditionRow | null> {
  const row = await database
    .selectFrom('email_addition')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('stage', '=', 'code')
    .where('created_at', '>', since)
    .executeTakeFirst();
  return row ?? null;
}

/** Puts an addition in the place of the one that waits. */
export async function replacePending(database: Database, row: AdditionRow): Promise<void> {
  await endPending(database, row.account_id);
  await database.insertInto('email_addition').values(row).execute();
}

export async function endPending(database: Database, accountId: string): Promise<void> {
  await database
    .updateTable('email_addition')
    .set({ stage: 'replaced', code_hash: null })
    .where('account_id', '=', accountId)
    .where('stage', '=', 'code')
    .execute();
}

/** How many messages were sent since a time: asked for by an account, to an address by whomever, and to it by that account. */
export async function countSent(
  database: Database,
  { accountId, indexes, since }: { accountId: string; indexes: BlindIndexes; since: Date },
): Promise<{ byAccount: number; toAddress: number; byBoth: number }> {
  const ofAddress = sql`email_index = any(${indexes}::bytea[])`;
  const ofAccount = sql`account_id = ${accountId}`;
  const { rows } = await sql<{ by_account: number; to_address: number; by_both: number }>`
    select coalesce(sum(codes_sent) filter (where ${ofAccount}), 0)::int as by_account,
      coalesce(sum(codes_sent) filter (where ${ofAddress}), 0)::int as to_address,
      coalesce(sum(codes_sent) filter (where ${ofAccount} and ${ofAddress}), 0)::int as by_both
    from email_addition
    where (account_id = ${accountId} or ${ofAddress}) and code_sent_at > ${since}`.execute(database);
  return {
    byAccount: rows[0]?.by_account ?? 0,
    toAddress: rows[0]?.to_address ?? 0,
    byBoth: rows[0]?.by_both ?? 0,
  };
}

export async function setCode(
  database: Database,
  id: string,
  code: { hash: Buffer | null; sentAt: Date; expiresAt: Date },
): Promise<void> {
  await database
    .updateTable('email_addition')
    .set((eb) => ({
      code_hash: code.hash,
      code_sent_at: code.sentAt,
      code_expires_at: code.expiresAt,
      codes_sent: eb('codes_sent', '+', 1),
    }))
    .where('id', '=', id)
    .where('stage', '=', 'code')
    .execute();
}

/** Uses the code up: the addition for the first to ask with the right one in time, null for others. */
export async function takeCode(
  database: Database,
  { id, accountId, hashes, now }: { id: string; accountId: string; hashes: BlindIndexes; now: Date },
): Promise<AdditionRow | null> {
  const taken = await database
    .updateTable('email_addition')
    .set({ code_hash: null, stage: 'added' })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('stage', '=', 'code')
    .where('code_hash', 'in', hashes)
    .where('code_expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
  return taken ?? null;
}

export async function removeOld(database: Database, additions: Date): Promise<void> {
  await database.deleteFrom('email_addition').where('created_at', '<', additions).execute();
}

/** The addresses that were to be added to an account lately, for the copy of its person's data. */
export async function readAdditions(
  database: Database,
  { accountId, key }: { readonly accountId: AccountId; readonly key: DataKey },
) {
  const rows = await database
    .selectFrom('email_addition')
    .select(['id', 'email_sealed', 'stage', 'created_at'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    email: key.unseal(row.email_sealed, pendingPlace(row.id)),
    state: row.stage,
    askedAt: row.created_at,
  }));
}

export const ADDED_EMAIL = sealedColumn({
  table: 'email_addition',
  column: 'email_sealed',
  under: 'account',
});
export const { place: pendingPlace } = ADDED_EMAIL;
