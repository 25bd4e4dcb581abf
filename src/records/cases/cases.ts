import { sql } from 'kysely';
import { z } from 'zod';
import { sealedColumn, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type CaseWait, readCaseWait } from '../waiting-times/index.ts';
import { type Detail, readDetail } from './detail.ts';
import type { RecordedPerson } from './person.ts';
import { normaliseReceipt } from './receipt.ts';
import { type CaseRow, selectCase, selectCasesOf, selectEvents, selectPublicStatus } from './store.ts';

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
};

export type Cases = {
  /** The cases of an account, newest status first, in one indexed query. */
  casesOf(accountId: string): Promise<readonly CaseSummary[]>;
  /** A case with its events; null when there is none or it is not this account's. The receipt may be as typed. */
  caseFor(accountId: string, receipt: string): Promise<CaseDetails | null>;
  /** Every case of an account with its events: for the person's copy of their data. */
  detailsOf(accountId: string): Promise<readonly CaseDetails[]>;
  /** Null when there is no such case. The receipt may be as typed. */
  publicStatus(receipt: string): Promise<PublicStatus | null>;
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
  const casesOf: Cases['casesOf'] = (accountId) => selectCasesOf(database, accountId);
  const caseFor: Cases['caseFor'] = async (accountId, typed) => {
    const receipt = normaliseReceipt(typed);
    const record = await selectCase(database, accountId, receipt);
    if (record === undefined) return null;
    const rows = await selectEvents(database, accountId, receipt);
    const { dataKey, personSealed, ...summary } = record;
    const key = vault.openDataKey(dataKey);
    const person = readPerson(key.unseal(personSealed, personPlace(receipt)));
    const events = rows.map(({ detailSealed, ...event }) => ({
      ...event,
      detail: detailSealed === null ? null : readDetail(key.unseal(detailSealed, detailPlace(event.id))),
    }));
    return { ...summary, person: { family: person.family, given: person.given }, events };
  };
  return {
    casesOf,
    caseFor,
    detailsOf: async (accountId) => {
      const files: CaseDetails[] = [];
      for (const { receipt } of await casesOf(accountId)) {
        const file = await caseFor(accountId, receipt);
        if (file !== null) files.push(file);
      }
      return files;
    },
    publicStatus: async (typed) => {
      const found = await selectPublicStatus(database, normaliseReceipt(typed));
      return found === undefined ? null : { ...found, wait: readCaseWait(found.wait) };
    },
  };
}
