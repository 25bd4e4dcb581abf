import { dayOf, daysUntil } from '../../platform/calendar/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import type { Page } from '../../platform/ui/index.ts';

/** From so few days on a day is near. */
const NEAR = 7;

/** The last day for something, and how many days are left of the agency's days. */
export function DueDay({ page, dueOn }: { readonly page: Page; readonly dueOn: CalendarDate }) {
  const { t, calendarDate } = page.words;
  const days = daysUntil(dueOn, dayOf(page.now, page.agency.timeZone));
  return (
    <>
      {t('home.due', { date: calendarDate(dueOn) })}{' '}
      <span class={days <= NEAR ? 'portico-days portico-days--near' : 'portico-days'}>
        {days >= 0 ? t('home.days-left', { days }) : t('home.overdue', { days: -days })}
      </span>
    </>
  );
}
