import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Notices } from '../../identity/core/notices/index.ts';
import type { Policy } from '../../identity/core/policy/index.ts';
import { type Asking, turnAway, unlessUnderAlarm } from '../../identity/session/alarm/index.ts';
import { signedIn } from '../../identity/session/sessions/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import { writeCalendar } from '../../platform/calendar/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { errorPage, note, type PageScope, typedFields } from '../../platform/http/index.ts';
import { Alert, Button, CopyButton, Form, Layout, type Page } from '../../platform/ui/index.ts';
import {
  type Appointments,
  type Calendar,
  type Calendars,
  hasTime,
} from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { calendarEvent } from './calendar-event.ts';
import { APPOINTMENTS, CALENDARS, calendarPath } from './paths.ts';

export type CalendarsParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly notices: Notices;
  readonly appointments: Appointments;
  readonly calendars: Calendars;
  readonly catalogue: CaseCatalogue;
  readonly publicUrl: URL;
  readonly policy: Pick<Policy, 'requests'>;
};

const Address = z.object({ token: z.string().regex(/^[\w-]{43}$/) });

/** Private addresses of calendars: the page that makes and stops them, and what programs read at them. */
export function calendarRoutes(app: PageScope, parts: CalendarsParts): void {
  const { calendars, appointments, catalogue, publicUrl } = parts;
  const rateLimit = { max: parts.policy.requests.account };

  app.get(
    CALENDARS,
    signedIn(
      async ({ accountId }, request, reply) =>
        reply.page(
          <CalendarsPage
            page={request.page(reply)}
            calendars={await calendars.list(accountId)}
            fresh={null}
          />,
        ),
      { stepUp: true },
    ),
  );

  app.post(
    CALENDARS,
    signedIn(
      async (session, request, reply) => {
        const { accountId } = session;
        const { remove } = typedFields(request.body);
        if (remove !== undefined) {
          const removed = await removeCalendar(parts, session, remove);
          return removed.is === 'removed' ? reply.redirect(CALENDARS, 303) : turnAway(removed, reply);
        }
        const added = await addCalendar(parts, session, request.words.language);
        if (added.is !== 'added') return turnAway(added, reply);
        const { token } = added;
        note(request, { outcome: token === null ? 'as-many-as-may-be' : 'added' });
        const fresh = token === null ? 'too-many' : new URL(calendarPath(token), publicUrl);
        const page = request.page(reply);
        return reply.page(
          <CalendarsPage page={page} calendars={await calendars.list(accountId)} fresh={fresh} />,
          token === null ? 422 : 200,
        );
      },
      { rateLimit, stepUp: true },
    ),
  );

  app.get('/calendars/:token.ics', { config: { access: 'anyone' } }, async (request, reply) => {
    const { data } = Address.safeParse(request.params);
    const opened = data === undefined ? null : await calendars.open(data.token);
    if (opened === null) return errorPage(request, reply, 404);
    const page = request.page(reply);
    const words = page.languages.find(({ language }) => language === opened.language) ?? page.words;
    const all = await appointments.appointmentsOf(opened.accountId);
    const events = all.flatMap((found) => {
      const type = appointments.rules.types.get(found.type);
      return type === undefined || !hasTime(found)
        ? []
        : [calendarEvent(words, found, type, { catalogue, publicUrl })];
    });
    const agency = inLanguage(page.agency.shortName, words.language);
    const text = writeCalendar(events, {
      language: words.language,
      name: words.t('appointments.calendars-name', { agency }),
    });
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    reply.headers({ etag, 'cache-control': 'private, no-cache', 'referrer-policy': 'no-referrer' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('text/calendar; charset=utf-8').send(text);
  });
}

type Asked = Pick<CalendarsParts, 'database' | 'clock' | 'notices' | 'calendars'>;

/** Makes an address, of which every address of the account hears; null as its token where there are as many as may be. */
const addCalendar = ({ database, clock, notices, calendars }: Asked, asking: Asking, language: string) =>
  unlessUnderAlarm(database, asking, async (transaction) => {
    const { accountId } = asking;
    const token = await calendars.add(transaction, accountId, language);
    if (token !== null) {
      await notices.send(transaction, accountId, { is: 'calendar-added' });
      await recordSecurityEvent(transaction, clock, { kind: 'calendar-added', accountId });
    }
    return { is: 'added', token } as const;
  });

const removeCalendar = ({ database, clock, calendars }: Asked, asking: Asking, id: string) =>
  unlessUnderAlarm(database, asking, async (transaction) => {
    const { accountId } = asking;
    if (await calendars.remove(transaction, accountId, id))
      await recordSecurityEvent(transaction, clock, { kind: 'calendar-removed', accountId });
    return { is: 'removed' } as const;
  });

/** The calendars that may read a person's appointments; a new one's address is shown this once. */
function CalendarsPage({
  page,
  calendars,
  fresh,
}: {
  readonly page: Page;
  readonly calendars: readonly Calendar[];
  readonly fresh: URL | 'too-many' | null;
}) {
  const { t, date, dateTime } = page.words;
  return (
    <Layout page={page} title={t('appointments.calendars')} error={fresh === 'too-many'}>
      <p class="portico-caption">
        <a href={APPOINTMENTS}>{t('appointments.all')}</a>
      </p>
      {fresh === 'too-many' ? (
        <Alert page={page} kind="error" title={t('appointments.calendars-many')} />
      ) : null}
      <h1>{t('appointments.calendars')}</h1>
      <p>{t('appointments.calendars-text')}</p>
      {fresh instanceof URL ? (
        <Alert page={page} kind="success" title={t('appointments.calendars-new')}>
          <p>{t('appointments.calendars-new-text')}</p>
          <p>
            <code id="calendar-address" class="portico-calendar__address">
              {fresh.href}
            </code>
          </p>
          <CopyButton page={page} from="calendar-address" />
        </Alert>
      ) : null}
      <p>{t('appointments.calendars-secret')}</p>
      <p>{t('appointments.calendars-late')}</p>
      {calendars.length === 0 ? null : (
        <section>
          <h2>{t('appointments.calendars-list')}</h2>
          <ul class="portico-entries">
            {calendars.map(({ id, createdAt, lastReadAt }) => (
              <li class="portico-entry" key={id}>
                <div class="portico-entry__what">
                  <p class="portico-entry__name">
                    {t('appointments.calendars-made', { date: date(createdAt) })}
                  </p>
                  <p class="portico-entry__facts">
                    {lastReadAt === null
                      ? t('appointments.calendars-unread')
                      : t('appointments.calendars-read', { when: dateTime(lastReadAt) })}
                  </p>
                </div>
                <Form page={page} action={CALENDARS}>
                  <Button kind="quiet" name="remove" value={id}>
                    {t('appointments.calendars-remove')}
                  </Button>
                </Form>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Form page={page} action={CALENDARS}>
        <Button>{t('appointments.calendars-add')}</Button>
      </Form>
    </Layout>
  );
}
