import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';

export type SessionRow = {
  readonly id: string;
  readonly account_id: string;
  readonly last_seen_at: Date;
  readonly ends_at: Date;
  readonly ended_at: Date | null;
  readonly language: string;
  readonly data_key: Buffer;
  readonly full_name_sealed: Buffer;
  readonly unacknowledged: boolean;
};

/** A session with what every page needs of its account, in one query. */
export async function findSession(database: Database, tokenHash: Buffer): Promise<SessionRow | null> {
  const { rows } = await sql<SessionRow>`
    select s.id, s.account_id, s.last_seen_at, s.ends_at, s.ended_at, a.language, a.data_key, a.full_name_sealed,
      b.codes_sealed is not null as unacknowledged
    from session s
    join account a on a.id = s.account_id
    left join backup_code_set b on b.account_id = a.id
    where s.token_hash = ${tokenHash}`.execute(database);
  return rows[0] ?? null;
}

export async function insertSession(
  database: Database,
  row: { id: string; tokenHash: Buffer; accountId: string; now: Date; endsAt: Date },
): Promise<void> {
  await database
    .insertInto('session')
    .values({
      id: row.id,
      token_hash: row.tokenHash,
      account_id: row.accountId,
      created_at: row.now,
      last_seen_at: row.now,
      ends_at: row.endsAt,
      ended_at: null,
    })
    .execute();
}

export async function touchSession(database: Database, id: string, now: Date): Promise<void> {
  await database
    .updateTable('session')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

export async function endSession(database: Database, id: string, now: Date): Promise<void> {
  await database
    .updateTable('session')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

export async function setLanguage(database: Database, accountId: string, language: string): Promise<void> {
  await database.updateTable('account').set({ language }).where('id', '=', accountId).execute();
}

/** Most forms that are kept of an account, the newest. */
const MOST_KEPT = 10;

export async function keepForm(
  database: Database,
  row: { accountId: string; path: string; sealed: Buffer; now: Date },
): Promise<void> {
  await database
    .insertInto('kept_form')
    .values({ account_id: row.accountId, path: row.path, fields_sealed: row.sealed, created_at: row.now })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'path'])
        .doUpdateSet({ fields_sealed: row.sealed, created_at: row.now }),
    )
    .execute();
  await sql`delete from kept_form where account_id = ${row.accountId} and path not in (
    select path from kept_form where account_id = ${row.accountId} order by created_at desc limit ${MOST_KEPT}
  )`.execute(database);
}

export async function findKeptForm(
  database: Database,
  accountId: string,
  path: string,
  since: Date,
): Promise<Buffer | null> {
  const row = await database
    .selectFrom('kept_form')
    .select('fields_sealed')
    .where('account_id', '=', accountId)
    .where('path', '=', path)
    .where('created_at', '>', since)
    .executeTakeFirst();
  return row?.fields_sealed ?? null;
}

export async function removeKeptForm(database: Database, accountId: string, path: string): Promise<void> {
  await database
    .deleteFrom('kept_form')
    .where('account_id', '=', accountId)
    .where('path', '=', path)
    .execute();
}

export async function removeOldSessions(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('session').where('ends_at', '<', before).execute();
  await database.deleteFrom('kept_form').where('created_at', '<', before).execute();
}
