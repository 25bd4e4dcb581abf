import type { RoomTables } from '../platform/tables/index.ts';
import { PLAY_TABLES } from './agency/index.ts';

/** Of whom the tables of the demonstration say something. */
export const DEMO_TABLES: readonly RoomTables[] = [PLAY_TABLES, { tables: { demo_start: { of: 'nobody' } } }];
