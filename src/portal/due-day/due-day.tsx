import { dayOf, daysUntil } from '../../platform/calendar/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import type { Page } from '../../platform/ui/index.ts';

/** From so few days on a day is near. */
const NEAR = 7;

type DayView = { readonly page: Page; readonly day: CalendarDate };

/** The last day for something, and how many days are left of the agency's days. */
export function DueDay({ page, dueOn }: { readonly page: Page; readonly dueOn: CalendarDate }) {
  const { t, calendarDate } = page.words;
  const days = daysTo({ page, day: dueOn });
  return (
    <>
      {t('home.due', { date: calendarDate(dueOn) })}{' '}
      <DaysLeft days={days}>
        {days >= 0 ? t('home.days-left', { days }) : t('home.overdue', { days: -days })}
      </DaysLeft>
    </>
  );
}

/** The day on which a person has to come, and in how many of the agency's days it is. */
export function ComingDay({ page, day }: DayView) {
  const { t, weekday } = page.words;
  const days = daysTo({ page, day });
  return (
    <>
      {t('home.coming', { day: weekday(day) })}{' '}
      <DaysLeft days={days}>{t('home.days-until', { days: Math.max(0, days) })}</DaysLeft>
    </>
  );
}

const daysTo = ({ page, day }: DayView): number => daysUntil(day, dayOf(page.now, page.agency.timeZone));

function DaysLeft({ days, children }: { readonly days: number; readonly children: string }) {
  return <span class={days <= NEAR ? 'portico-days portico-days--near' : 'portico-days'}>{children}</span>;
}
