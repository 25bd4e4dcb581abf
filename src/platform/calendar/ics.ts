import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import { MINUTE } from '../clock/index.ts';
import { instantOf, wallTimeOf } from './zones.ts';

/** Something in a calendar, as the programs of others show it: a title and a place, and nothing of any case. */
export type CalendarEvent = {
  /** The same for life. */
  readonly uid: string;
  /** Rises with each change of it. */
  readonly sequence: number;
  /** When it last changed. */
  readonly changedAt: Date;
  readonly at: Date;
  readonly minutes: number;
  /** IANA zone of the place. */
  readonly zone: string;
  readonly title: string;
  readonly place: string;
  /** The page of it. */
  readonly url: string;
  /** A cancelled one stays, so that calendars which have it take it out. */
  readonly isCancelled: boolean;
};

/**
 * Writes a calendar (RFC 5545, RFC 7986): the same text for the same events.
 * @param name what it is called; none for a file of one event
 */
export function writeCalendar(
  events: readonly CalendarEvent[],
  { language, name = null }: { readonly language: string; readonly name?: string | null },
): string {
  const calendar = ical({
    prodId: { company: 'Portico', product: 'Portico', language: language.toUpperCase() },
    method: ICalCalendarMethod.PUBLISH,
    name,
  });
  calendar.timezone({ name: null, generator: zoneBlock });
  for (const { uid, sequence, changedAt, at, minutes, title, place, url, isCancelled, zone } of events)
    calendar.createEvent({
      id: uid,
      sequence,
      stamp: changedAt,
      lastModified: changedAt,
      ...spanOf(at, minutes, zone),
      summary: title,
      location: place,
      url,
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  return `${calendar.toString()}\r\n`;
}

/** In the wall times of a zone; in UTC where one of them would not say which moment is meant. */
function spanOf(at: Date, minutes: number, zone: string) {
  const end = new Date(at.getTime() + minutes * MINUTE);
  const walls = [at, end].map((each) => `${wallTimeOf(each, zone)}:00`);
  const [startWall = '', endWall = ''] = walls;
  const isClear = walls.every((wall) => isPlain(wall) && instantOf(wall.slice(0, 16), zone).is === 'instant');
  return isClear && zoneBlock(zone) !== null
    ? { start: startWall, end: endWall, timezone: zone }
    : { start: at, end };
}

/** Whether the writer, which reads a wall time by the clock of this machine, writes it as it is. */
function isPlain(wall: string): boolean {
  const [hours, rest] = [Number(wall.slice(11, 13)), Number(wall.slice(14, 16))];
  const read = new Date(wall);
  return read.getHours() === hours && read.getMinutes() === rest;
}

function zoneBlock(zone: string): string | null {
  const [block] = [tzlib_get_ical_block(zone)].flat();
  return block?.startsWith('BEGIN:VTIMEZONE') === true ? block : null;
}
