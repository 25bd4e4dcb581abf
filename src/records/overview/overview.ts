import { sql } from 'kysely';
import { AgencyFaults } from '../../platform/agency/index.ts';
import { dayOf } from '../../platform/calendar/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import { type Database, statement } from '../../platform/database/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import { isUnreachable } from '../alerts/index.ts';
import { type Appointment, isComing, listingAppointments, readAppointments } from '../appointments/index.ts';
import {
  type CaseCatalogue,
  type CaseEvent,
  type CaseSummary,
  type Detail,
  detailPlace,
  mayRead,
  personPlace,
  readDetail,
  readPerson,
  statusesThatNeed,
  writtenName,
} from '../cases/index.ts';
import {
  listingNews,
  type News,
  noteSeen,
  readNews,
  readSeen,
  type Seen,
  tellingSeen,
} from '../changes/index.ts';
import { type ConversationSummary, listingConversations, readConversations } from '../conversations/index.ts';
import type { NoticeTemplates } from '../document-templates/index.ts';
import {
  type DocumentSummary,
  listingDocuments,
  listingUnclaimedNotices,
  readDocuments,
  readUnclaimedNotices,
} from '../documents/index.ts';
import {
  type EvidenceRequest,
  listingRequests,
  papersOf,
  type RequestSummary,
  readRequests,
} from '../evidence/index.ts';
import { type CaseWait, readCaseWait, waiting } from '../waiting-times/index.ts';
import { asksOf, faultsOfAsks, type NoticeAsk } from './asks.ts';

/** Whose a case is, by the name on it. */
export type CasePerson = {
  /** The same for cases of the same person. */
  readonly id: string;
  /** As papers write it. */
  readonly name: string;
};

/** A case among others, with all that a list of cases says of it. */
export type OverviewCase = CaseSummary & {
  readonly person: CasePerson;
  /** Its events, oldest first. */
  readonly events: readonly { readonly id: string; readonly status: string; readonly at: Date }[];
  /** What the agency added to the newest event, where the case cannot go on without the person. */
  readonly detail: Detail | null;
  /** What the agency waits for, without what exactly. */
  readonly requests: readonly OpenRequest[];
  /** What notices ask that neither the status nor a request says. */
  readonly asks: readonly NoticeAsk[];
  /** Those that are to come, the next first. */
  readonly appointments: readonly Appointment[];
  /** Null for a case of which nobody knows when it started. */
  readonly wait: CaseWait | null;
  /** What the person has not seen on an earlier visit, newest first. */
  readonly news: readonly News[];
  /** The documents that the news are about. */
  readonly newDocuments: readonly DocumentSummary[];
};

export type OpenRequest = Pick<RequestSummary, 'id' | 'dueOn' | 'at' | 'documentId'>;

/** All cases of a person, by the newest status first, as home shows them. */
export type Overview = {
  readonly cases: readonly OverviewCase[];
  /** In which the agency said something that was not read, the newest first. */
  readonly unread: readonly ConversationSummary[];
  readonly seen: Seen;
  /** Whether mail to an address of the person came back. */
  readonly isUnreachable: boolean;
};

/** A case with all that the agency said of it, as its page shows it. */
export type CaseOverview = CaseSummary & {
  readonly person: CasePerson;
  /** Newest first. */
  readonly events: readonly CaseEvent[];
  /** What the agency asked for, newest first. */
  readonly requests: readonly EvidenceRequest[];
  /** What notices ask that neither the status nor a request says. */
  readonly asks: readonly NoticeAsk[];
  /** The next first. */
  readonly appointments: readonly Appointment[];
  readonly documents: readonly DocumentSummary[];
  /** What is written about it, with what was not read first. */
  readonly conversations: readonly ConversationSummary[];
  /** Null for a case of which nobody knows when it started. */
  readonly wait: CaseWait | null;
  /** What the person has not seen on an earlier visit, newest first. */
  readonly news: readonly News[];
};

export type Overviews = {
  /** All that home says of a person's cases. One trip to the database. */
  overviewOf(accountId: string): Promise<Overview>;
  /**
   * All that a case's page says. One trip to the database.
   * @param receipt may be as typed
   * @returns null when there is no such case or it is not this account's
   */
  caseOf(accountId: string, receipt: string): Promise<CaseOverview | null>;
  /** Notes that a person has seen what an overview showed. */
  noteSeen(accountId: string, seen: Seen): Promise<void>;
};

