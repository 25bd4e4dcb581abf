import type { RoomTables } from '../tables/index.ts';

export const STREAM_TABLES: RoomTables = {
  tables: { stream_reader: { of: 'nobody' } },
};
