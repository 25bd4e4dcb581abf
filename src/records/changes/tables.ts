import type { RoomTables } from '../../platform/tables/index.ts';

export const CHANGE_TABLES: RoomTables = {
  tables: {
    change: { of: 'account', leftOut: 'that something changed, which stands in the copy itself' },
    account_seen: { of: 'account', leftOut: 'up to which number of the stream was looked at' },
  },
};
