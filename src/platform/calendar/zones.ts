import { Temporal } from 'temporal-polyfill';

/** What a clock on a wall says, `YYYY-MM-DDTHH:MM`. */
export type WallTime = string;

/** The moment at which a clock says a time; or why there is no one such moment. */
export type ZonedInstant =
  | { readonly is: 'instant'; readonly at: Date }
  /** The clock goes forward over it. */
  | { readonly is: 'skipped' }
  /** The clock goes back over it, so that it comes twice. */
  | { readonly is: 'twice'; readonly earlier: Date; readonly later: Date };

/** Whether a text is the name of a zone of the IANA database, such as `Europe/Oslo`; an offset alone is none. */
export function isZone(text: string): boolean {
  try {
    return /^[A-Za-z]/.test(text) && new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}

const WALL_TIME = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Whether a text is a time of a clock on some day that there is. */
export function isWallTime(text: string): boolean {
  if (!WALL_TIME.test(text)) return false;
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The moment at which clocks of a zone say a time.
 * @param zone IANA zone
 * @throws where the time is none
 */
export function instantOf(wall: WallTime, zone: string): ZonedInstant {
  const plain = Temporal.PlainDateTime.from(wall, { overflow: 'reject' });
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  if (!earlier.toPlainDateTime().equals(plain)) return { is: 'skipped' };
  const at = new Date(earlier.epochMilliseconds);
  return earlier.epochMilliseconds === later.epochMilliseconds
    ? { is: 'instant', at }
    : { is: 'twice', earlier: at, later: new Date(later.epochMilliseconds) };
}

/** What clocks of a zone say at a moment, to the minute. */
export function wallTimeOf(at: Date, zone: string): WallTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' });
}

/** By how much clocks of a zone are ahead of UTC at a moment, `+05:30`. */
export function offsetOf(at: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).offset;
}

/** The first moment of a day in a zone. */
export function startOfDay(day: string, zone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds);
}

/** The day that many days after another. */
export const dayAfter = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString();
