import type { RoomTables } from '../../../platform/tables/index.ts';
import { ACCOUNT_SEALED, EMAIL_SEALED, emailIndexes, usernameIndexes } from './accounts.ts';
import { ZONE_SEALED } from './zone.ts';

const id = { column: 'id', type: 'uuid' } as const;

export const ACCOUNT_TABLES: RoomTables = {
  tables: {
    account: { of: 'account', copied: ['account', 'person'] },
    account_email: { of: 'account', copied: ['emails'] },
    password: { of: 'account', copied: ['password'] },
  },
  dataKeys: [{ table: 'account', id }],
  sealed: [...ACCOUNT_SEALED.columns, EMAIL_SEALED, ZONE_SEALED],
  indexed: [
    {
      id,
      keyOf: 'account',
      table: 'account_email',
      index: 'email_index',
      sealed: 'email_sealed',
      indexesOf: emailIndexes,
    },
    {
      id,
      keyOf: 'row',
      table: 'account',
      index: 'username_index',
      sealed: 'username_sealed',
      indexesOf: usernameIndexes,
    },
  ],
  keyed: [
    {
      kind: 'index',
      table: 'account_email',
      column: 'email_index',
      names: 'digest',
      what: 'email addresses',
    },
    { kind: 'index', table: 'account', column: 'username_index', names: 'digest', what: 'usernames' },
    { kind: 'pepper', table: 'password', column: 'hash', names: 'hash', what: 'passwords' },
  ],
};
