import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { DataKey } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, openPerson, type Person } from '../../core/accounts/index.ts';

/** Something that rests on what the person of an account says of themselves, as a condition on an id of `account`. */
export type RestsOnPerson = (accountId: RawBuilder<unknown>) => RawBuilder<SqlBool>;

/** What a person says of themselves, whether anything rests on it, and how often they corrected it. */
export type Answers = {
  readonly person: Person;
  readonly isRelied: boolean;
  readonly corrected: { readonly lately: number; readonly inAll: number };
};

/**
 * Reads it in one query.
 * @param since from when on a correction is of late
 * @throws when there is no such account
 */
export async function readAnswers(
  database: Database,
  { accountId, key }: { readonly accountId: AccountId; readonly key: DataKey },
  { restsOn, since }: { readonly restsOn: RestsOnPerson; readonly since: Date },
): Promise<Answers> {
  const own = sql<boolean>`event.account_id = account.id and event.kind = 'person-corrected'`;
  const row = await database
    .selectFrom('account')
    .select([
      'full_name_sealed',
      'born_sealed',
      'birth_country_sealed',
      restsOn(sql.ref('account.id')).as('relied'),
      sql<number>`(select count(*)::int from security_event event where ${own})`.as('inAll'),
      sql<number>`(select count(*)::int from security_event event where ${own} and event.at > ${since})`.as(
        'lately',
      ),
    ])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return {
    person: openPerson(key, accountId, row),
    isRelied: Boolean(row.relied),
    corrected: { lately: row.lately, inAll: row.inAll },
  };
}

/** Waits for whoever gives something to the account that rests on its person, and has those wait that come later. */
export async function holdBack(transaction: Database, accountId: AccountId): Promise<void> {
  await transaction.selectFrom('account').select('id').where('id', '=', accountId).forUpdate().execute();
}
