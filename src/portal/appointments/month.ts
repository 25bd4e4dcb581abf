import { dayAfter, wallTimeOf } from '../../platform/calendar/index.ts';
import type { FreeTime } from '../../records/appointments/index.ts';

/** The free times of a day, by the clocks of their offices. */
type FreeDay = { readonly day: string; readonly times: readonly FreeTime[] };

/** Free times by their days, each with its own office's date. */
export function byDay(times: readonly FreeTime[]): readonly FreeDay[] {
  const days = Map.groupBy(times, ({ startsAt, zone }) => wallTimeOf(startsAt, zone).slice(0, 10));
  return [...days].map(([day, some]) => ({ day, times: some })).toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

const monthOf = (day: string): string => day.slice(0, 7);

const DAYS_OF_WEEK = 7;

/** The weeks of a month, each from Monday to Sunday; null for days of other months. */
export function weeksOf(month: string): readonly (readonly (string | null)[])[] {
  const first = `${month}-01`;
  // getUTCDay counts from Sunday.
  const before = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % DAYS_OF_WEEK;
  const cells: (string | null)[] = Array.from({ length: before }, () => null);
  for (let day = first; monthOf(day) === month; day = dayAfter(day, 1)) cells.push(day);
  while (cells.length % DAYS_OF_WEEK !== 0) cells.push(null);
  return Array.from({ length: cells.length / DAYS_OF_WEEK }, (_, week) =>
    cells.slice(week * DAYS_OF_WEEK, (week + 1) * DAYS_OF_WEEK),
  );
}
