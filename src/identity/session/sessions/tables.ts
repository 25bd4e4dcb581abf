import type { RoomTables } from '../../../platform/tables/index.ts';
import { KEPT_FIELDS } from './sessions.ts';

export const SESSION_TABLES: RoomTables = {
  tables: {
    session: { of: 'account', copied: ['sessions'] },
    kept_form: { of: 'account', copied: ['unsentForms'] },
  },
  sealed: [KEPT_FIELDS],
};
