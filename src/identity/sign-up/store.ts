import { type Selectable, sql } from 'kysely';
import type { Database, Tables } from '../../platform/database/index.ts';

export type SignUpRow = Selectable<Tables['sign_up']>;

/** Waits for whoever else deals with the sign-ups of an address, until the transaction ends. */
export async function holdAddress(transaction: Database, emailIndex: Buffer): Promise<void> {
  const key = emailIndex.readBigInt64BE(0).toString();
  await sql`select pg_advisory_xact_lock(${key}::bigint)`.execute(transaction);
}

export async function insertSignUp(database: Database, row: SignUpRow): Promise<void> {
  await database.insertInto('sign_up').values(row).execute();
}

export async function findSignUp(
  database: Database,
  tokenHash: Buffer,
  now: Date,
): Promise<SignUpRow | null> {
  const row = await database
    .selectFrom('sign_up')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row ?? null;
}

export async function findById(database: Database, id: string): Promise<SignUpRow | null> {
  const row = await database.selectFrom('sign_up').selectAll().where('id', '=', id).executeTakeFirst();
  return row ?? null;
}

/** How many codes were sent to an address since a time. */
export async function countSent(database: Database, emailIndex: Buffer, since: Date): Promise<number> {
  const { sent } = await database
    .selectFrom('sign_up')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('codes_sent'), eb.lit(0)).as('sent'))
    .where('email_index', '=', emailIndex)
    .where('code_sent_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(sent);
}

export async function setCode(
  database: Database,
  id: string,
  code: { hash: Buffer | null; sentAt: Date; expiresAt: Date; sent: number },
): Promise<void> {
  await database
    .updateTable('sign_up')
    .set((eb) => ({
      code_hash: code.hash,
      code_sent_at: code.sentAt,
      code_expires_at: code.expiresAt,
      codes_sent: eb('codes_sent', '+', code.sent),
    }))
    .where('id', '=', id)
    .where('stage', '=', 'code')
    .execute();
}

/** Uses the code up: true for the first to ask with the right one in time. */
export async function takeCode(database: Database, id: string, hash: Buffer, now: Date): Promise<boolean> {
  const taken = await database
    .updateTable('sign_up')
    .set({ code_hash: null, stage: 'password' })
    .where('id', '=', id)
    .where('stage', '=', 'code')
    .where('code_hash', '=', hash)
    .where('code_expires_at', '>', now)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** The furthest that someone with the same address had come before. */
export async function findEarlier(
  database: Database,
  row: Pick<SignUpRow, 'id' | 'email_index'>,
  now: Date,
): Promise<SignUpRow | null> {
  const earlier = await database
    .selectFrom('sign_up')
    .selectAll()
    .where('email_index', '=', row.email_index)
    .where('id', '!=', row.id)
    .where('stage', '!=', 'code')
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return earlier ?? null;
}

/** Lets a browser go on with an earlier sign-up in place of its own. */
export async function takeOver(database: Database, earlier: string, own: string): Promise<void> {
  const { token_hash } = await database
    .deleteFrom('sign_up')
    .where('id', '=', own)
    .returning('token_hash')
    .executeTakeFirstOrThrow();
  await database.updateTable('sign_up').set({ token_hash }).where('id', '=', earlier).execute();
}

/** Goes from one stage to the next: false when another request has already. */
export async function advance(
  database: Database,
  id: string,
  from: string,
  to: Partial<SignUpRow>,
): Promise<boolean> {
  const moved = await database
    .updateTable('sign_up')
    .set(to)
    .where('id', '=', id)
    .where('stage', '=', from)
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

/** Ends every sign-up of an address: it has an account now. */
export async function removeSignUps(database: Database, emailIndex: Buffer): Promise<void> {
  await database.deleteFrom('sign_up').where('email_index', '=', emailIndex).execute();
}

export async function removeOldSignUps(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('sign_up').where('expires_at', '<', before).execute();
}
