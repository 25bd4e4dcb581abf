import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { readKeptForms } from './sessions.ts';

export const sessionData = ({
  database,
}: {
  readonly database: Database;
}): readonly PersonalData<AccountId>[] => [
  {
    name: 'sessions',
    read: async ({ accountId }) => {
      const sessions = await database
        .selectFrom('session')
        .select(['created_at', 'last_seen_at', 'ended_at'])
        .where('account_id', '=', accountId)
        .orderBy('created_at')
        .execute();
      return sessions.map((row) => ({
        begunAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        endedAt: row.ended_at,
      }));
    },
  },
  { name: 'unsentForms', read: (owner) => readKeptForms(database, owner) },
];
