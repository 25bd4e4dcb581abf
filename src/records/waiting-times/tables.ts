import type { RoomTables } from '../../platform/tables/index.ts';

export const WAIT_TABLES: RoomTables = {
  tables: {
    case_wait: { of: 'case', leftOut: 'is counted of the events, which stand in the cases' },
    wait_count: { of: 'nobody' },
    waiting_time: { of: 'nobody' },
    wait_progress: { of: 'nobody' },
  },
};
