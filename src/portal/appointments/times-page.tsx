import { wallTimeOf } from '../../platform/calendar/index.ts';
import { Alert, Button, EmptyState, Form, Layout, type Page, Select } from '../../platform/ui/index.ts';
import {
  type AppointmentType,
  type FreeMonth,
  type FreeTime,
  hasTime,
  mayMove,
  type OwnAppointment,
} from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { byDay, weeksOf } from './month.ts';
import { appointmentPath } from './paths.ts';
import { AskOffice, sayMove } from './rules-text.tsx';
import { officeName, sayWhen, typeName } from './when.tsx';

/** Which of the free times are shown. */
export type TimesFilter = {
  readonly month: string | null;
  readonly day: string | null;
  readonly office: string | null;
};

export type TimesView = {
  readonly page: Page;
  readonly found: OwnAppointment;
  readonly type: AppointmentType;
  readonly catalogue: CaseCatalogue;
  readonly free: FreeMonth;
  readonly filter: TimesFilter;
  /** The next free times, where the one that was chosen was somebody else's by then; null where it was not. */
  readonly next: readonly FreeTime[] | null;
};

/** How many of the next free times are shown to whoever just missed one. */
export const NEXT_TIMES = 10;

/** The free times of a month, as a calendar and as a list under it. */
export function TimesPage({ page, found, type, catalogue, free, filter, next }: TimesView) {
  const { t } = page.words;
  const isMove = found.state === 'fixed';
  const title = isMove ? t('appointments.times-move') : t('appointments.times-title');
  const isGone = next !== null;
  const { month } = free;
  const hasMany = found.offices.length > 1;
  return (
    <Layout page={page} title={title} width="wide" error={isGone}>
      {isGone ? (
        <Alert page={page} kind="error" title={t('appointments.gone-title')}>
          {next.length === 0 ? null : <p>{t('appointments.gone-text')}</p>}
        </Alert>
      ) : null}
      <p class="portico-caption">
        <a href={appointmentPath(found.id)}>{t('appointments.back')}</a>
      </p>
      <h1>{title}</h1>
      <p class="portico-lead">{typeName(page, type)}</p>
      {isMove && hasTime(found) ? (
        <>
          <p>{t('appointments.times-now', { when: sayWhen(page, found.startsAt, found.zone) })}</p>
          <p>{sayMove(page, mayMove(found, type, page.now), found)}</p>
        </>
      ) : null}
      {hasMany ? <OfficeFilter page={page} found={found} filter={filter} catalogue={catalogue} /> : null}
      {month === null ? (
        <>
          <EmptyState title={t('appointments.none-title')}>
            <p>{t('appointments.none-text')}</p>
          </EmptyState>
          <AskOffice page={page} found={found} type={type} />
        </>
      ) : (
        <Form page={page} action={appointmentPath(found.id, 'times')}>
          {isGone ? <NextTimes page={page} times={next} catalogue={catalogue} /> : null}
          <p>{t('appointments.times-zone')}</p>
          <MonthLinks page={page} found={found} filter={filter} free={free} />
          <MonthTable page={page} found={found} filter={filter} month={month} days={free.days} />
          {byDay(free.times).map((each) => (
            <Day
              key={each.day}
              page={page}
              found={each}
              nameOf={hasMany && filter.office === null ? (code) => officeName(page, code, catalogue) : null}
            />
          ))}
        </Form>
      )}
    </Layout>
  );
}

function OfficeFilter({
  page,
  found,
  filter,
  catalogue,
}: Pick<TimesView, 'page' | 'found' | 'filter' | 'catalogue'>) {
  const { t } = page.words;
  return (
    <form class="portico-filter" method="get" action={appointmentPath(found.id, 'times')}>
      <Select
        name="office"
        label={t('appointments.office')}
        placeholder={t('appointments.office-all')}
        options={found.offices.map((office) => ({
          value: office,
          label: officeName(page, office, catalogue),
        }))}
        value={filter.office ?? ''}
      />
      <Button kind="secondary">{t('appointments.office-show')}</Button>
    </form>
  );
}

