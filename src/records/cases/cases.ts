import { sql } from 'kysely';
import { z } from 'zod';
import { sealedColumn, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type CaseWait, readCaseWait } from '../waiting-times/index.ts';
import { type Detail, readDetail } from './detail.ts';
import type { RecordedPerson } from './person.ts';
import {
  type CaseRow,
  type DetailedRow,
  selectCasesOf,
  selectDetailedCases,
  selectPublicStatus,
} from './store.ts';

/** A case as it stands in a list; nothing in it is personal data. */
export type CaseSummary = CaseRow;

export type CaseEvent = {
  readonly id: string;
  readonly at: Date;
  readonly status: string;
  /** What the agency added in its own words. */
  readonly detail: Detail | null;
};

/** A case with its whole history. */
export type CaseDetails = CaseSummary & {
  readonly person: { readonly family: string; readonly given: string };
  /** Newest first. */
  readonly events: readonly CaseEvent[];
};

/** What anyone who has a receipt number may know. */
export type PublicStatus = {
  readonly form: string;
  readonly status: string;
  readonly statusAt: Date;
  /** Null where nobody knows when it started. */
  readonly wait: CaseWait | null;
  /** Whether it is a case of the account that asks; never so where none does. */
  readonly isOwn: boolean;
};

export type Cases = {
  /** The cases of an account, newest status first, in one indexed query. */
  casesOf(accountId: string): Promise<readonly CaseSummary[]>;
  /** A case with its events; null when there is none or it is not this account's. The receipt may be as typed. */
  caseFor(accountId: string, receipt: string): Promise<CaseDetails | null>;
  /** Every case of an account with its events: for the person's copy of their data. One trip to the database. */
  detailsOf(accountId: string): Promise<readonly CaseDetails[]>;
  /** Null when there is no such case. The receipt may be as typed. */
  publicStatus(receipt: string, accountId?: string | null): Promise<PublicStatus | null>;
};

const StoredPerson = z.object({
  family: z.string(),
  given: z.string(),
  born: z.string(),
  birthCountry: z.string(),
  agencyNumber: z.string().optional(),
});

export const CASE_PERSON = sealedColumn({
  table: 'case_record',
  column: 'person_sealed',
  under: 'case_record',
  row: 'receipt',
});
/** Where a case's person is sealed. */
export const { place: personPlace } = CASE_PERSON;

export const EVENT_DETAIL = sealedColumn({
  table: 'case_event',
  column: 'detail_sealed',
  under: 'case_record',
  of: sql`t.receipt`,
});
/** Where an event's detail is sealed, under the data key of its case. */
export const { place: detailPlace } = EVENT_DETAIL;

/** A person as text to be sealed. */
export function writePerson(person: RecordedPerson): string {
  return JSON.stringify(person);
}

export function readPerson(text: string): RecordedPerson {
  return StoredPerson.parse(JSON.parse(text));
}

/** Reads what the feed has brought. */
export function makeCases({ database, vault }: { database: Database; vault: Vault }): Cases {
  const detailsOf = async (accountId: string, receipt: string | null) =>
    (await selectDetailedCases(database, accountId, receipt)).map((row) => openDetails(row, vault));
  return {
    casesOf: (accountId) => selectCasesOf(database, accountId),
    caseFor: async (accountId, receipt) => {
      const [found] = await detailsOf(accountId, receipt);
      return found ?? null;
    },
    detailsOf: (accountId) => detailsOf(accountId, null),
    publicStatus: async (receipt, accountId = null) => {
      const found = await selectPublicStatus(database, receipt, accountId);
      if (found === undefined) return null;
      return { ...found, wait: readCaseWait(found.wait), isOwn: Boolean(found.isOwn) };
    },
  };
}

function openDetails(row: DetailedRow, vault: Vault): CaseDetails {
  const { dataKey, personSealed, eventIds, times, statuses, details, ...summary } = row;
  const key = vault.openDataKey(dataKey);
  const { family, given } = readPerson(key.unseal(personSealed, personPlace(row.receipt)));
  const events = eventIds.map((id, at) => {
    const detail = details[at] ?? null;
    return {
      id,
      at: times[at] ?? row.statusAt,
      status: statuses[at] ?? row.status,
      detail: detail === null ? null : readDetail(key.unseal(detail, detailPlace(id))),
    };
  });
  return { ...summary, person: { family, given }, events };
}
