import type { PersonalData } from '../../../platform/tables/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Passkeys } from './passkeys.ts';

export const passkeyData = ({
  passkeys,
}: {
  readonly passkeys: Pick<Passkeys, 'list'>;
}): PersonalData<AccountId> => ({
  name: 'passkeys',
  read: async (owner) => (await passkeys.list(owner)).map(({ id: _, ...passkey }) => passkey),
});
