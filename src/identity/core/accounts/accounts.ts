import { type RawBuilder, sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import {
  type BlindIndexes,
  type DataKey,
  lockIndexes,
  sealedColumn,
  sealedColumns,
  type Vault,
} from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { CalendarDate } from '../../../platform/i18n/index.ts';
import { isNoName, tidyEmail, tidyLine } from '../../../platform/typed/index.ts';
import { openZone } from './zone.ts';

declare const accountId: unique symbol;
/** The id of an account. */
export type AccountId = string & { readonly [accountId]: true };

/** An id that comes from a row of `account`. */
export const asAccountId = z.uuid().transform((id) => id as AccountId);

/** What a person says of themselves, as their papers have it. */
export type Person = {
  readonly fullName: string;
  readonly born: CalendarDate;
  /** ISO 3166-1 alpha-2. */
  readonly birthCountry: string;
};

/** What is needed to make an account. */
export type NewAccount = {
  readonly person: Person;
  readonly email: string;
  readonly username?: string;
  readonly language: string;
  readonly passwordHash: string;
};

/** An email address as it is looked up: the same mailbox however it was typed. */
export function normalEmail(email: string): string {
  return tidyEmail(email).toLowerCase();
}

/** The indexes under which an email address is found; the first is the one that is written. */
export function emailIndexes(vault: Vault, email: string): BlindIndexes {
  return vault.blindIndexes('email', normalEmail(email));
}

/**
 * A username as it is looked up, in whatever case, and with a point at its end that no username has. Its digits are those of the
 * script that was chosen.
 */
function normalUsername(username: string): string {
  return tidyLine(username).replace(/\.+$/, '').toLowerCase();
}

/** The same for a username. */
export function usernameIndexes(vault: Vault, username: string): BlindIndexes {
  return vault.blindIndexes('username', normalUsername(username));
}

/** What somebody says who they are by, as it is looked up: an email address, or else a username. */
export function normalIdentifier(identifier: string): string {
  const email = normalEmail(identifier);
  return email.includes('@') ? email : normalUsername(identifier);
}

/** What is sealed of an account, and its addresses. */
export const ACCOUNT_SEALED = sealedColumns(
  { table: 'account', under: 'account' },
  'full_name_sealed',
  'born_sealed',
  'birth_country_sealed',
  'name_in_use_sealed',
  'username_sealed',
);
export const EMAIL_SEALED = sealedColumn({
  table: 'account_email',
  column: 'email_sealed',
  under: 'account',
});
const { place } = ACCOUNT_SEALED;

/**
 * Makes an account with its first email address and its password, in the caller's transaction.
 * @returns the account and the key of its data, or null when the address belongs to an account already
 */
export async function createAccount(
  database: Database,
  { vault, clock }: { vault: Vault; clock: Clock },
  { person, email, username, language, passwordHash }: NewAccount,
): Promise<{ id: AccountId; key: DataKey } | null> {
  const indexes = emailIndexes(vault, email);
  await lockIndexes(database, indexes);
  if (await isEmailTaken(database, indexes)) return null;
  const id = asAccountId.parse(uuid());
  const emailId = uuid();
  const { key, wrapped } = vault.newDataKey();
  const now = clock.now();
  await database
    .insertInto('account')
    .values({
      id,
      created_at: now,
      language,
      data_key: wrapped,
      full_name_sealed: key.seal(person.fullName, place('full_name_sealed', id)),
      born_sealed: key.seal(person.born, place('born_sealed', id)),
      birth_country_sealed: key.seal(person.birthCountry, place('birth_country_sealed', id)),
      username_index: username === undefined ? null : usernameIndexes(vault, username)[0],
      username_sealed: username === undefined ? null : key.seal(username, place('username_sealed', id)),
    })
    .execute();
  const added = await database
    .insertInto('account_email')
    .values({
      id: emailId,
      account_id: id,
      email_index: indexes[0],
      email_sealed: sealEmail(key, emailId, normalEmail(email)),
      is_primary: true,
      verified_at: now,
    })
    .onConflict((conflict) => conflict.column('email_index').doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows === 0n) {
    // Someone else was quicker: nothing of this account stays.
    await database.deleteFrom('account').where('id', '=', id).execute();
    return null;
  }
  await database
    .insertInto('password')
    .values({ account_id: id, hash: passwordHash, changed_at: now })
    .execute();
  return { id, key };
}

/** Notes that the second step of an account was made anew on a way back that rested on what is settled. */
export async function noteRenewal(transaction: Database, clock: Clock, id: AccountId): Promise<void> {
  await transaction.updateTable('account').set({ renewed_at: clock.now() }).where('id', '=', id).execute();
}

/** Waits for whoever else changes what belongs to an account, until the transaction ends. */
export async function lockAccount(transaction: Database, id: AccountId): Promise<void> {
  await transaction.selectFrom('account').select('id').where('id', '=', id).forNoKeyUpdate().execute();
}

/** Whether some account has this address. Never shown to anyone: an answer depends on it only in a message to the address. */
export async function isEmailTaken(database: Database, indexes: BlindIndexes): Promise<boolean> {
  const row = await database
    .selectFrom('account_email')
    .select('id')
    .where('email_index', 'in', indexes)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The account that an email address or a username names, with what checking its password needs: a query for a larger
 * statement.
 * @returns a query that gives `account_id` and `hash`, or nothing
 */
export function identified(
  vault: Vault,
  identifier: string,
): RawBuilder<{ account_id: string; hash: string }> {
  return sql`
    select p.account_id, p.hash from password p where p.account_id in (
      select account_id from account_email where email_index = any(${emailIndexes(vault, identifier)}::bytea[])
      union select id from account where username_index = any(${usernameIndexes(vault, identifier)}::bytea[])
    ) limit 1`;
}

/** The key of an account's data. */
export async function openAccountKey(database: Database, vault: Vault, id: AccountId): Promise<DataKey> {
  const row = await database
    .selectFrom('account')
    .select('data_key')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return vault.openDataKey(row.data_key);
}

/** Sets a new password. */
export async function setPassword(
  database: Database,
  clock: Clock,
  id: AccountId,
  hash: string,
): Promise<void> {
  await database
    .updateTable('password')
    .set({ hash, changed_at: clock.now() })
    .where('account_id', '=', id)
    .execute();
}

/** A person's own data, opened. Null where there is no such account. */
export async function readPerson(database: Database, vault: Vault, id: AccountId): Promise<Person | null> {
  const row = await database
    .selectFrom('account')
    .select(['data_key', 'full_name_sealed', 'born_sealed', 'birth_country_sealed'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  return openPerson(vault.openDataKey(row.data_key), id, row);
}

/** What a person says of themselves, from the sealed columns of their row of `account`. */
export function openPerson(
  key: DataKey,
  id: AccountId,
  row: Readonly<Record<'full_name_sealed' | 'born_sealed' | 'birth_country_sealed', Buffer>>,
): Person {
  return {
    fullName: openFullName(key, id, row.full_name_sealed),
    born: key.unseal(row.born_sealed, place('born_sealed', id)),
    birthCountry: key.unseal(row.birth_country_sealed, place('birth_country_sealed', id)),
  };
}

/** Puts what a person says of themselves anew in the place of what they said. Whether they may is the caller's to know. */
export async function setPerson(
  transaction: Database,
  { accountId, key }: { accountId: AccountId; key: DataKey },
  { fullName, born, birthCountry }: Person,
): Promise<void> {
  await transaction
    .updateTable('account')
    .set({
      full_name_sealed: key.seal(fullName, place('full_name_sealed', accountId)),
      born_sealed: key.seal(born, place('born_sealed', accountId)),
      birth_country_sealed: key.seal(birthCountry, place('birth_country_sealed', accountId)),
    })
    .where('id', '=', accountId)
    .execute();
}

/** What an account is called and reached by. */
export type Profile = {
  /** As the papers have it. */
  readonly fullName: string;
  /** How the person wants to be called; null where that is the name of the papers. */
  readonly nameInUse: string | null;
  readonly username: string | null;
  /** The primary address first. */
  readonly emails: readonly string[];
  readonly createdAt: Date;
  /** In which they read times (IANA); null for the agency's. */
  readonly timeZone: string | null;
};

/** @throws when there is no such account */
export async function readProfile(database: Database, key: DataKey, id: AccountId): Promise<Profile> {
  const row = await database
    .selectFrom('account')
    .select(['full_name_sealed', 'name_in_use_sealed', 'username_sealed', 'created_at', 'time_zone_sealed'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const emails = await database
    .selectFrom('account_email')
    .select(['id', 'email_sealed'])
    .where('account_id', '=', id)
    .orderBy('is_primary', 'desc')
    .orderBy('verified_at')
    .execute();
  const open = (sealed: Buffer | null, column: 'name_in_use_sealed' | 'username_sealed') =>
    sealed === null ? null : key.unseal(sealed, place(column, id));
  return {
    fullName: openFullName(key, id, row.full_name_sealed),
    nameInUse: open(row.name_in_use_sealed, 'name_in_use_sealed'),
    username: open(row.username_sealed, 'username_sealed'),
    emails: emails.map((email) => openEmail(key, email)),
    createdAt: row.created_at,
    timeZone: openZone(key, id, row.time_zone_sealed),
  };
}

export function openNameInUse(key: DataKey, id: AccountId, sealed: Buffer): string {
  return key.unseal(sealed, place('name_in_use_sealed', id));
}

/** Sets how a person wants to be called; null for the name of the papers. */
export async function setNameInUse(
  database: Database,
  { accountId, key }: { accountId: AccountId; key: DataKey },
  name: string | null,
): Promise<void> {
  await database
    .updateTable('account')
    .set({
      name_in_use_sealed: name === null ? null : key.seal(name, place('name_in_use_sealed', accountId)),
    })
    .where('id', '=', accountId)
    .execute();
}

/** Sets the username, or none. Fails with the whole transaction where another account takes it at the same moment. */
export async function setUsername(
  database: Database,
  vault: Vault,
  { accountId, key }: { accountId: AccountId; key: DataKey },
  username: string | null,
): Promise<'set' | 'taken'> {
  const indexes = username === null ? null : usernameIndexes(vault, username);
  const sealed = username === null ? null : key.seal(username, place('username_sealed', accountId));
  if (indexes !== null) await lockIndexes(database, indexes);
  const { rows } = await sql`
    update account set username_index = ${indexes?.[0] ?? null}::bytea, username_sealed = ${sealed}::bytea
    where id = ${accountId} and not exists (
      select from account other
      where other.username_index = any(${indexes ?? []}::bytea[]) and other.id <> ${accountId})
    returning id`.execute(database);
  return rows.length === 1 ? 'set' : 'taken';
}

/** To whom messages about an account go, and how. */
export type Addressee = {
  readonly language: string;
  /** What they asked to be called, or their whole name in the order that they wrote it; null where neither can be said. */
  readonly calledName: string | null;
  /** Every address, each of which was verified; the main one first. */
  readonly emails: readonly string[];
  readonly key: DataKey;
};

/** Null where there is no such account. */
export async function readAddressee(
  database: Database,
  vault: Vault,
  id: AccountId,
): Promise<Addressee | null> {
  const rows = await database
    .selectFrom('account')
    .innerJoin('account_email', 'account_email.account_id', 'account.id')
    .select([
      'account.language',
      'account.data_key',
      'account.full_name_sealed',
      'account.name_in_use_sealed',
      'account_email.id',
      'account_email.email_sealed',
    ])
    .where('account.id', '=', id)
    .orderBy('account_email.is_primary', 'desc')
    .orderBy('account_email.verified_at')
    .orderBy('account_email.id')
    .execute();
  const [first] = rows;
  if (first === undefined) return null;
  const key = vault.openDataKey(first.data_key);
  return {
    language: first.language,
    calledName: greetable(
      first.name_in_use_sealed === null
        ? ownNames(openFullName(key, id, first.full_name_sealed))
        : openNameInUse(key, id, first.name_in_use_sealed),
    ),
    emails: rows.map((row) => openEmail(key, row)),
    key,
  };
}

const LONGEST_GREETED = 40;

/** A name of papers without what stands for one that the person does not have. */
const ownNames = (fullName: string): string =>
  fullName
    .split(' ')
    .filter((part) => !isNoName(part))
    .join(' ');

/**
 * A name that somebody can be greeted by; null for any other. It stays whole, since which part comes first differs from
 * people to people. A few words of letters, perhaps after a title or with initials: no sentence, and nothing that a mail program could take
 * for an address, since whoever is in an account could write one there.
 */
export function greetable(name: string): string | null {
  return name.length <= LONGEST_GREETED && GREETED.test(name) ? name : null;
}

const GREETED =
  /^((dra?|profa?|sra?|srta|mrs?|ms|mx|lic|ing|arq|rev|fr|don|doña)\.? )?([\p{L}\p{M}'’-]+|\p{L}\.)( ([\p{L}\p{M}'’-]+|\p{L}\.)){0,3}$/iu;

/** The address of a row of `account_email`. */
export function openEmail(key: DataKey, { id, email_sealed }: { id: string; email_sealed: Buffer }): string {
  return key.unseal(email_sealed, EMAIL_SEALED.place(id));
}

export function sealEmail(key: DataKey, id: string, email: string): Buffer {
  return key.seal(email, EMAIL_SEALED.place(id));
}

export function openFullName(key: DataKey, id: AccountId, sealed: Buffer): string {
  return key.unseal(sealed, place('full_name_sealed', id));
}
