import type { RoomTables } from '../../../platform/tables/index.ts';
import { NEWCOMERS_NUMBER } from './sms-codes.ts';

export const SMS_CODE_TABLES: RoomTables = {
  tables: {
    sms_code: { of: 'account', leftOut: 'a code that was sent, for minutes, and that it was, for a day' },
  },
  sealed: [NEWCOMERS_NUMBER],
};
