import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { readLeft } from '../../core/addresses/index.ts';
import { readAdditions } from './store.ts';

/** The addresses that are not the account's: those that were to be added, and those that left it. */
export const otherEmailData = ({
  database,
  vault,
}: {
  readonly database: Database;
  readonly vault: Vault;
}): PersonalData<AccountId> => ({
  name: 'otherEmails',
  read: async (owner) => ({
    added: await readAdditions(database, owner),
    removed: (await readLeft(database, vault, owner.accountId)).map(({ id: _, ...left }) => left),
  }),
});
