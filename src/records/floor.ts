import type { Logger } from 'pino';
import type { Clock } from '../platform/clock/index.ts';
import type { Config } from '../platform/config/index.ts';
import type { Floor } from '../platform/floor/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import type { Mailer } from '../platform/messages/index.ts';
import { makePdfMaker, paperLook } from '../platform/pdf/index.ts';
import type { RoomTables } from '../platform/tables/index.ts';
import { ALERT_TABLES, type Alerts, makeAlerts, type ReachOf } from './alerts/index.ts';
import {
  APPOINTMENT_TABLES,
  type Appointments,
  type Calendars,
  forgetOfNobody,
  loadAppointmentRules,
  makeAppointments,
  makeCalendars,
} from './appointments/index.ts';
import {
  CASE_TABLES,
  type CaseCatalogue,
  type Cases,
  hasAnyCase,
  loadCaseCatalogue,
  makeCases,
} from './cases/index.ts';
import { CHANGE_TABLES } from './changes/index.ts';
import { type Claims, makeClaims } from './claims/index.ts';
import { CONTACT_TABLES, type Contacts, makeContacts } from './contact/index.ts';
import {
  CONVERSATION_TABLES,
  type Conversations,
  countingUnread,
  loadTopics,
  makeConversations,
  type Topics,
} from './conversations/index.ts';
import { loadTemplates, type NoticeTemplates } from './document-templates/index.ts';
import {
  askForRendering,
  DOCUMENT_TABLES,
  type Documents,
  makeDocuments,
  makeNotices,
  makeRendering,
  type Notices,
  RENDER_DOCUMENTS,
} from './documents/index.ts';
import { EVIDENCE_TABLES, makeEvidenceRequests } from './evidence/index.ts';
import { makeOverviews, type Overviews } from './overview/index.ts';
import { makeWaitingTimes, WAIT_TABLES, type WaitingTimes } from './waiting-times/index.ts';

/** Of whom the tables of each room say something, and what is sealed in them. */
export const RECORDS_TABLES: readonly RoomTables[] = [
  ALERT_TABLES,
  CASE_TABLES,
  CHANGE_TABLES,
  CONVERSATION_TABLES,
  DOCUMENT_TABLES,
  EVIDENCE_TABLES,
  WAIT_TABLES,
  CONTACT_TABLES,
  APPOINTMENT_TABLES,
];

/** What the agency holds, for the floors above. */
export type Records = {
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly cases: Cases;
  readonly claims: Claims;
  readonly conversations: Conversations;
  readonly topics: Topics;
  readonly documents: Documents;
  readonly notices: Notices;
  readonly overviews: Overviews;
  readonly waitingTimes: WaitingTimes;
  readonly contacts: Contacts;
  readonly alerts: Alerts;
  readonly appointments: Appointments;
  readonly calendars: Calendars;
};

/** What the agency holds, as a floor without pages. */
export function recordsFloor({
  config: { publicUrl },
  foundation: { agency, languages, database, vault, blobs },
  clock,
  mailer,
  reach,
  log,
}: {
  readonly config: Pick<Config, 'publicUrl'>;
  readonly foundation: Foundation;
  readonly clock: Clock;
  readonly mailer: Mailer;
  /** How to reach whoever has an account. */
  readonly reach: ReachOf;
  readonly log: Logger;
}): Floor & { readonly records: Records } {
  const catalogue = loadCaseCatalogue(agency);
  const templates = loadTemplates(agency.folder, agency.languages);
  const topics = loadTopics(agency);
  const cases = makeCases({ database, vault });
  const conversations = makeConversations({
    database,
    vault,
    clock,
    blobs,
    topics,
    timeZone: agency.timeZone,
  });
  const documents = makeDocuments({ database, vault, clock, blobs });
  const evidence = makeEvidenceRequests({ database, vault });
  const notices = makeNotices({ agency, languages, templates, catalogue, publicUrl });
  const maker = makePdfMaker({ look: paperLook(agency) });
  const rendering = makeRendering({ database, vault, clock, blobs, notices, maker, log });
  const waitingTimes = makeWaitingTimes({ database, clock, catalogue, timeZone: agency.timeZone });
  const contacts = makeContacts({ database, clock, catalogue });
  const alerts = makeAlerts({ database, vault, clock, mailer, reach, log });
  const { timeZone } = agency;
  const rules = loadAppointmentRules(agency, catalogue);
  const calendars = makeCalendars({ database, clock });
  const appointments = makeAppointments({ database, vault, clock, rules, timeZone });
  return {
    records: {
      catalogue,
      templates,
      cases,
      claims: makeClaims({ database, vault, clock }),
      conversations,
      topics,
      documents,
      notices,
      overviews: makeOverviews({
        database,
        vault,
        clock,
        catalogue,
        templates,
        timeZone: agency.timeZone,
      }),
      waitingTimes,
      contacts,
      alerts,
      appointments,
      calendars,
    },
    ...alerts.floor,
    slowJobs: {
      [RENDER_DOCUMENTS]: async (_, stopping) => void (await rendering.renderWaiting(stopping)),
    },
    timed: [
      // What is to be tried again, or needs another language.
      { name: 'render-what-waits', cron: '*/10 * * * *', run: () => askForRendering(database) },
      ...(waitingTimes.floor.timed ?? []),
      ...(alerts.floor.timed ?? []),
    ],
    readings: [...(waitingTimes.floor.readings ?? []), ...(alerts.floor.readings ?? [])],
    restsOnPerson: hasAnyCase,
    shut: calendars.shut,
    unread: countingUnread,
    personalData: [
      { name: 'cases', read: ({ accountId }) => cases.detailsOf(accountId) },
      { name: 'documents', read: ({ accountId }) => documents.detailsOf(accountId) },
      {
        name: 'appointments',
        read: ({ accountId }) => appointments.appointmentsOf(accountId),
        erase: forgetOfNobody,
      },
      { name: 'conversations', read: ({ accountId }) => conversations.detailsOf(accountId) },
      { name: 'evidenceRequests', read: ({ accountId }) => evidence.requestsOf(accountId) },
      { name: 'contact', read: (owner) => contacts.contactOf(owner) },
      ...(alerts.floor.personalData ?? []),
    ],
    close: () => maker.close(),
  };
}
