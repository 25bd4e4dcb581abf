import type { RoomTables } from '../../platform/tables/index.ts';
import { CONTACT_SEALED } from './details.ts';

export const CONTACT_TABLES: RoomTables = {
  tables: {
    contact_version: { of: 'account', copied: ['contact'] },
    contact_acknowledgement: { of: 'case', copied: ['contact'] },
    safe_address_line: {
      of: 'case',
      leftOut: 'that letters go to an agreed address, which nobody who finds the copy shall learn',
    },
  },
  sealed: [CONTACT_SEALED],
};
