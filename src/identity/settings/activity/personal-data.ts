import { sql } from 'kysely';
import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';
import { OPERATOR_FIELDS } from '../../core/operators/index.ts';

export const eventData = ({ database }: { readonly database: Database }): PersonalData => ({
  name: 'securityEvents',
  read: ({ accountId }) =>
    database
      .selectFrom('security_event')
      .select(['at', 'kind', sql<unknown>`detail - ${[...OPERATOR_FIELDS]}::text[]`.as('detail')])
      .where('account_id', '=', accountId)
      .orderBy('seq')
      .execute(),
});
