import { Temporal } from 'temporal-polyfill';
import type { CalendarDate } from '../i18n/index.ts';

/**
 * The day on which a moment falls, where a clock goes by a zone.
 * @param timeZone IANA zone, such as the agency's
 */
export function dayOf(at: Date, timeZone: string): CalendarDate {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** By how many days one day comes before another: 0 on the day itself, negative once it is over. */
export function daysUntil(day: CalendarDate, today: CalendarDate): number {
  return Temporal.PlainDate.from(today).until(Temporal.PlainDate.from(day), { largestUnit: 'days' }).days;
}
