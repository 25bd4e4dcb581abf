import { type Insertable, type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../../platform/clock/index.ts';
import {
  type DataKey,
  looksLikeTypedCode,
  newTypedCode,
  normalTypedCode,
  sealedColumn,
} from '../../../platform/crypto/index.ts';
import type { Database, Tables } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';

const COUNT = 10;
const LENGTH = 16;

/** A fresh set, with what is stored of it. The salt is one for the set, so that a try costs one hash. */
export type BackupCodeSet = {
  readonly codes: readonly string[];
  readonly salt: Buffer;
  readonly hashes: readonly Buffer[];
};

/** Ten codes of 80 bits (NIST SP 800-63B-4 §4.2.1.1: at least 64), as `XXXX-XXXX-XXXX-XXXX`. @throws HashingBusy */
export async function newBackupCodes(hasher: Hasher): Promise<BackupCodeSet> {
  const codes = Array.from({ length: COUNT }, () => newTypedCode(LENGTH));
  const salt = hasher.newSalt();
  const hashes: Buffer[] = [];
  // One after the other: whoever asks for a set takes one place of those who wait, not ten.
  for (const code of codes) hashes.push(await hasher.digest(normalTypedCode(code), salt));
  return { codes, salt, hashes };
}

/** Whether a text could be a backup code at all. */
export const looksLikeBackupCode = (typed: string): boolean => looksLikeTypedCode(typed, LENGTH);

/** Stores a set in place of any before it. The codes stay readable, sealed, until the person says they have them. */
export async function storeBackupCodes(
  database: Database,
  clock: Clock,
  accountId: AccountId,
  key: DataKey,
  set: BackupCodeSet,
  { renewed = false }: { renewed?: boolean } = {},
): Promise<void> {
  await replaceSet(database, set.hashes, {
    account_id: accountId,
    salt: set.salt,
    codes_sealed: key.seal(set.codes.join(' '), place(accountId)),
    created_at: clock.now(),
    acknowledged_at: null,
    renewed,
  });
}

/** Puts a set, with what is stored of its codes, in place of any before it. */
export async function replaceSet(
  database: Database,
  hashes: readonly Buffer[],
  row: Insertable<Tables['backup_code_set']>,
): Promise<void> {
  const { account_id } = row;
  await database.deleteFrom('backup_code_set').where('account_id', '=', account_id).execute();
  await database.insertInto('backup_code_set').values(row).execute();
  await database
    .insertInto('backup_code')
    .values(hashes.map((hash) => ({ account_id, hash, used_at: null })))
    .execute();
}

/** Codes as their person sees them, while they can still be read. */
export type ShownCodes = {
  readonly codes: readonly string[];
  readonly createdAt: Date;
  /** Whether they take the place of others; those of a new account do not. */
  readonly renewed: boolean;
};

/** The codes that the person has not yet said they have; null once they have. */
export async function readUnacknowledged(
  database: Database,
  accountId: AccountId,
  key: DataKey,
): Promise<ShownCodes | null> {
  const row = await database
    .selectFrom('backup_code_set')
    .select(['codes_sealed', 'created_at', 'renewed'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (row?.codes_sealed == null) return null;
  const codes = key.unseal(row.codes_sealed, place(accountId)).split(' ');
  return { codes, createdAt: row.created_at, renewed: row.renewed };
}

/** Ends the showing of the codes, for good. */
export async function acknowledge(database: Database, clock: Clock, accountId: AccountId): Promise<void> {
  await database
    .updateTable('backup_code_set')
    .set({ codes_sealed: null, acknowledged_at: clock.now() })
    .where('account_id', '=', accountId)
    .where('acknowledged_at', 'is', null)
    .execute();
}

/** The digest of a typed code under its account's salt, with the age of the set, or null where there is none. @throws HashingBusy */
export async function digestTyped(
  database: Database,
  hasher: Hasher,
  accountId: AccountId,
  typed: string,
): Promise<{ readonly digest: Buffer; readonly boundAt: Date } | null> {
  const set = await database
    .selectFrom('backup_code_set')
    .select(['salt', 'created_at'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (set === undefined) return null;
  return { digest: await hasher.digest(normalTypedCode(typed), set.salt), boundAt: set.created_at };
}

/**
 * Uses up the code of a digest, for the first to ask and only if the account has such a code. A part of a larger
 * statement, done only where a condition holds.
 */
export function usingBackupCode(
  clock: Clock,
  accountId: AccountId,
  digest: Buffer,
  when: RawBuilder<boolean>,
): RawBuilder<unknown> {
  return sql`update backup_code set used_at = ${clock.now()}
    where account_id = ${accountId} and hash = ${digest} and used_at is null and ${when} returning account_id`;
}

/** How many codes are left. */
export async function countBackupCodes(database: Database, accountId: AccountId): Promise<number> {
  const { count } = await database
    .selectFrom('backup_code')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Tells every address that a code was used, in the transaction that used it (ASVS 6.3.5).
 * @param onNewDevice whether it signed in a device that the account did not know, which the same message then says
 */
export async function tellBackupCodeUsed(
  transaction: Database,
  notices: Notices,
  accountId: AccountId,
  { onNewDevice = false } = {},
): Promise<void> {
  const left = await countBackupCodes(transaction, accountId);
  await notices.send(transaction, accountId, { is: 'backup-code-used', left, onNewDevice });
}

export const BACKUP_CODES = sealedColumn({
  table: 'backup_code_set',
  column: 'codes_sealed',
  under: 'account',
  row: 'account_id',
});
const { place } = BACKUP_CODES;
