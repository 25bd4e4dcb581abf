import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';

/** When the password was chosen; not the secret, which the person has. */
export const passwordData = ({ database }: { readonly database: Database }): PersonalData => ({
  name: 'password',
  read: async ({ accountId }) => {
    const password = await database
      .selectFrom('password')
      .select('changed_at')
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    return { changedAt: password?.changed_at ?? null };
  },
});
