import type { RoomTables } from '../../../platform/tables/index.ts';
import { COPY } from './data-export.ts';

export const COPY_TABLES: RoomTables = {
  tables: { data_export: { of: 'account', leftOut: 'the copy itself' } },
  sealed: [COPY],
};
