import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';

export const eventData = ({ database }: { readonly database: Database }): PersonalData => ({
  name: 'securityEvents',
  read: ({ accountId }) =>
    database
      .selectFrom('security_event')
      .select(['at', 'kind', 'detail'])
      .where('account_id', '=', accountId)
      .orderBy('seq')
      .execute(),
});
