import { sql } from 'kysely';
import type { SealedColumn } from '../../platform/crypto/index.ts';

/** What of requests is sealed under the data keys of their cases. */
export const EVIDENCE_SEALED: readonly SealedColumn[] = [
  { table: 'evidence_request', column: 'papers_sealed', row: 'id', of: sql`t.receipt` },
];