type Row = CaseSummary & {
  readonly personIndex: Buffer;
  readonly personSealed: Buffer;
  readonly dataKey: Buffer;
  readonly eventIds: readonly string[];
  readonly times: readonly Date[];
  readonly statuses: readonly string[];
  readonly detailSealed: Buffer | null;
  readonly requests: unknown;
  readonly unclaimed: unknown;
  readonly appointments: unknown;
  readonly wait: unknown;
  readonly news: unknown;
  readonly documents: unknown;
};

/** What stands of a case in the row that says how far the person has seen: nothing where they have no case. */
type Selected = { readonly seen: unknown; readonly unread: unknown; readonly isUnreachable: boolean } & (
  | Row
  | { readonly receipt: null }
);

const IN_NEWS = sql`document.id::text in (select piece ->> 'ref' from jsonb_array_elements(newly.news) piece)`;

const selecting = statement<
  { accountId: string; now: Date; detailed: readonly string[]; asking: readonly string[] },
  Selected
>(
  (slot) => sql`
    select ${tellingSeen(slot('accountId'))} as seen, ${listingConversations(slot('accountId'), 'unread')} as unread,
      ${isUnreachable(slot('accountId'))} as "isUnreachable", own.*
    from (select) as one
    left join lateral (
      select own.receipt, own.form, own.status, own.status_at as "statusAt", own.person_index as "personIndex",
        own.person_sealed as "personSealed", own.data_key as "dataKey", history.ids as "eventIds", history.times, history.statuses,
        case when own.status = any(${slot('detailed')}::text[]) then (
          select event.detail_sealed from case_event event where event.receipt = own.receipt
          order by event.at desc, event.id desc limit 1
        ) end as "detailSealed",
        ${listingRequests(sql.ref('own.receipt'), 'open')} as requests,
        ${listingUnclaimedNotices(sql.ref('own.receipt'), slot('asking'))} as unclaimed,
        ${listingAppointments(sql.ref('own.receipt'))} as appointments, ${waiting(sql.ref('own.receipt'))} as wait,
        newly.news, ${listingDocuments(sql.ref('own.receipt'), IN_NEWS)} as documents
      from case_record own
      cross join lateral (
        select ${listingNews(slot('accountId'), sql.ref('own.receipt'), slot('now'))} as news
      ) newly
      cross join lateral (
        select array_agg(event.id order by event.at, event.id) as ids,
          array_agg(event.at order by event.at, event.id) as times,
          array_agg(event.status order by event.at, event.id) as statuses
        from case_event event where event.receipt = own.receipt
      ) history
      where ${mayRead(slot('accountId'), sql.ref('own.receipt'))}
    ) own on true
    order by own."statusAt" desc, own.receipt`,
);

type CaseRow = CaseSummary & {
  readonly personIndex: Buffer;
  readonly personSealed: Buffer;
  readonly dataKey: Buffer;
  readonly eventIds: readonly string[];
  readonly times: readonly Date[];
  readonly statuses: readonly string[];
  readonly details: readonly (Buffer | null)[];
  readonly requests: unknown;
  readonly unclaimed: unknown;
  readonly appointments: unknown;
  readonly documents: unknown;
  readonly conversations: unknown;
  readonly wait: unknown;
  readonly news: unknown;
};

const selectingCase = statement<
  { accountId: string; receipt: string; now: Date; asking: readonly string[] },
  CaseRow
>(
  (slot) => sql`
    select own.receipt, own.form, own.status, own.status_at as "statusAt", own.person_index as "personIndex",
      own.person_sealed as "personSealed", own.data_key as "dataKey", history.*,
      ${listingRequests(sql.ref('own.receipt'))} as requests,
      ${listingUnclaimedNotices(sql.ref('own.receipt'), slot('asking'))} as unclaimed,
      ${listingAppointments(sql.ref('own.receipt'))} as appointments,
      ${listingDocuments(sql.ref('own.receipt'))} as documents,
      ${listingConversations(slot('accountId'), { receipt: sql.ref('own.receipt') })} as conversations,
      ${waiting(sql.ref('own.receipt'))} as wait,
      ${listingNews(slot('accountId'), sql.ref('own.receipt'), slot('now'))} as news
    from case_record own
    cross join lateral (
      select array_agg(event.id order by event.at desc, event.id desc) as "eventIds",
        array_agg(event.at order by event.at desc, event.id desc) as times,
        array_agg(event.status order by event.at desc, event.id desc) as statuses,
        array_agg(event.detail_sealed order by event.at desc, event.id desc) as details
      from case_event event where event.receipt = own.receipt
    ) history
    where own.receipt = ${slot('receipt')} and ${mayRead(slot('accountId'), sql.ref('own.receipt'))}`,
);

