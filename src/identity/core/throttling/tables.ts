import type { RoomTables } from '../../../platform/tables/index.ts';

export const THROTTLE_TABLES: RoomTables = {
  tables: { throttle: { of: 'account', erased: 'by-its-room', leftOut: 'counts wrong tries' } },
};
