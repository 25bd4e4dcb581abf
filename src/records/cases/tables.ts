import { sql } from 'kysely';
import type { IndexedColumn } from '../../platform/crypto/index.ts';
import type { RoomTables } from '../../platform/tables/index.ts';
import { CASE_PERSON, EVENT_DETAIL, readPerson } from './cases.ts';
import { agencyNumberIndexes, numberedPeople, recordedPersonIndexes } from './person.ts';
import { adoptNumberedPeople, lockCases } from './store.ts';

const ofCase = {
  table: 'case_record',
  id: { column: 'receipt', type: 'text' },
  sealed: 'person_sealed',
  keyOf: 'row',
  also: async (transaction, vault, people) => {
    await lockCases(transaction);
    await adoptNumberedPeople(
      transaction,
      people.flatMap((person) => numberedPeople(vault, readPerson(person))),
    );
  },
} as const satisfies Partial<IndexedColumn>;

/**
 * Of whom the tables of cases say something, and what in them stands under keys of the ring (ASVS 11.2.2). Of access
 * codes only the digest is kept, so those under an older key stay as long as they may be used; digests of events are
 * compared as long as their key is there.
 */
export const CASE_TABLES: RoomTables = {
  tables: {
    case_record: { of: 'case', copied: ['cases'] },
    case_event: { of: 'case', copied: ['cases'] },
    case_link: { of: 'account', copied: ['cases'] },
    case_release: { of: 'account', leftOut: 'a case that is not in the account; the event is in the copy' },
    account_agency_number: { of: 'account', leftOut: 'a digest; the number itself stands in the cases' },
  },
  indexed: [
    {
      ...ofCase,
      index: 'person_index',
      indexesOf: (vault, person) => recordedPersonIndexes(vault, readPerson(person)),
    },
    {
      ...ofCase,
      index: 'agency_number_index',
      indexesOf: (vault, person) => {
        const { agencyNumber } = readPerson(person);
        return agencyNumber === undefined ? null : agencyNumberIndexes(vault, agencyNumber);
      },
    },
  ],
  keyed: [
    { kind: 'index', table: 'case_record', column: 'person_index', names: 'digest', what: 'people of cases' },
    {
      kind: 'index',
      table: 'case_record',
      column: 'agency_number_index',
      names: 'digest',
      what: 'agency numbers of cases',
    },
    {
      kind: 'index',
      table: 'account_agency_number',
      column: 'agency_number_index',
      names: 'digest',
      what: 'agency numbers of accounts, of which no case has word any more',
    },
    {
      kind: 'index',
      table: 'case_record',
      column: 'access_code_mac',
      names: 'digest',
      what: 'access codes not yet used',
      where: sql<boolean>`claimed_at is null
        and not exists (select from case_link where case_link.receipt = case_record.receipt)`,
    },
  ],
  dataKeys: [{ table: 'case_record', id: ofCase.id }],
  sealed: [CASE_PERSON, EVENT_DETAIL],
};
