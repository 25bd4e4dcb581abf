import type { RoomTables } from '../../../platform/tables/index.ts';

export const NOTICE_TABLES: RoomTables = {
  tables: { notice_text: { of: 'anybody', leftOut: 'counts the texts of a number, for a day' } },
};
