import { type RawBuilder, sql } from 'kysely';
import type { BlindIndexes, DataKey, Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { personPlace, readPerson } from './cases.ts';
import type { RecordedPerson } from './person.ts';

/** A case's row as a batch of events leaves it. */
export type CaseState = {
  readonly receipt: string;
  form: string;
  readonly dataKey: Buffer;
  personSealed: Buffer;
  personIndex: Buffer;
  agencyNumberIndex: Buffer | null;
  accessCodeMac: Buffer | null;
  accessCodeAt: Date | null;
  accessCodeEvent: string | null;
  status: string;
  statusAt: Date;
  latestEvent: string;
};

export type EventRow = {
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  readonly status: string;
  readonly detailSealed: Buffer | null;
  readonly digest: Buffer;
  /** The code of the office that has the case from then on; null where it is not said. */
  readonly office: string | null;
};

/** What is known of events by their ids. */
export const knowingEvents = (ids: readonly string[]): RawBuilder<unknown> =>
  sql`select id, digest from case_event where id = any(${ids}::text[])`;

/** A case as something else is written about it. */
export type OpenedCase = {
  readonly key: DataKey;
  /** Whom the case is of, as of now. */
  person(): RecordedPerson;
};

/** Those of the cases that are there, opened, by receipt. */
export async function openCases(
  database: Database,
  vault: Vault,
  receipts: readonly string[],
): Promise<ReadonlyMap<string, OpenedCase>> {
  const { rows } = await sql<{ receipt: string; dataKey: Buffer; personSealed: Buffer }>`
    select receipt, data_key as "dataKey", person_sealed as "personSealed"
    from case_record where receipt = any(${receipts}::text[])`.execute(database);
  return new Map(
    rows.map(({ receipt, dataKey, personSealed }) => {
      const key = vault.openDataKey(dataKey);
      return [receipt, { key, person: () => readPerson(key.unseal(personSealed, personPlace(receipt))) }];
    }),
  );
}

/** Those of the cases that are already there, by receipt. */
export async function selectStates(
  database: Database,
  receipts: readonly string[],
): Promise<Map<string, CaseState>> {
  const { rows } = await sql<CaseState>`
    select receipt, form, data_key as "dataKey", person_sealed as "personSealed", person_index as "personIndex",
      agency_number_index as "agencyNumberIndex", access_code_mac as "accessCodeMac",
      access_code_at as "accessCodeAt", access_code_event as "accessCodeEvent",
      status, status_at as "statusAt", latest_event as "latestEvent"
    from case_record where receipt = any(${receipts}::text[])
  `.execute(database);
  return new Map(rows.map((row) => [row.receipt, row]));
}

/** Writes cases, new ones and known ones, by one statement. */
export async function upsertStates(
  database: Database,
  states: readonly CaseState[],
  at: Date,
): Promise<void> {
  const column = <K extends keyof CaseState>(name: K) => states.map((state) => state[name]);
  await sql`
    insert into case_record (
      receipt, form, data_key, person_sealed, person_index, agency_number_index, access_code_mac, access_code_at,
      access_code_event, status, status_at, latest_event, created_at, updated_at
    )
    select *, ${at}::timestamptz, ${at}::timestamptz
    from unnest(
      ${column('receipt')}::text[], ${column('form')}::text[], ${column('dataKey')}::bytea[],
      ${column('personSealed')}::bytea[], ${column('personIndex')}::bytea[],
      ${column('agencyNumberIndex')}::bytea[], ${column('accessCodeMac')}::bytea[],
      ${column('accessCodeAt')}::timestamptz[], ${column('accessCodeEvent')}::text[], ${column('status')}::text[],
      ${column('statusAt')}::timestamptz[], ${column('latestEvent')}::text[]
    )
    on conflict (receipt) do update set
      form = excluded.form, person_sealed = excluded.person_sealed, person_index = excluded.person_index,
      agency_number_index = excluded.agency_number_index, access_code_mac = excluded.access_code_mac,
      access_code_at = excluded.access_code_at, access_code_event = excluded.access_code_event,
      status = excluded.status, status_at = excluded.status_at, latest_event = excluded.latest_event,
      updated_at = excluded.updated_at
  `.execute(database);
}

/** Writes new events by one statement. Their cases are there. */
export async function insertEvents(database: Database, events: readonly EventRow[], at: Date): Promise<void> {
  const column = <K extends keyof EventRow>(name: K) => events.map((event) => event[name]);
  await sql`
    insert into case_event (id, receipt, at, status, detail_sealed, digest, office, imported_at)
    select *, ${at}::timestamptz
    from unnest(
      ${column('id')}::text[], ${column('receipt')}::text[], ${column('at')}::timestamptz[],
      ${column('status')}::text[], ${column('detailSealed')}::bytea[], ${column('digest')}::bytea[],
      ${column('office')}::text[]
    )
  `.execute(database);
}

/**
 * Uses up a case's access code.
 * @returns false when it is used, or when the record has changed since it was compared
 */
export async function useAccessCode(
  transaction: Database,
  seen: {
    readonly receipt: string;
    readonly personIndexes: BlindIndexes;
    readonly accessCodeMacs: BlindIndexes;
    readonly at: Date;
  },
): Promise<boolean> {
  const { rows } = await sql`
    update case_record record set claimed_at = ${seen.at}
    where receipt = ${seen.receipt} and claimed_at is null and person_index = any(${seen.personIndexes}::bytea[])
      and access_code_mac = any(${seen.accessCodeMacs}::bytea[])
      and not exists (select from case_link link where link.receipt = record.receipt)
    returning receipt
  `.execute(transaction);
  return rows.length === 1;
}
