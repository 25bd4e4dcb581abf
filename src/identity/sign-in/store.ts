import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';

export type SignInRow = {
  readonly id: string;
  readonly account_id: string;
  readonly return_to: string;
  readonly data_key: Buffer;
  readonly app_id: string;
  readonly secret_sealed: Buffer;
};

/** Writes the step that follows a right password and forgives the failures before it, in one statement. */
export async function startSecondStep(
  database: Database,
  row: {
    id: string;
    tokenHash: Buffer;
    accountId: string;
    returnTo: string;
    now: Date;
    expiresAt: Date;
    subject: Buffer;
  },
): Promise<void> {
  await sql`
    with forgiven as (delete from throttle where subject = ${row.subject} and kind = 'password' and device = 'unknown')
    insert into sign_in (id, token_hash, account_id, return_to, created_at, expires_at)
    values (${row.id}, ${row.tokenHash}, ${row.accountId}, ${row.returnTo}, ${row.now}, ${row.expiresAt})`.execute(
    database,
  );
}

/** A sign-in that waits for its second step, once for each authenticator app of its account. */
export async function findSignIn(
  database: Database,
  tokenHash: Buffer,
  now: Date,
): Promise<readonly SignInRow[]> {
  const { rows } = await sql<SignInRow>`
    select i.id, i.account_id, i.return_to, a.data_key, p.id as app_id, p.secret_sealed
    from sign_in i
    join account a on a.id = i.account_id
    join authenticator_app p on p.account_id = i.account_id
    where i.token_hash = ${tokenHash} and i.expires_at > ${now}`.execute(database);
  return rows;
}

/** Holds a sign-in until the transaction ends: false when another try has used it up. */
export async function holdSignIn(transaction: Database, id: string): Promise<boolean> {
  const row = await transaction
    .selectFrom('sign_in')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Uses a sign-in up. */
export async function finishSignIn(database: Database, id: string): Promise<void> {
  await database.deleteFrom('sign_in').where('id', '=', id).execute();
}

export async function removeOldSignIns(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('sign_in').where('expires_at', '<', before).execute();
}
