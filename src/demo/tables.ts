import type { RoomTables } from '../platform/tables/index.ts';

export const DEMO_TABLES: RoomTables = { tables: { demo_start: { of: 'nobody' } } };
