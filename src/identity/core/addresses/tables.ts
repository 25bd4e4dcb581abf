import type { RoomTables } from '../../../platform/tables/index.ts';
import { FORMER_EMAIL } from './addresses.ts';

export const ADDRESS_TABLES: RoomTables = {
  tables: {
    former_email: { of: 'account', copied: ['otherEmails'] },
    address_link: { of: 'account', leftOut: 'the digests of links in messages' },
  },
  sealed: [FORMER_EMAIL],
};
