import { sql } from 'kysely';
import type { RoomTables } from '../../platform/tables/index.ts';
import { DOCUMENTS_SEALED } from './places.ts';
import { codeIndexes } from './writing.ts';

export const DOCUMENT_TABLES: RoomTables = {
  tables: {
    document: { of: 'case', copied: ['documents'] },
    document_withdrawal: { of: 'case', copied: ['documents'] },
    document_rendering: { of: 'case', copied: ['documents'] },
    paper_copy_request: { of: 'account', copied: ['documents'] },
    paper_copy_line: { of: 'case', leftOut: 'what became of a copy stands with the request for it' },
  },
  indexed: [
    {
      table: 'document',
      id: { column: 'id', type: 'uuid' },
      index: 'code_index',
      sealed: 'code_sealed',
      keyOf: sql`(select data_key from case_record where case_record.receipt = t.receipt)`,
      indexesOf: codeIndexes,
    },
  ],
  keyed: [
    {
      kind: 'index',
      table: 'document',
      column: 'code_index',
      names: 'digest',
      what: 'verification codes of documents',
    },
  ],
  sealed: DOCUMENTS_SEALED,
};
