import { DAY } from '../../platform/clock/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';

const SATURDAY = 6;
const SUNDAY = 0;

/** The day that many working days after another; Saturdays and Sundays are none. */
export function workdaysAfter(day: CalendarDate, workdays: number): CalendarDate {
  let at = Date.parse(day);
  for (let left = workdays; left > 0; ) {
    at += DAY;
    const weekday = new Date(at).getUTCDay();
    if (weekday !== SATURDAY && weekday !== SUNDAY) left -= 1;
  }
  return new Date(at).toISOString().slice(0, 10);
}
