import type { Logger } from 'pino';
import type { Identity } from '../identity/index.ts';
import type { Config } from '../platform/config/index.ts';
import type { Floor, FloorLink } from '../platform/floor/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import type { Mailer } from '../platform/messages/index.ts';
import type { Signals } from '../platform/stream/index.ts';
import { clamdScanner, makeFileCheck } from '../platform/uploads/index.ts';
import type { Alerts } from '../records/alerts/index.ts';
import type { Appointments, Calendars } from '../records/appointments/index.ts';
import type { CaseCatalogue, Cases } from '../records/cases/index.ts';
import type { Claims } from '../records/claims/index.ts';
import type { Contacts } from '../records/contact/index.ts';
import type { Conversations, Topics } from '../records/conversations/index.ts';
import type { NoticeTemplates } from '../records/document-templates/index.ts';
import type { Documents, Notices } from '../records/documents/index.ts';
import type { Overviews } from '../records/overview/index.ts';
import type { WaitingTimes } from '../records/waiting-times/index.ts';
import {
  ALERT_ACTIVITY_LABELS,
  ALERTS,
  alertRoutes,
  bounceRoute,
  endingByPrograms,
  endingRoutes,
} from './alerts/index.ts';
import { APPOINTMENT_ACTIVITY_LABELS, appointmentLetters, appointmentsRoutes } from './appointments/index.ts';
import { CASE_ACTIVITY_LABELS, casesRoutes } from './cases/index.ts';
import { CONTACT_ACTIVITY_LABELS, contactRoutes } from './contact/index.ts';
import { documentsRoutes } from './documents/index.ts';
import { helpRoutes } from './help/index.ts';
import { homeRoutes } from './home/index.ts';
import { INBOX, inboxRoutes } from './inbox/index.ts';
import { liveRoutes } from './live/index.ts';
import { statementRoutes } from './statements/index.ts';
import { statusRoutes } from './status/index.ts';
import { verifyRoutes } from './verify/index.ts';
import { waitingTimesRoutes } from './waiting-times/index.ts';
import { welcomeRoutes } from './welcome/index.ts';

const LINKS: readonly FloorLink[] = [
  { href: '/home', word: 'home.nav-home', visitors: ['signed-in'], place: 10 },
  { href: '/cases', word: 'home.nav-cases', visitors: ['signed-in'], place: 20 },
  { href: '/documents', word: 'documents.nav', visitors: ['signed-in'], place: 30 },
  { href: '/appointments', word: 'appointments.nav', visitors: ['signed-in'], place: 40 },
  { href: INBOX, word: 'inbox.nav', visitors: ['signed-in'], place: 50, counts: 'unread' },
  { href: '/status', word: 'home.nav-status', visitors: ['stranger'], place: 20 },
  { href: '/waiting-times', word: 'waits.nav', visitors: ['stranger'], place: 30 },
  { href: '/help', word: 'home.nav-help', visitors: ['signed-in', 'stranger'], place: 90 },
];

/** The pages for applicants as a floor. */
export function portalFloor(parts: {
  readonly identity: Identity;
  readonly signals: Signals;
  readonly log: Logger;
  readonly config: Pick<Config, 'bounceSecret' | 'clamd'>;
  readonly mailer: Mailer;
  readonly cases: Cases;
  readonly claims: Claims;
  readonly conversations: Conversations;
  readonly topics: Topics;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly overviews: Overviews;
  readonly documents: Documents;
  readonly notices: Notices;
  readonly waitingTimes: WaitingTimes;
  readonly contacts: Contacts;
  readonly alerts: Alerts;
  readonly foundation: Pick<Foundation, 'agency' | 'languages'>;
  readonly appointments: Appointments;
  readonly calendars: Calendars;
}): Floor {
  const { identity, signals, log, foundation, config, mailer, ...records } = parts;
  const checkFiles = makeFileCheck(config.clamd === null ? null : clamdScanner(config.clamd));
  const { agency, languages } = foundation;
  const { alerts } = records;
  return {
    activity: {
      ...ALERT_ACTIVITY_LABELS,
      ...APPOINTMENT_ACTIVITY_LABELS,
      ...CASE_ACTIVITY_LABELS,
      ...CONTACT_ACTIVITY_LABELS,
    },
    links: LINKS,
    accountLinks: [
      { href: '/account/contact', title: 'contact.title', text: ({ t }) => t('contact.account-text') },
      { href: ALERTS, title: 'alerts.title', text: ({ t }) => t('alerts.account-text') },
    ],
    timed: appointmentLetters({ ...identity, ...records, mailer, log }),
    pages: (server) => {
      welcomeRoutes(server);
      helpRoutes(server, identity);
      statementRoutes(server, { agency });
      homeRoutes(server, { ...identity, ...records });
      casesRoutes(server, { ...identity, ...records });
      documentsRoutes(server, { ...identity, ...records });
      appointmentsRoutes(server, { ...records, ...identity });
      inboxRoutes(server, { ...identity, ...records, checkFiles });
      statusRoutes(server, { ...identity, ...records });
      verifyRoutes(server, { ...identity, ...records });
      waitingTimesRoutes(server, records);
      contactRoutes(server, { ...records, ...identity, languages, timeZone: agency.timeZone });
      liveRoutes(server, { ...identity, signals, log });
      alertRoutes(server, { ...identity, alerts });
      endingRoutes(server, { ...identity, alerts });
    },
    api: (server) => {
      endingByPrograms(server, { ...identity, alerts });
      if (config.bounceSecret !== null) bounceRoute(server, { ...records, secret: config.bounceSecret });
    },
  };
}
