import type { Selectable } from 'kysely';
import type { Database, Tables } from '../../../platform/database/index.ts';

export type PhoneRow = Selectable<Tables['account_phone']>;

export async function phonesOf(database: Database, accountId: string): Promise<readonly PhoneRow[]> {
  return database
    .selectFrom('account_phone')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function insertPhone(database: Database, row: PhoneRow): Promise<void> {
  await database.insertInto('account_phone').values(row).execute();
}

/** Changes a number that is in a state. @returns false when there is none */
export async function updatePhone(
  database: Database,
  accountId: string,
  id: string,
  state: 'verified' | 'unverified',
  changes: Partial<Pick<PhoneRow, 'verified_at' | 'takes_notices'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('account_phone')
    .set(changes)
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('verified_at', state === 'verified' ? 'is not' : 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function markUsed(
  database: Database,
  accountId: string,
  id: string,
  now: Date,
): Promise<Date | null> {
  const row = await database
    .updateTable('account_phone')
    .set({ last_used_at: now })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .returning('verified_at')
    .executeTakeFirst();
  return row?.verified_at ?? null;
}

export async function removePhone(database: Database, accountId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await database
    .deleteFrom('account_phone')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

export async function removeUnverified(database: Database, accountId: string): Promise<void> {
  await database
    .deleteFrom('account_phone')
    .where('account_id', '=', accountId)
    .where('verified_at', 'is', null)
    .execute();
}

export async function removeOldUnverified(database: Database, before: Date): Promise<void> {
  await database
    .deleteFrom('account_phone')
    .where('verified_at', 'is', null)
    .where('created_at', '<', before)
    .execute();
}
