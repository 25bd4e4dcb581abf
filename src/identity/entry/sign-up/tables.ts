import type { RoomTables } from '../../../platform/tables/index.ts';
import { emailIndexes } from '../../core/accounts/index.ts';
import { SIGN_UP_SEALED } from './sign-up.ts';

const id = { column: 'id', type: 'uuid' } as const;

export const SIGN_UP_TABLES: RoomTables = {
  tables: { sign_up: { of: 'anybody', leftOut: 'an account that is not made yet' } },
  dataKeys: [{ table: 'sign_up', id }],
  sealed: SIGN_UP_SEALED.columns,
  indexed: [
    {
      id,
      keyOf: 'row',
      table: 'sign_up',
      index: 'email_index',
      sealed: 'email_sealed',
      indexesOf: emailIndexes,
    },
  ],
  keyed: [
    { kind: 'index', table: 'sign_up', column: 'email_index', names: 'digest', what: 'sign-ups under way' },
    {
      kind: 'pepper',
      table: 'sign_up',
      column: 'password_hash',
      names: 'hash',
      what: 'passwords of sign-ups',
    },
  ],
};
