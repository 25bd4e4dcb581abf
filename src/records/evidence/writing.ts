import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';

export type RequestState = 'open' | 'answered' | 'expired' | 'withdrawn';

/** A request as the agency tells of it. */
export type NewRequest = {
  readonly id: string;
  /** The agency's own id of it. */
  readonly event: string;
  readonly receipt: string;
  readonly at: Date;
  readonly papersSealed: Buffer;
  readonly documentId: string | null;
  /** `YYYY-MM-DD` */
  readonly dueOn: string;
  readonly digest: Buffer;
};

/** How a request went on. */
export type NewRequestState = {
  readonly event: string;
  readonly requestId: string;
  readonly at: Date;
  readonly state: RequestState;
  /** Another day than before. */
  readonly dueOn: string | null;
  readonly digest: Buffer;
};

/** What is known of requests by the agency's ids. */
export const knowingRequests = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from evidence_request where event = any(${events}::text[])`;

/** What is known of how requests went on, by the agency's ids. */
export const knowingRequestStates = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from evidence_request_state where event = any(${events}::text[])`;

/** Where requests stand, by the agency's ids. */
export async function selectRequestsByEvent(
  database: Database,
  events: readonly string[],
): Promise<ReadonlyMap<string, { readonly id: string; readonly receipt: string }>> {
  if (events.length === 0) return new Map();
  const { rows } = await sql<{ event: string; id: string; receipt: string }>`
    select event, id, receipt from evidence_request where event = any(${events}::text[])`.execute(database);
  return new Map(rows.map(({ event, ...found }) => [event, found]));
}

/** Writes new requests, which are open, by one statement. */
export async function insertRequests(
  transaction: Database,
  requests: readonly NewRequest[],
  now: Date,
): Promise<void> {
  const column = <T>(of: (row: NewRequest) => T): T[] => requests.map(of);
  await sql`
    insert into evidence_request (
      id, event, receipt, at, papers_sealed, document_id, first_due_on, due_on, state, state_at, digest, imported_at
    )
    select id, event, receipt, at, papers, document, due, due, 'open', at, digest, ${now}::timestamptz
    from unnest(
      ${column(({ id }) => id)}::uuid[], ${column(({ event }) => event)}::text[],
      ${column(({ receipt }) => receipt)}::text[], ${column(({ at }) => at)}::timestamptz[],
      ${column(({ papersSealed }) => papersSealed)}::bytea[], ${column(({ documentId }) => documentId)}::uuid[],
      ${column(({ dueOn }) => dueOn)}::date[], ${column(({ digest }) => digest)}::bytea[]
    ) as said (id, event, receipt, at, papers, document, due, digest)`.execute(transaction);
}

/** Writes how requests went on; the newest word of each, by time and then by id, says where it stands. */
export async function insertRequestStates(
  transaction: Database,
  states: readonly NewRequestState[],
  now: Date,
): Promise<void> {
  const column = <T>(of: (row: NewRequestState) => T): T[] => states.map(of);
  await sql`
    insert into evidence_request_state (event, request_id, at, state, due_on, digest, imported_at)
    select *, ${now}::timestamptz from unnest(
      ${column(({ event }) => event)}::text[], ${column(({ requestId }) => requestId)}::uuid[],
      ${column(({ at }) => at)}::timestamptz[], ${column(({ state }) => state)}::text[],
      ${column(({ dueOn }) => dueOn)}::date[], ${column(({ digest }) => digest)}::bytea[])`.execute(
    transaction,
  );
  await sql`
    update evidence_request request set state = newest.state, state_at = newest.at, due_on = dated.due_on
    from unnest(${column(({ requestId }) => requestId)}::uuid[]) as touched (id)
    cross join lateral (
      select state, at from (
        select 'open' as state, own.at, own.event from evidence_request own where own.id = touched.id
        union all
        select each.state, each.at, each.event from evidence_request_state each where each.request_id = touched.id
      ) word order by at desc, event desc limit 1
    ) newest
    cross join lateral (
      select due_on from (
        select own.first_due_on as due_on, own.at, own.event from evidence_request own where own.id = touched.id
        union all
        select each.due_on, each.at, each.event from evidence_request_state each
        where each.request_id = touched.id and each.due_on is not null
      ) word order by at desc, event desc limit 1
    ) dated
    where request.id = touched.id`.execute(transaction);
}
