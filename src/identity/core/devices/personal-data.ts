import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';

export const deviceData = ({ database }: { readonly database: Database }): PersonalData => ({
  name: 'knownDevices',
  read: async ({ accountId }) => {
    const devices = await database
      .selectFrom('known_device')
      .select(['browser', 'system', 'created_at', 'last_used_at', 'remembered_until'])
      .where('account_id', '=', accountId)
      .orderBy('created_at')
      .execute();
    return devices.map((row) => ({
      browser: row.browser,
      system: row.system,
      firstUsedAt: row.created_at,
      lastUsedAt: row.last_used_at,
      rememberedUntil: row.remembered_until,
    }));
  },
});