type Around = Pick<TimesView, 'page' | 'found' | 'filter'>;

/** Where other times of an appointment are shown. */
function timesPath(
  { found, filter }: Pick<Around, 'found' | 'filter'>,
  to: { month: string; day?: string },
): string {
  const office = filter.office === null ? {} : { office: filter.office };
  const query = new URLSearchParams({ ...to, ...office });
  return `${appointmentPath(found.id, 'times')}?${query}`;
}

function MonthLinks({ free, ...around }: Around & Pick<TimesView, 'free'>) {
  const { t, month: nameOf } = around.page.words;
  const link = (month: string | null, word: 'appointments.month-before' | 'appointments.month-after') =>
    month === null ? null : <a href={timesPath(around, { month })}>{t(word, { month: nameOf(month) })}</a>;
  return (
    <p class="portico-month__links">
      {link(free.previous, 'appointments.month-before')} {link(free.next, 'appointments.month-after')}
    </p>
  );
}

/** The days of a month; those with free times lead to them. */
function MonthTable({
  month,
  days,
  ...around
}: Around & { readonly month: string; readonly days: FreeMonth['days'] }) {
  const { page } = around;
  const { t, month: nameOf, weekdayName, calendarDate } = page.words;
  const weeks = weeksOf(month);
  const full = weeks[1] ?? [];
  const free = new Map(days.map(({ day, count }) => [day, count]));
  return (
    <table class="portico-month">
      <caption>
        {nameOf(month)}
        <span class="usa-sr-only">. {t('appointments.calendar')}</span>
      </caption>
      <thead>
        <tr>
          {full.map((day) => (
            <th scope="col" key={day} abbr={day === null ? '' : weekdayName(day, 'long')}>
              {day === null ? '' : weekdayName(day, 'short')}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find((day) => day !== null)}>
            {week.map((day, at) => {
              const count = day === null ? undefined : free.get(day);
              return (
                <td key={day ?? at} {...(count === undefined ? {} : { class: 'portico-month__free' })}>
                  {day === null ? null : count === undefined ? (
                    <span>{Number(day.slice(8))}</span>
                  ) : (
                    <a href={`${timesPath(around, { month, day })}#day-${day}`}>
                      <span aria-hidden="true">{Number(day.slice(8))}</span>
                      <span class="usa-sr-only">{calendarDate(day)}, </span>
                      <small>{t('appointments.day-free', { count })}</small>
                    </a>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Day({
  page,
  found: { day, times },
  nameOf,
}: {
  readonly page: Page;
  readonly found: ReturnType<typeof byDay>[number];
  /** The name of an office; null where all times are of one. */
  readonly nameOf: ((office: string) => string) | null;
}) {
  const { weekday, wallTime } = page.words;
  return (
    <section class="portico-day" aria-labelledby={`day-${day}`}>
      <h2 id={`day-${day}`} tabIndex={-1}>
        {weekday(day)}
      </h2>
      <ul class="portico-times">
        {times.map(({ id, startsAt, zone, office }) => (
          <li key={id}>
            <Button name="slot" value={id} kind="secondary">
              {wallTime(wallTimeOf(startsAt, zone).slice(11))}
              {nameOf === null ? null : <span class="portico-times__office">{nameOf(office)}</span>}
              <span class="usa-sr-only">, {weekday(day)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NextTimes({
  page,
  times,
  catalogue,
}: Pick<TimesView, 'page' | 'catalogue'> & { readonly times: readonly FreeTime[] }) {
  const { t } = page.words;
  return (
    <section>
      <h2>{t('appointments.next-free')}</h2>
      <ul class="portico-times portico-times--next">
        {times.map(({ id, startsAt, zone, office }) => (
          <li key={id}>
            <Button name="slot" value={id} kind="secondary">
              {sayWhen(page, startsAt, zone)}
              <span class="portico-times__office">{officeName(page, office, catalogue)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
