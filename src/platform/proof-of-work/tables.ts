import type { RoomTables } from '../tables/index.ts';

export const PROOF_TABLES: RoomTables = {
  tables: {
    spent_proof: { of: 'nobody' },
    proof_wait: { of: 'anybody', leftOut: 'who waits instead of doing the work, for minutes' },
  },
};
