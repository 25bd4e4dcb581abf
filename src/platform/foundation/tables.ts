import type { RoomTables } from '../tables/index.ts';

export const FOUNDATION_TABLES: RoomTables = {
  tables: { installation: { of: 'nobody' } },
};
