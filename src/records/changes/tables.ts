import type { RoomTables } from '../../platform/tables/index.ts';

export const CHANGE_TABLES: RoomTables = {
  tables: { change: { of: 'account', leftOut: 'only says that what is copied changed' } },
};
