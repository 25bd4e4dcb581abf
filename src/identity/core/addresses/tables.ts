import type { RoomTables } from '../../../platform/tables/index.ts';
import { FORMER_EMAIL } from './addresses.ts';

export const ADDRESS_TABLES: RoomTables = {
  tables: {
    former_email: { of: 'account', copied: ['otherEmails'] },
    address_link: { of: 'account', leftOut: 'the hash of a link that was sent' },
  },
  sealed: [FORMER_EMAIL],
};
