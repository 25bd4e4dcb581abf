import { type Selectable, sql } from 'kysely';
import type { BlindIndexes } from '../../platform/crypto/index.ts';
import type { Database, Tables } from '../../platform/database/index.ts';

export type EmailRow = Selectable<Tables['account_email']>;
export type AdditionRow = Selectable<Tables['email_addition']>;
export type ChangeRow = Selectable<Tables['email_change']>;

/** The addresses of an account, the main one first. */
export async function emailsOf(database: Database, accountId: string): Promise<readonly EmailRow[]> {
  return database
    .selectFrom('account_email')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('is_primary', 'desc')
    .orderBy('verified_at')
    .orderBy('id')
    .execute();
}

/** @returns false when the address belongs to an account already */
export async function insertEmail(database: Database, row: EmailRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database
    .insertInto('account_email')
    .values(row)
    .onConflict((conflict) => conflict.column('email_index').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Makes one address of an account its main one, and the others not. */
export async function setPrimary(database: Database, accountId: string, id: string): Promise<void> {
  for (const isPrimary of [false, true])
    await database
      .updateTable('account_email')
      .set({ is_primary: isPrimary })
      .where('account_id', '=', accountId)
      .where('id', isPrimary ? '=' : '!=', id)
      .execute();
}

export async function removeEmail(database: Database, accountId: string, id: string): Promise<void> {
  await database
    .deleteFrom('account_email')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute();
}

/** When an account was made: its first address was verified then. */
export async function accountCreatedAt(database: Database, accountId: string): Promise<Date> {
  const row = await database
    .selectFrom('account')
    .select('created_at')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return row.created_at;
}

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

export async function insertChange(database: Database, row: ChangeRow): Promise<void> {
  await database.insertInto('email_change').values(row).execute();
}

export async function findChange(
  database: Database,
  tokenHash: Buffer,
  now: Date,
): Promise<(ChangeRow & { data_key: Buffer }) | null> {
  const row = await database
    .selectFrom('email_change')
    .innerJoin('account', 'account.id', 'email_change.account_id')
    .selectAll('email_change')
    .select('account.data_key')
    .where('token_hash', '=', tokenHash)
    .where('stage', '=', 'undoable')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row ?? null;
}

/** Uses the link of a change up. @returns false when it was used, overtaken or too old by now */
export async function takeChange(database: Database, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('email_change')
    .set({ stage: 'undone' })
    .where('id', '=', id)
    .where('stage', '=', 'undoable')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Uses every link of an account up that works still. @returns their changes, the first made first */
export async function takeChanges(
  database: Database,
  accountId: string,
  now: Date,
): Promise<readonly ChangeRow[]> {
  const taken = await database
    .updateTable('email_change')
    .set({ stage: 'undone' })
    .where('account_id', '=', accountId)
    .where('stage', '=', 'undoable')
    .where('expires_at', '>', now)
    .returningAll()
    .execute();
  return taken.toSorted((a, b) => a.id.localeCompare(b.id));
}

/** Ends the links of the changes that came after one. Ids are in the order of time. */
export async function overtakeLater(database: Database, accountId: string, id: string): Promise<void> {
  await database
    .updateTable('email_change')
    .set({ stage: 'overtaken' })
    .where('account_id', '=', accountId)
    .where('stage', '=', 'undoable')
    .where('id', '>', id)
    .execute();
}

export async function removeOld(database: Database, additions: Date, changes: Date): Promise<void> {
  await database.deleteFrom('email_addition').where('created_at', '<', additions).execute();
  await database.deleteFrom('email_change').where('expires_at', '<', changes).execute();
}
