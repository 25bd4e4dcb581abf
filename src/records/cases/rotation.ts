import { sql } from 'kysely';
import type { IndexedColumn, Rotation } from '../../platform/crypto/index.ts';
import { readPerson } from './cases.ts';
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
 * What stands in the tables of cases under keys of the ring, and how to bring it under others (ASVS 11.2.2). Of access
 * codes only the digest is kept, so those under an older key stay as long as they may be used; digests of events are
 * compared as long as their key is there.
 */
export const caseRotation: Rotation = {
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
  sealed: [
    {
      table: 'case_record',
      id: ofCase.id,
      columns: [
        { table: 'case_record', column: 'person_sealed', row: 'receipt', of: sql`t.receipt` },
        { table: 'case_event', column: 'detail_sealed', row: 'id', of: sql`t.receipt` },
      ],
    },
  ],
};
