import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';
import type { AccountId } from '../accounts/index.ts';
import type { Phones } from './phones.ts';

export const phoneData = ({
  database,
  phones,
}: {
  readonly database: Database;
  readonly phones: Pick<Phones, 'list'>;
}): PersonalData<AccountId> => ({
  name: 'phones',
  read: async (owner) => (await phones.list(database, owner)).map(({ id: _, ...phone }) => phone),
});
