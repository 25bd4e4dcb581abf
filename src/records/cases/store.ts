import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { BlindIndexes } from '../../platform/crypto/index.ts';
import { type Database, statement, takeTransactionLock } from '../../platform/database/index.ts';
import { waiting } from '../waiting-times/index.ts';

/** How a case came to belong to an account. */
export type LinkedHow = 'claimed' | 'agency-number';

/**
 * Waits for whoever else writes or links cases, until the transaction ends. A batch of the feed and a claim that
 * matches take it. So two feeds never write the same case at once, and a case that arrives while an account proves its
 * agency number is seen by one of the two.
 */
export async function lockCases(transaction: Database): Promise<void> {
  await takeTransactionLock(transaction, 'cases');
}

/**
 * Gives a case to an account, which is done once: a second time changes nothing. A claim proves that the case's agency
 * number is the account's.
 * @throws when there is no such account or no such case
 */
export async function linkCase(
  database: Database,
  link: { readonly accountId: string; readonly receipt: string; readonly how: LinkedHow; readonly at: Date },
): Promise<void> {
  await database
    .insertInto('case_link')
    .values({ account_id: link.accountId, receipt: link.receipt, linked_at: link.at, how: link.how })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await noteAgencyNumbers(database, [link.receipt], link.at);
}

/** How a case came to an account, from `from` on; no row where it is not the account's. */
const linkOf = (accountId: string | RawBuilder<string>, receipt: RawBuilder<string>): RawBuilder<unknown> =>
  sql`from case_link link where link.account_id = ${accountId} and link.receipt = ${receipt}`;

/**
 * Whether an account may read a case: the one condition in every query about a case that is asked for an account.
 * @param receipt the column, or the text, that names the case
 */
