import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';

export const recoveryData = ({ database }: { readonly database: Database }): PersonalData => ({
  name: 'waysBack',
  read: async ({ accountId }) => {
    const waysBack = await database
      .selectFrom('recovery')
      .select(['created_at', 'lost', 'evidence', 'hold_ends_at', 'expires_at', 'ended_at', 'ended_how'])
      .where('account_id', '=', accountId)
      .orderBy('created_at')
      .execute();
    return waysBack.map((row) => ({
      begunAt: row.created_at,
      lost: row.lost,
      proven: row.evidence,
      waitEndsAt: row.hold_ends_at,
      expiresAt: row.expires_at,
      endedAt: row.ended_at,
      endedHow: row.ended_how,
    }));
  },
});
