import { sql } from 'kysely';
import type { RoomTables } from '../../../platform/tables/index.ts';
import { BACKUP_CODES } from './backup-codes.ts';
import { DRAFTED_CODES } from './settings.ts';

export const BACKUP_CODE_TABLES: RoomTables = {
  tables: {
    backup_code_set: { of: 'account', leftOut: 'codes by which the person signs in' },
    backup_code: { of: 'account', leftOut: 'the digests of codes by which the person signs in' },
    backup_code_draft: { of: 'account', leftOut: 'codes by which the person would sign in' },
    replaced_backup_codes: { of: 'account', leftOut: 'the digests of codes that an alarm revives' },
  },
  sealed: [BACKUP_CODES, DRAFTED_CODES],
  keyed: [
    { kind: 'pepper', table: 'backup_code_set', column: 'salt', names: 'salt', what: 'sets of backup codes' },
    {
      kind: 'pepper',
      table: 'replaced_backup_codes',
      column: 'salt',
      names: 'salt',
      what: 'sets of backup codes that were replaced',
    },
    {
      kind: 'pepper',
      table: 'backup_code_draft',
      column: 'salt',
      names: 'salt',
      what: 'sets of backup codes not yet in use',
      where: sql<boolean>`codes_sealed is not null`,
    },
  ],
};
