import type { RoomTables } from '../../../platform/tables/index.ts';
import { asPhoneNumber } from './number.ts';
import { PHONE_NUMBER, phoneIndexes } from './phones.ts';

export const PHONE_TABLES: RoomTables = {
  tables: { account_phone: { of: 'account', copied: ['phones'] } },
  sealed: [PHONE_NUMBER],
  indexed: [
    {
      id: { column: 'id', type: 'uuid' },
      keyOf: 'account',
      table: 'account_phone',
      index: 'number_index',
      sealed: 'number_sealed',
      indexesOf: (vault, number) => phoneIndexes(vault, asPhoneNumber(number)),
    },
  ],
  keyed: [
    {
      kind: 'index',
      table: 'account_phone',
      column: 'number_index',
      names: 'digest',
      what: 'telephone numbers',
    },
  ],
};
