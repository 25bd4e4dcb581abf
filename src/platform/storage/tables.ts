import type { RoomTables } from '../tables/index.ts';

export const STORAGE_TABLES: RoomTables = {
  tables: { pending_blob: { of: 'nobody' } },
};
