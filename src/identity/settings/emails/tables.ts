import type { RoomTables } from '../../../platform/tables/index.ts';
import { emailIndexes } from '../../core/accounts/index.ts';
import { ADDED_EMAIL } from './store.ts';

export const ADDED_EMAIL_TABLES: RoomTables = {
  tables: { email_addition: { of: 'account', copied: ['otherEmails'] } },
  sealed: [ADDED_EMAIL],
  indexed: [
    {
      id: { column: 'id', type: 'uuid' },
      keyOf: 'account',
      table: 'email_addition',
      index: 'email_index',
      sealed: 'email_sealed',
      indexesOf: emailIndexes,
    },
  ],
  keyed: [
    { kind: 'index', table: 'email_addition', column: 'email_index', names: 'digest', what: 'new addresses' },
  ],
};
