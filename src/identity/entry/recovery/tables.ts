import { sql } from 'kysely';
import type { RoomTables } from '../../../platform/tables/index.ts';
import { RECOVERY_SEALED } from './machine.ts';

export const RECOVERY_TABLES: RoomTables = {
  tables: {
    recovery: { of: 'account', copied: ['waysBack'] },
    restoration: { of: 'account', leftOut: 'that operators prepare a way back; its events are in the copy' },
  },
  dataKeys: [{ table: 'recovery', id: { column: 'id', type: 'uuid' } }],
  sealed: RECOVERY_SEALED.columns,
  keyed: [
    {
      kind: 'pepper',
      table: 'recovery',
      column: 'password_hash',
      names: 'hash',
      what: 'passwords of ways back',
      where: sql<boolean>`ended_at is null`,
    },
  ],
};
