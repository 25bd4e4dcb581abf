import type { RoomTables } from '../platform/tables/index.ts';
import { CASE_TABLES } from './cases/index.ts';
import { CHANGE_TABLES } from './changes/index.ts';

/** Of whom the tables of each room say something, and what is sealed in them. */
export const RECORDS_TABLES: readonly RoomTables[] = [CASE_TABLES, CHANGE_TABLES];
