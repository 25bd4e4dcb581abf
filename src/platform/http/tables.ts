import type { RoomTables } from '../tables/index.ts';

export const REQUEST_TABLES: RoomTables = {
  tables: {
    request_count: { of: 'anybody', leftOut: 'counts requests, for minutes' },
    answered_form: {
      of: 'anybody',
      leftOut: 'answers of forms, for minutes, which only the same form opens',
    },
  },
};
