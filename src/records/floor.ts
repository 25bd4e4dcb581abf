import type { Clock } from '../platform/clock/index.ts';
import type { Floor } from '../platform/floor/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import type { RoomTables } from '../platform/tables/index.ts';
import { CASE_TABLES, type CaseCatalogue, type Cases, loadCaseCatalogue, makeCases } from './cases/index.ts';
import { CHANGE_TABLES } from './changes/index.ts';
import { type Claims, makeClaims } from './claims/index.ts';
import { type Documents, makeDocuments } from './documents/index.ts';
import { makeEvidenceRequests } from './evidence/index.ts';
import { makeOverviews, type Overviews } from './overview/index.ts';

/** Of whom the tables of each room say something, and what is sealed in them. */
export const RECORDS_TABLES: readonly RoomTables[] = [CASE_TABLES, CHANGE_TABLES];

export type Records = {
  readonly cases: Cases;
  readonly claims: Claims;
  readonly catalogue: CaseCatalogue;
  readonly documents: Documents;
  readonly overviews: Overviews;
};

/** What the agency holds, as a floor without pages. */
export function recordsFloor({
  foundation,
  clock,
}: {
  readonly foundation: Pick<Foundation, 'agency' | 'database' | 'vault' | 'blobs'>;
  readonly clock: Clock;
}): Floor & { readonly records: Records } {
  const { agency, database, vault, blobs } = foundation;
  const catalogue = loadCaseCatalogue(agency);
  const cases = makeCases({ database, vault });
  const documents = makeDocuments({ database, vault, clock, blobs });
  const evidence = makeEvidenceRequests({ database, vault });
  return {
    records: {
      cases,
      claims: makeClaims({ database, vault, clock }),
      catalogue,
      documents,
      overviews: makeOverviews({ database, vault, clock, catalogue }),
    },
    personalData: [
      { name: 'cases', read: ({ accountId }) => cases.detailsOf(accountId) },
      { name: 'documents', read: ({ accountId }) => documents.detailsOf(accountId) },
      { name: 'evidenceRequests', read: ({ accountId }) => evidence.requestsOf(accountId) },
    ],
  };
}
