import type { RoomTables } from '../../../platform/tables/index.ts';
import { PASSKEY_NAME } from './passkeys.ts';

export const PASSKEY_TABLES: RoomTables = {
  tables: {
    passkey_user: { of: 'account', leftOut: 'a random name by which passkeys find the account' },
    passkey: { of: 'account', copied: ['passkeys'] },
  },
  sealed: [PASSKEY_NAME],
};
