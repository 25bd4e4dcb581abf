import type { RoomTables } from '../../platform/tables/index.ts';
import { REQUEST_PAPERS } from './papers.ts';

export const EVIDENCE_TABLES: RoomTables = {
  tables: {
    evidence_request: { of: 'case', copied: ['evidenceRequests'] },
    evidence_request_state: { of: 'case', copied: ['evidenceRequests'] },
  },
  sealed: [REQUEST_PAPERS],
};
