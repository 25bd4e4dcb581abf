import type { Rotation } from '../platform/crypto/index.ts';
import { caseRotation } from './cases/index.ts';
import { DOCUMENTS_INDEXED, DOCUMENTS_KEYED, DOCUMENTS_SEALED } from './documents/index.ts';
import { EVIDENCE_SEALED } from './evidence/index.ts';

/** What stands in the tables of records under keys of the ring, and how to bring it under others (ASVS 11.2.2). */
export const recordsRotation: Rotation = {
  indexed: [...caseRotation.indexed, ...DOCUMENTS_INDEXED],
  keyed: [...caseRotation.keyed, ...DOCUMENTS_KEYED],
  sealed: caseRotation.sealed.map((sealing) =>
    sealing.table === 'case_record'
      ? { ...sealing, columns: [...sealing.columns, ...DOCUMENTS_SEALED, ...EVIDENCE_SEALED] }
      : sealing,
  ),
};
