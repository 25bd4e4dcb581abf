import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../../platform/database/index.ts';

export type AnsweringRow = {
  readonly id: string;
  readonly account_id: string;
  readonly user_handle: Buffer;
  readonly public_key: Buffer;
  readonly counter: string;
  readonly backed_up: boolean;
  readonly challenged_at: Date | null;
  readonly name_sealed: Buffer;
  readonly created_at: Date;
};

/** Whether nothing was written down of a copy since a passkey was last used in earnest. */
export async function isFirstCopy(
  database: Database,
  { id, account_id, counter }: Pick<AnsweringRow, 'id' | 'account_id' | 'counter'>,
): Promise<boolean> {
  const seen = await database
    .selectFrom('security_event')
    .select('seq')
    .where('account_id', '=', account_id)
    .where('kind', '=', 'passkey-copied')
    .where('detail', '@>', JSON.stringify({ passkey: id, counter }))
    .executeTakeFirst();
  return seen === undefined;
}

/** The passkey of a credential id. */
export async function findByCredential(
  database: Database,
  credentialId: Buffer,
): Promise<AnsweringRow | null> {
  const row = await database
    .selectFrom('passkey')
    .innerJoin('passkey_user', 'passkey_user.account_id', 'passkey.account_id')
    .select([
      'passkey.id',
      'passkey.account_id',
      'passkey_user.user_handle',
      'passkey.public_key',
      'passkey.counter',
      'passkey.backed_up',
      'passkey.challenged_at',
      'passkey.name_sealed',
      'passkey.created_at',
    ])
    .where('passkey.credential_id', '=', credentialId)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Notes that a passkey answered a challenge: none of the time of the last one or before, and none with a counter that has
 * not gone on (WebAuthn Level 3 §7.2), unless its devices each count for themselves. A part of a larger statement, done
 * only where a condition holds.
 */
export function answering(
  {
    id,
    counter,
    backedUp,
    issuedAt,
    now,
  }: { id: string; counter: number; backedUp: boolean; issuedAt: Date; now: Date },
  when: RawBuilder<boolean>,
): RawBuilder<unknown> {
  return sql`
    update passkey set counter = greatest(counter, ${counter}::bigint), backed_up = ${backedUp}, last_used_at = ${now},
      challenged_at = ${issuedAt}
    where id = ${id} and (challenged_at is null or challenged_at < ${issuedAt})
      and (counter < ${counter}::bigint or (counter = 0 and ${counter}::bigint = 0) or (backed_up and ${backedUp})) and ${when}
    returning id`;
}

export type PasskeyRow = {
  readonly id: string;
  readonly credential_id: Buffer;
  readonly transports: string[];
  readonly backed_up: boolean;
  readonly name_sealed: Buffer;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
};

/** The passkeys of an account, the oldest first. */
export async function passkeysOf(database: Database, accountId: string): Promise<readonly PasskeyRow[]> {
  return database
    .selectFrom('passkey')
    .select(['id', 'credential_id', 'transports', 'backed_up', 'name_sealed', 'created_at', 'last_used_at'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function userHandleOf(database: Database, accountId: string): Promise<Buffer | null> {
  const row = await database
    .selectFrom('passkey_user')
    .select('user_handle')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row?.user_handle ?? null;
}

/** Uses up the challenge of an enrolment. @returns whether it was newer than any before */
export async function takeEnrolment(
  transaction: Database,
  row: { accountId: string; userHandle: Buffer; issuedAt: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into passkey_user as u (account_id, user_handle, challenged_at)
    values (${row.accountId}, ${row.userHandle}, ${row.issuedAt})
    on conflict (account_id) do update set challenged_at = excluded.challenged_at
    where u.challenged_at < excluded.challenged_at
    returning account_id`.execute(transaction);
  return rows.length === 1;
}

/** @returns false where the credential belongs to an account already */
export async function insertPasskey(
  transaction: Database,
  row: {
    id: string;
    accountId: string;
    credentialId: Buffer;
    publicKey: Buffer;
    counter: number;
    transports: readonly string[];
    aaguid: string;
    backedUp: boolean;
    nameSealed: Buffer;
    now: Date;
  },
): Promise<boolean> {
  const inserted = await transaction
    .insertInto('passkey')
    .values({
      id: row.id,
      account_id: row.accountId,
      credential_id: row.credentialId,
      public_key: row.publicKey,
      counter: row.counter,
      transports: [...row.transports],
      aaguid: row.aaguid,
      backed_up: row.backedUp,
      name_sealed: row.nameSealed,
      created_at: row.now,
      last_used_at: null,
      challenged_at: null,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}

/** @returns whether the account has such a passkey */
export async function renamePasskey(
  transaction: Database,
  { accountId, id, nameSealed }: { accountId: string; id: string; nameSealed: Buffer },
): Promise<boolean> {
  const renamed = await transaction
    .updateTable('passkey')
    .set({ name_sealed: nameSealed })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return renamed.numUpdatedRows === 1n;
}

export async function deletePasskey(transaction: Database, id: string): Promise<void> {
  await transaction.deleteFrom('passkey').where('id', '=', id).execute();
}
