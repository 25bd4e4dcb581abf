import type { Clock } from '../platform/clock/index.ts';
import type { Floor } from '../platform/floor/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import type { RoomTables } from '../platform/tables/index.ts';
import { CASE_TABLES, type CaseCatalogue, type Cases, loadCaseCatalogue, makeCases } from './cases/index.ts';
import { CHANGE_TABLES } from './changes/index.ts';
import { type Claims, makeClaims } from './claims/index.ts';

/** Of whom the tables of each room say something, and what is sealed in them. */
export const RECORDS_TABLES: readonly RoomTables[] = [CASE_TABLES, CHANGE_TABLES];

export type Records = { readonly cases: Cases; readonly claims: Claims; readonly catalogue: CaseCatalogue };

/** What the agency holds, as a floor without pages. */
export function recordsFloor({
  foundation,
  clock,
}: {
  readonly foundation: Pick<Foundation, 'agency' | 'database' | 'vault'>;
  readonly clock: Clock;
}): Floor & { readonly records: Records } {
  const { agency, database, vault } = foundation;
  const cases = makeCases({ database, vault });
  return {
    records: { cases, claims: makeClaims({ database, vault, clock }), catalogue: loadCaseCatalogue(agency) },
    personalData: [{ name: 'cases', read: ({ accountId }) => cases.detailsOf(accountId) }],
  };
}
