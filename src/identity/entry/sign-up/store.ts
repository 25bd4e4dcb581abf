import { type RawBuilder, type Selectable, sql } from 'kysely';
import { type BlindIndexes, lockOf } from '../../../platform/crypto/index.ts';
import type { Database, Tables } from '../../../platform/database/index.ts';
import type { SentLately } from '../../core/flood-guard/index.ts';

export type SignUpRow = Selectable<Tables['sign_up']>;

/** Waits for whoever else deals with the sign-ups of an address, until the transaction ends. */
export async function lockAddress(transaction: Database, indexes: BlindIndexes): Promise<void> {
  const key = lockOf(indexes).readBigInt64BE(0).toString();
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

/** How many messages were sent to an address lately: in all, and asked for from one network. */
export async function countSent(
  database: Database,
  indexes: BlindIndexes,
  { network, hour, day }: { network: Buffer; hour: Date; day: Date },
): Promise<SentLately> {
  const sum = (...which: readonly RawBuilder<boolean>[]) =>
    sql`coalesce(sum(codes_sent) filter (where ${sql.join(which, sql` and `)}), 0)::int`;
  const inHour = sql<boolean>`code_sent_at > ${hour}`;
  const inDay = sql<boolean>`true`;
  const fromThere = sql<boolean>`network_index = ${network}`;
  const { rows } = await sql<SentLately>`
    select ${sum(fromThere, inHour)} as "hereInHour", ${sum(fromThere, inDay)} as "hereInDay",
      ${sum(inHour)} as "inHour", ${sum(inDay)} as "inDay"
    from sign_up where email_index = any(${indexes}::bytea[]) and code_sent_at > ${day}`.execute(database);
  const [row] = rows;
  if (row === undefined) throw new Error('no counts');
  return row;
}

/** The passes that an address was sent and nobody used: since a day, and since a shorter time. */
export async function countPasses(
  database: Database,
  indexes: BlindIndexes,
  { day, fresh }: { day: Date; fresh: Date },
): Promise<{ inDay: number; waiting: number }> {
  const { rows } = await sql<{ inDay: number; waiting: number }>`
    select count(*)::int as "inDay", (count(*) filter (where created_at > ${fresh}))::int as waiting
    from sign_up where email_index = any(${indexes}::bytea[]) and is_pass and created_at > ${day}`.execute(
    database,
  );
  return rows[0] ?? { inDay: 0, waiting: 0 };
}

/** The sign-up that a pass would begin, until a time. */
export async function findPass(database: Database, tokenHash: Buffer, now: Date): Promise<SignUpRow | null> {
  const row = await findSignUp(database, tokenHash, now);
  return row?.is_pass === true ? row : null;
}

/** Uses a pass up: the sign-up for the first to ask, whose address is proven by it. */
export async function takePass(
  transaction: Database,
  id: string,
  to: Pick<SignUpRow, 'token_hash' | 'network_index' | 'language' | 'expires_at'>,
): Promise<SignUpRow | null> {
  const taken = await transaction
    .updateTable('sign_up')
    .set({ ...to, is_pass: false, stage: 'password' })
    .where('id', '=', id)
    .where('is_pass', '=', true)
    .returningAll()
    .executeTakeFirst();
  return taken ?? null;
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

/** Uses the code up: the sign-up for the first to ask with the right one in time, null for others. */
export async function takeCode(
  database: Database,
  id: string,
  { hashes, now, expiresAt }: { hashes: BlindIndexes; now: Date; expiresAt: Date },
): Promise<SignUpRow | null> {
  const taken = await database
    .updateTable('sign_up')
    .set({ code_hash: null, stage: 'password', expires_at: expiresAt })
    .where('id', '=', id)
    .where('stage', '=', 'code')
    .where('code_hash', 'in', hashes)
    .where('code_expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
  return taken ?? null;
}

/** Ends the other sign-ups whose owners have proven the same address; gives the one that was furthest. */
export async function takeEarlier(
  database: Database,
  own: { id: string; indexes: BlindIndexes },
  now: Date,
): Promise<SignUpRow | null> {
  const ended = await database
    .deleteFrom('sign_up')
    .where('email_index', 'in', own.indexes)
    .where('id', '!=', own.id)
    .where('stage', '!=', 'code')
    .returningAll()
    .execute();
  const alive = ended.filter((row) => row.expires_at > now);
  return alive.find((row) => row.person_sealed !== null) ?? alive[0] ?? null;
}

export async function setPerson(database: Database, id: string, sealed: Buffer): Promise<void> {
  await database.updateTable('sign_up').set({ person_sealed: sealed }).where('id', '=', id).execute();
}

/** Goes from one of some stages to the next, unless another request has already. */
export async function advance(
  database: Database,
  id: string,
  from: readonly string[],
  to: Partial<SignUpRow>,
): Promise<void> {
  await database.updateTable('sign_up').set(to).where('id', '=', id).where('stage', 'in', from).execute();
}

/** Ends a sign-up whose account is made now: true for the first to ask, when nobody has ended it. */
export async function takeFinished(transaction: Database, id: string): Promise<boolean> {
  const taken = await transaction.deleteFrom('sign_up').where('id', '=', id).executeTakeFirst();
  return taken.numDeletedRows === 1n;
}

/**
 * Ends the sign-ups of an address that has an account now. Those that only wait for a code stay, without one, so that
 * whoever began them cannot tell.
 */
export async function removeSignUps(database: Database, indexes: BlindIndexes): Promise<void> {
  await database
    .deleteFrom('sign_up')
    .where('email_index', 'in', indexes)
    .where('stage', '!=', 'code')
    .execute();
  await database
    .updateTable('sign_up')
    .set({ code_hash: null, is_pass: false })
    .where('email_index', 'in', indexes)
    .execute();
}

export async function removeOldSignUps(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('sign_up').where('expires_at', '<', before).execute();
}
