import type { RoomTables } from '../tables/index.ts';

export const AUDIT_TABLES: RoomTables = {
  tables: {
    security_event: {
      of: 'account',
      erased: { stays: 'the chain is append-only, and has no personal data but the id of what is gone' },
      copied: ['securityEvents'],
    },
  },
};