export function mayRead(
  accountId: string | RawBuilder<string>,
  receipt: RawBuilder<string>,
): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select ${linkOf(accountId, receipt)})`;
}

/** Since when an account may read a case; null where it may not. A fragment. */
export const linkedSince = (
  accountId: string | RawBuilder<string>,
  receipt: RawBuilder<string>,
): RawBuilder<Date | null> => sql<Date | null>`(select link.linked_at ${linkOf(accountId, receipt)})`;

/** The receipts of the cases that an account may read: `mayRead`, asked for all of them. A query of `receipt`. */
export const readableReceipts = (accountId: RawBuilder<unknown>): RawBuilder<{ receipt: string }> =>
  sql<{ receipt: string }>`select own.receipt from case_link own where own.account_id = ${accountId}`;

/** Whether an account has any case: its person then is who the records say. A condition on an id of `account`. */
export const hasAnyCase = (accountId: RawBuilder<unknown>): RawBuilder<SqlBool> =>
  sql<SqlBool>`exists (select from case_link own where own.account_id = ${accountId})`;

/**
 * The accounts that may read a case: `mayRead`, asked for whoever is there. A query of `account_id`.
 * @param receipt the column, or the text, that names the case
 */
export function readingAccounts(receipt: RawBuilder<string>): RawBuilder<{ account_id: string }> {
  return sql<{
    account_id: string;
  }>`select link.account_id from case_link link where link.receipt = ${receipt}`;
}

/**
 * The accounts that may read a case and to which a change of it is news: what was there when they added the case is none. A
 * query of `account_id`.
 * @param receipt the column that names the case
 * @param since when Portico heard of the change
 */
export function hearingAccounts(
  receipt: RawBuilder<string>,
  since: RawBuilder<Date>,
): RawBuilder<{ account_id: string }> {
  return sql<{ account_id: string }>`
    select link.account_id from case_link link
    where link.receipt = ${receipt} and (link.how = 'agency-number' or link.linked_at < ${since})`;
}

/** The accounts that have a case, which nobody but the agency asks. */
export async function accountsOf(database: Database, receipt: string): Promise<readonly string[]> {
  const { rows } = await readingAccounts(sql`${receipt}`).execute(database);
  return rows.map(({ account_id: accountId }) => accountId);
}

/**
 * Takes a case out of the accounts that have it, in a transaction that holds the cases. Its access code counts no more; a
 * new one makes it claimable again. An account that has it no longer gets it by its agency number, and keeps no number that
 * it proved by this case alone.
 * @returns those accounts; none where it was nobody's, or there is no such case
 */
export async function unlinkCase(
  transaction: Database,
  receipt: string,
  at: Date,
): Promise<readonly string[]> {
  const unlinked = await transaction
    .deleteFrom('case_link')
    .where('receipt', '=', receipt)
    .returning('account_id as accountId')
    .execute();
  const accountIds = unlinked.map(({ accountId }) => accountId);
  if (accountIds.length === 0) return [];
  await transaction
    .insertInto('case_release')
    .values(accountIds.map((accountId) => ({ account_id: accountId, receipt, released_at: at })))
    .onConflict((conflict) => conflict.columns(['account_id', 'receipt']).doUpdateSet({ released_at: at }))
    .execute();
  await transaction
    .updateTable('case_record')
    .set({ claimed_at: null, access_code_mac: null })
    .where('receipt', '=', receipt)
    .execute();
  await sql`
    delete from account_agency_number number
    where number.account_id = any(${accountIds}::uuid[]) and not exists (
      select from case_link link join case_record own using (receipt)
      where link.account_id = number.account_id and link.how = 'claimed'
        and own.agency_number_index = number.agency_number_index)`.execute(transaction);
  return accountIds;
}

/** A person who has an agency number, as both are found. */
export type NumberedPerson = { readonly number: BlindIndexes; readonly person: BlindIndexes };

/**
 * Puts the first index of each agency number and its person in the place of the others that they may stand under, since
 * cases and accounts are joined by them. For what is about to be written while the index key is being replaced; the
 * caller holds the cases.
 */
export async function adoptNumberedPeople(
  transaction: Database,
  people: readonly NumberedPerson[],
): Promise<void> {
  const renamed = (indexes: readonly BlindIndexes[]) => {
    const pairs = indexes.flatMap(([written, ...others]) => others.map((old) => ({ old, written })));
    return sql`unnest(${pairs.map(({ old }) => old)}::bytea[], ${pairs.map(({ written }) => written)}::bytea[])`;
  };
  const numbers = sql`${renamed(people.map(({ number }) => number))} as renamed (old, new)`;
  await sql`
    insert into account_agency_number (account_id, agency_number_index, verified_at)
    select number.account_id, renamed.new, number.verified_at
    from account_agency_number number join ${numbers} on renamed.old = number.agency_number_index
    on conflict do nothing`.execute(transaction);
  await sql`
    delete from account_agency_number number using ${numbers}
    where number.agency_number_index = renamed.old`.execute(transaction);
  await sql`
    update case_record set agency_number_index = renamed.new
    from ${numbers} where agency_number_index = renamed.old`.execute(transaction);
  await sql`
    update case_record set person_index = renamed.new
    from ${renamed(people.map(({ person }) => person))} as renamed (old, new)
    where agency_number_index = any(${people.map(({ number }) => number[0])}::bytea[])
      and person_index = renamed.old`.execute(transaction);
}

/** Notes, for the accounts that claimed these cases, the agency numbers that the cases carry. */
async function noteAgencyNumbers(database: Database, receipts: readonly string[], at: Date): Promise<void> {
  await sql`
    insert into account_agency_number (account_id, agency_number_index, verified_at)
    select distinct link.account_id, own.agency_number_index, ${at}::timestamptz
    from case_link link join case_record own using (receipt)
    where own.receipt = any(${receipts}::text[]) and link.how = 'claimed' and own.agency_number_index is not null
    on conflict do nothing
  `.execute(database);
}

/**
 * Notes the agency numbers of these cases for the accounts that claimed them, and gives those accounts the cases,
 * not yet anybody's, that carry the same agency number and the same name, date and country of birth.
 * @returns how many cases were given
 */
export async function linkByAgencyNumber(
  database: Database,
  receipts: readonly string[],
  at: Date,
): Promise<number> {
  await noteAgencyNumbers(database, receipts, at);
  const linked = await sql`
    insert into case_link (account_id, receipt, linked_at, how)
    select distinct on (found.receipt) number.account_id, found.receipt, ${at}::timestamptz, 'agency-number'
    from case_record asked
    join account_agency_number number on number.agency_number_index = asked.agency_number_index
    join case_record found on found.agency_number_index = number.agency_number_index
    where asked.receipt = any(${receipts}::text[])
      and not exists (select from case_link link where link.receipt = found.receipt)
      and not exists (
        select from case_release gone where gone.receipt = found.receipt and gone.account_id = number.account_id)
      and exists (
        select from case_link link join case_record own using (receipt)
        where link.account_id = number.account_id and own.person_index = found.person_index
      )
    order by found.receipt, number.verified_at, number.account_id
    on conflict do nothing
  `.execute(database);
  return Number(linked.numAffectedRows ?? 0n);
}

export type CaseRow = {
  readonly receipt: string;
  readonly form: string;
  readonly status: string;
  readonly statusAt: Date;
};

const selectingCasesOf = statement<{ accountId: string }, CaseRow>(
  (slot) => sql`
    select own.receipt, own.form, own.status, own.status_at as "statusAt"
    from case_record own
    where ${mayRead(slot('accountId'), sql.ref('own.receipt'))}
    order by own.status_at desc, own.receipt`,
);

/** The cases that an account may read, by the newest status first. One query, over the account's own links. */
export async function selectCasesOf(database: Database, accountId: string): Promise<readonly CaseRow[]> {
  return await selectingCasesOf(database, { accountId });
}

/** A case with its events, newest first, as it is kept. */
export type DetailedRow = CaseRow & {
  readonly personSealed: Buffer;
  readonly dataKey: Buffer;
  readonly eventIds: readonly string[];
  readonly times: readonly Date[];
  readonly statuses: readonly string[];
  readonly details: readonly (Buffer | null)[];
};

/**
 * The cases that an account may read, or the one of them with a receipt, each with its events. One query for all.
 * @param receipt null for all of them
 */
export async function selectDetailedCases(
  database: Database,
  accountId: string,
  receipt: string | null,
): Promise<readonly DetailedRow[]> {
  const { rows } = await sql<DetailedRow>`
    select own.receipt, own.form, own.status, own.status_at as "statusAt", own.person_sealed as "personSealed",
      own.data_key as "dataKey", history.*
    from case_record own
    cross join lateral (
      select coalesce(array_agg(event.id order by event.at desc, event.id desc), '{}') as "eventIds",
        coalesce(array_agg(event.at order by event.at desc, event.id desc), '{}') as times,
        coalesce(array_agg(event.status order by event.at desc, event.id desc), '{}') as statuses,
        coalesce(array_agg(event.detail_sealed order by event.at desc, event.id desc), '{}') as details
      from case_event event where event.receipt = own.receipt
    ) history
    where ${mayRead(accountId, sql.ref('own.receipt'))}
      ${receipt === null ? sql`` : sql`and own.receipt = ${receipt}`}
    order by own.status_at desc, own.receipt`.execute(database);
  return rows;
}

/** What anybody may know, whoever they are; and whether the case is of the account that asks, where one does. */
export async function selectPublicStatus(database: Database, receipt: string, accountId: string | null) {
  return await database
    .selectFrom('case_record')
    .where('receipt', '=', receipt)
    .select([
      'form',
      'status',
      'status_at as statusAt',
      waiting(sql.ref('case_record.receipt')).as('wait'),
      (accountId === null ? sql<boolean>`false` : mayRead(accountId, sql.ref('case_record.receipt'))).as(
        'isOwn',
      ),
    ])
    .executeTakeFirst();
}