/** Reads what home says of cases, from the rooms that hold it, by one statement. */
export function makeOverviews({
  database,
  vault,
  clock,
  catalogue,
  templates,
  timeZone,
}: {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  /** The agency's. */
  readonly timeZone: string;
}): Overviews {
  const faults = faultsOfAsks(templates, catalogue);
  if (faults.length > 0) throw new AgencyFaults(faults);
  const detailed = statusesThatNeed(catalogue);
  const asking = [...templates.all.values()].filter(({ asks }) => asks !== undefined).map(({ id }) => id);
  const reading = (): Reading => {
    const now = clock.now();
    return { vault, catalogue, templates, now, today: dayOf(now, timeZone) };
  };
  return {
    overviewOf: async (accountId) => {
      const rows = await selecting(database, { accountId, now: clock.now(), detailed, asking });
      const people = new Map<string, CasePerson>();
      const cases = rows.flatMap((row) => (row.receipt === null ? [] : [caseOf(row, reading(), people)]));
      return {
        cases,
        unread: readConversations(rows[0]?.unread, vault),
        seen: readSeen(rows[0]?.seen),
        isUnreachable: rows[0]?.isUnreachable ?? false,
      };
    },
    caseOf: async (accountId, typed) => {
      const receipt = catalogue.receipts.read(typed);
      if (receipt === null) return null;
      const [row] = await selectingCase(database, { accountId, receipt, now: clock.now(), asking });
      return row === undefined ? null : caseOverviewOf(row, reading());
    },
    noteSeen: (accountId, seen) => noteSeen(database, clock, accountId, seen),
  };
}

/** What rows are read with. */
type Reading = {
  readonly vault: Vault;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly now: Date;
  readonly today: CalendarDate;
};

function caseOverviewOf(row: CaseRow, reading: Reading): CaseOverview {
  const { receipt, form, status, statusAt, times, statuses, details } = row;
  const key = reading.vault.openDataKey(row.dataKey);
  const events = row.eventIds.map((id, at) => {
    const detail = details[at] ?? null;
    return {
      id,
      at: times[at] ?? statusAt,
      status: statuses[at] ?? status,
      detail: detail === null ? null : readDetail(key.unseal(detail, detailPlace(id))),
    };
  });
  const requests = readRequests(row.requests);
  const open = requests.filter(({ state }) => state === 'open');
  const unclaimed = readUnclaimedNotices(row.unclaimed, () => key);
  const appointments = readAppointments(row.appointments, () => key);
  return {
    receipt,
    form,
    status,
    statusAt,
    person: {
      id: row.personIndex.toString('base64url'),
      name: writtenName(readPerson(key.unseal(row.personSealed, personPlace(receipt)))),
    },
    events,
    asks: asksOf({ status, events, requests: open, appointments }, unclaimed, reading),
    appointments,
    requests: requests.map(({ papersSealed, ...request }) => ({
      ...request,
      papers: papersOf({ ...request, papersSealed }, key),
    })),
    documents: readDocuments(row.documents, () => key),
    conversations: readConversations(row.conversations, reading.vault),
    wait: readCaseWait(row.wait),
    news: readNews(row.news),
  };
}

function caseOf(row: Row, reading: Reading, people: Map<string, CasePerson>): OverviewCase {
  const { receipt, form, status, statusAt, times, statuses, detailSealed } = row;
  const key = () => reading.vault.openDataKey(row.dataKey);
  const id = row.personIndex.toString('base64url');
  const person = people.get(id) ?? {
    id,
    name: writtenName(readPerson(key().unseal(row.personSealed, personPlace(receipt)))),
  };
  people.set(id, person);
  const events = row.eventIds.map((event, at) => ({
    id: event,
    status: statuses[at] ?? status,
    at: times[at] ?? statusAt,
  }));
  const requests = readRequests(row.requests);
  const unclaimed = readUnclaimedNotices(row.unclaimed, key);
  const appointments = readAppointments(row.appointments, key);
  const newest = events.at(-1);
  return {
    receipt,
    form,
    status,
    statusAt,
    person,
    events,
    detail:
      detailSealed === null || newest === undefined
        ? null
        : readDetail(key().unseal(detailSealed, detailPlace(newest.id))),
    requests,
    asks: asksOf({ status, events, requests, appointments }, unclaimed, reading),
    appointments: appointments.filter((each) => isComing(each, reading.now)),
    wait: readCaseWait(row.wait),
    news: readNews(row.news),
    newDocuments: readDocuments(row.documents, key),
  };
}
