import { Temporal } from 'temporal-polyfill';
import { DAY } from '../../platform/clock/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';

/** A calendar day as its number from 1970. */
export function dayNumber(date: CalendarDate): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY);
}

export function calendarDay(number: number): CalendarDate {
  return new Date(number * DAY).toISOString().slice(0, 10);
}

/** Today in a time zone. */
export function today(now: Date, timeZone: string): CalendarDate {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** The first day of the month that is so many months before that of a day. */
export function monthBefore(date: CalendarDate, months: number): CalendarDate {
  return Temporal.PlainDate.from(date).with({ day: 1 }).subtract({ months }).toString();
}
