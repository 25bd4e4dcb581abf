import { sql } from 'kysely';
import { z } from 'zod';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type Appointment, listingAppointments, readAppointments } from '../../records/appointments/index.ts';
import { personPlace, type RecordedPerson, readPerson } from '../../records/cases/index.ts';
import {
  goesElsewhere,
  listingUnconfirmed,
  readUnconfirmed,
  type SentContact,
} from '../../records/contact/index.ts';
import { type DocumentSummary, listingDocuments, readDocuments } from '../../records/documents/index.ts';
import {
  type EvidenceRequest,
  listingRequests,
  papersOf,
  readRequests,
} from '../../records/evidence/index.ts';

/** A case as whoever plays the agency sees it in a list. */
export type ListedCase = {
  readonly receipt: string;
  readonly form: string;
  readonly status: string;
  readonly statusAt: Date;
  /** Every status that it has had, oldest first. */
  readonly statuses: readonly string[];
  readonly person: RecordedPerson;
};

/** A thing of a case, with the agency's own id of it. */
type Named<Thing> = Thing & { readonly event: string };

/** A case with all that the agency may go on with. */
export type PlayedCase = ListedCase & {
  /** Newest first, as the requests. */
  readonly documents: readonly Named<
    DocumentSummary & {
      /** Since when somebody waits for a copy on paper; null where nobody does. */
      readonly copyAskedAt: Date | null;
    }
  >[];
  readonly requests: readonly Named<EvidenceRequest>[];
  /** Contact details that the office has not confirmed, by their ids. */
  readonly contacts: readonly SentContact[];
  /** Whether letters go to an agreed address. */
  readonly goesElsewhere: boolean;
  readonly appointments: readonly Named<Appointment>[];
  /** Newest first. */
  readonly conversations: readonly PlayedConversation[];
};

export type PlayedConversation = z.infer<typeof Conversations>[number];

const Conversations = z.array(
  z.object({ id: z.string(), topic: z.string(), answerBy: z.string().nullable(), isClosed: z.boolean() }),
);

type ListedRow = Omit<ListedCase, 'person'> & { readonly personSealed: Buffer; readonly dataKey: Buffer };
type Row = ListedRow & {
  readonly documents: unknown;
  readonly requests: unknown;
  readonly appointments: unknown;
  readonly events: unknown;
  readonly copies: unknown;
  readonly contacts: unknown;
  readonly goesElsewhere: boolean;
  readonly conversations: unknown;
};

const Events = z.record(z.string(), z.string());
const Copies = z.record(
  z.string(),
  z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
);

const listed = sql`
  own.receipt, own.form, own.status, own.status_at as "statusAt", own.person_sealed as "personSealed",
  own.data_key as "dataKey", (
    select array_agg(event.status order by event.at, event.id) from case_event event
    where event.receipt = own.receipt
  ) as statuses`;

/** Those of these cases that are there, in the order in which they are named. One trip to the database. */
export async function listedCases(
  database: Database,
  vault: Vault,
  receipts: readonly string[],
): Promise<readonly ListedCase[]> {
  const { rows } = await sql<ListedRow>`
    select ${listed} from case_record own where own.receipt = any(${receipts}::text[])
    order by array_position(${receipts}::text[], own.receipt)`.execute(database);
  return rows.map(({ personSealed, dataKey, ...found }) => ({
    ...found,
    person: readPerson(vault.openDataKey(dataKey).unseal(personSealed, personPlace(found.receipt))),
  }));
}

/** A case with what the agency wrote and asked for; null where it is not there. One trip to the database. */
export async function playedCase(
  database: Database,
  vault: Vault,
  receipt: string,
): Promise<PlayedCase | null> {
  const own = sql<string>`own.receipt`;
  const { rows } = await sql<Row>`
    select ${listed}, ${listingDocuments(own)} as documents, ${listingRequests(own)} as requests,
      ${listingAppointments(own)} as appointments, (
      select coalesce(jsonb_object_agg(named.id, named.event), '{}') from (
        select id, event from document where document.receipt = own.receipt
        union all
        select id, event from evidence_request request where request.receipt = own.receipt
        union all
        select id, event from appointment where appointment.receipt = own.receipt
      ) named
    ) as events, (
      select coalesce(jsonb_object_agg(asked.id, asked.at), '{}') from (
        select document.id, min(copy.asked_at) as at
        from document join paper_copy_request copy on copy.document_id = document.id
        where document.receipt = own.receipt and copy.state = 'asked' group by document.id
      ) asked
    ) as copies, ${listingUnconfirmed(own)} as contacts, ${goesElsewhere(own)} as "goesElsewhere", (
      select coalesce(jsonb_agg(jsonb_build_object('id', id, 'topic', topic, 'answerBy', answer_by,
        'isClosed', closed_at is not null) order by last_at desc, id desc), '[]')
      from conversation where conversation.receipt = own.receipt
    ) as conversations
    from case_record own where own.receipt = ${receipt}`.execute(database);
  const [row] = rows;
  if (row === undefined) return null;
  const {
    personSealed,
    dataKey,
    events,
    copies,
    documents,
    requests,
    contacts,
    appointments,
    conversations,
    ...found
  } = row;
  const key = vault.openDataKey(dataKey);
  const ids = Events.parse(events);
  const asked = Copies.parse(copies);
  return {
    ...found,
    person: readPerson(key.unseal(personSealed, personPlace(receipt))),
    contacts: readUnconfirmed(contacts),
    conversations: Conversations.parse(conversations),
    documents: readDocuments(documents, () => key).map((each) => ({
      ...each,
      event: ids[each.id] ?? '',
      copyAskedAt: asked[each.id] ?? null,
    })),
    requests: readRequests(requests).map(({ papersSealed, ...each }) => ({
      ...each,
      papers: papersOf({ ...each, papersSealed }, key),
      event: ids[each.id] ?? '',
    })),
    appointments: readAppointments(appointments, () => key).map((each) => ({
      ...each,
      event: ids[each.id] ?? '',
    })),
  };
}
