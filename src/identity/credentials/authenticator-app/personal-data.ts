import type { PersonalData } from '../../../platform/tables/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { AppSettings } from './settings.ts';

export const appData = ({ apps }: { readonly apps: Pick<AppSettings, 'list'> }): PersonalData<AccountId> => ({
  name: 'authenticatorApps',
  read: async (owner) => (await apps.list(owner)).map(({ id: _, ...app }) => app),
});
