import type { RoomTables } from '../../../platform/tables/index.ts';
import { NEWCOMERS_NUMBER } from './sms-codes.ts';

export const SMS_CODE_TABLES: RoomTables = {
  tables: {
    sms_code: {
      of: 'account',
      leftOut: 'how many codes went to a number that stands among the phones, for a day',
    },
  },
  sealed: [NEWCOMERS_NUMBER],
};
