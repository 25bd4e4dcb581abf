import type { RoomTables } from '../../../platform/tables/index.ts';

export const SIGN_IN_TABLES: RoomTables = {
  tables: { sign_in: { of: 'account', leftOut: 'a sign-in under way, for minutes; it ends as a session' } },
};
