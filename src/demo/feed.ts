import { join } from 'node:path';
import { z } from 'zod';
import { type Agency, AgencyFaults, readAgencyFile, readAgencyText } from '../platform/agency/index.ts';
import { DAY } from '../platform/clock/index.ts';

const CalendarFile = z.strictObject({
  /** The day on which the demonstration was written. */
  today: z.iso.date(),
});

export const FEED = 'demo/feed.ndjson';
const WEEK = 7 * DAY;
const CALENDAR_DAY = /^\d{4}-\d{2}-\d{2}$/;
/** A time by the clock of an office. */
const WALL_TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
/** A day within a text, which is put into words. */
const DAY_IN_TEXT = /\{(\d{4}-\d{2}-\d{2})\}/g;
/** Of which dates do not move: when a person was born. */
const STAYS = 'person';

/**
 * The lines of the demonstration's feed as if they had been written on a day: all dates move by whole weeks, so that each
 * stays on its day of the week, and the newest are a few days old on any day.
 * @param firstDay when the demonstration began, `YYYY-MM-DD`
 */
export function* demoLines(
  { folder, languages }: Pick<Agency, 'folder' | 'languages'>,
  firstDay: string,
): Generator<string> {
  const { today } = readAgencyFile(folder, join('demo', 'calendar.json'), CalendarFile);
  const weeks = Math.floor((Date.parse(firstDay) - Date.parse(today)) / WEEK) * WEEK;
  const moved = (text: string): Date => new Date(Date.parse(text) + weeks);
  const movedDay = (text: string): string => moved(text).toISOString().slice(0, 10);

  const move = (value: unknown, language: string): unknown => {
    if (typeof value === 'string') {
      if (CALENDAR_DAY.test(value)) return movedDay(value);
      if (INSTANT.test(value)) return moved(value).toISOString();
      const [, day, time] = WALL_TIME.exec(value) ?? [];
      if (day !== undefined) return `${movedDay(day)}${time}`;
      return value.replaceAll(DAY_IN_TEXT, (_, day: string) => inWords(movedDay(day), language));
    }
    if (Array.isArray(value)) return value.map((each) => move(each, language));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        key === STAYS ? each : move(each, languages.includes(key) ? key : language),
      ]),
    );
  };
  const [language = 'en'] = languages;
  for (const [at, line] of readAgencyText(folder, FEED).split('\n').entries())
    if (line !== '') yield JSON.stringify(move(parsed(line, at, folder), language));
}

function parsed(line: string, at: number, folder: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new AgencyFaults([{ file: FEED, reason: `line ${at + 1}: is not valid JSON` }], folder);
  }
}

const inWords = (day: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day));
