import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';
import { type AccountId, readPerson, readProfile } from './accounts.ts';

/** What is kept of an account itself. */
export function accountData({
  database,
  vault,
}: {
  readonly database: Database;
  readonly vault: Vault;
}): readonly PersonalData<AccountId>[] {
  return [
    {
      name: 'account',
      read: async ({ accountId, key }) => {
        const { nameInUse, username, createdAt, timeZone } = await readProfile(database, key, accountId);
        const { language } = await database
          .selectFrom('account')
          .select('language')
          .where('id', '=', accountId)
          .executeTakeFirstOrThrow();
        return { id: accountId, createdAt, language, timeZone, username, nameInUse };
      },
    },
    { name: 'person', read: ({ accountId }) => readPerson(database, vault, accountId) },
    {
      name: 'emails',
      read: async ({ accountId, key }) => (await readProfile(database, key, accountId)).emails,
    },
  ];
}
