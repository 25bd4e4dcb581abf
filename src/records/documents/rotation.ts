import { sql } from 'kysely';
import type { IndexedColumn, KeyedColumn, SealedColumn } from '../../platform/crypto/index.ts';
import { codeIndexes } from './writing.ts';

const OF_RENDERING = sql<string>`(select receipt from document where document.id = t.document_id)`;

const ofDocument = (column: string): SealedColumn => ({
  table: 'document',
  column,
  row: 'id',
  of: sql`t.receipt`,
});

/**
 * What of documents is sealed under the data keys of their cases. Blobs have keys of their own, of which only what seals
 * them is made anew.
 */
export const DOCUMENTS_SEALED: readonly SealedColumn[] = [
  ...['blob_key_sealed', 'name_sealed', 'title_sealed', 'data_sealed', 'code_sealed'].map(ofDocument),
  ...['blob_key_sealed', 'note_sealed'].map((column) => ({
    table: 'document_rendering',
    column,
    row: 'id',
    of: OF_RENDERING,
  })),
];

export const DOCUMENTS_INDEXED: readonly IndexedColumn[] = [
  {
    table: 'document',
    id: { column: 'id', type: 'uuid' },
    index: 'code_index',
    sealed: 'code_sealed',
    keyOf: sql`(select data_key from case_record where case_record.receipt = t.receipt)`,
    indexesOf: codeIndexes,
  },
];

export const DOCUMENTS_KEYED: readonly KeyedColumn[] = [
  {
    kind: 'index',
    table: 'document',
    column: 'code_index',
    names: 'digest',
    what: 'verification codes of documents',
  },
];
