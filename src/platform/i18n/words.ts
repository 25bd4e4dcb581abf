import { IntlMessageFormat } from 'intl-messageformat';
import type { ComponentChildren } from 'preact';
import type { WordArguments, WordKey } from '../../../locales/words.d.ts';
import { type Catalogue, REFERENCE_LANGUAGE } from './catalogue.ts';
import { OTHER_COUNTRY } from './countries.ts';

export type { WordArguments, WordKey } from '../../../locales/words.d.ts';

/** The keys whose message takes no argument: safe to hand about and say later. */
export type PlainWordKey = {
  [K in WordKey]: WordArguments[K] extends Record<string, never> ? K : never;
}[WordKey];

/** The keys whose message takes a count alone. */
export type CountedWordKey = {
  [K in WordKey]: WordArguments[K] extends Record<string, never>
    ? never
    : { readonly count: number } extends WordArguments[K]
      ? K
      : never;
}[WordKey];

type Rest<K extends WordKey> = WordArguments[K] extends Record<string, never> ? [] : [WordArguments[K]];

/** How a person writes a calendar date that has no time and no zone: `YYYY-MM-DD`. */
export type CalendarDate = string;

/** One language: its words, and how it writes dates, times, lists and country names. */
export type Words = {
  /** BCP 47 tag, such as `es`. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** What the language calls itself, such as `Español`. */
  readonly name: string;
  /** The message of a key, its arguments filled in. */
  t<K extends WordKey>(key: K, ...rest: Rest<K>): string;
  /** The message of a key whose text carries tags such as `<link>…</link>`; each tag is drawn by its function. */
  rich(
    key: WordKey,
    values: Record<string, string | number | Date | ((chunks: ComponentChildren) => ComponentChildren)>,
  ): ComponentChildren;
  /** Whether a text is the key of a message that takes no argument. */
  knows(key: string): key is PlainWordKey;
  /** `12 March 2026`, in the agency's time zone. */
  date(at: Date): string;
  /** A date that has no zone, such as a birth date. */
  calendarDate(date: CalendarDate): string;
  /** The same with its weekday. */
  weekday(date: CalendarDate): string;
  /** The weekday of a date alone. */
  weekdayName(date: CalendarDate, style: 'long' | 'short'): string;
  /** `14:05`, in the agency's time zone. */
  time(at: Date): string;
  /** A time of a clock on some wall, `HH:MM`, that has no zone. */
  wallTime(time: string): string;
  /** The name of the time that clocks of a zone show at a moment, such as `Eastern Standard Time`. */
  zoneName(at: Date, zone: string): string;
  /** The name of a language. */
  languageName(code: string): string;
  /** `December 2026`, of a month `YYYY-MM`. */
  month(month: string): string;
  /** Date and time together, in the agency's time zone. */
  dateTime(at: Date): string;
  /** The same to the second, with the short name of the zone. */
  exactTime(at: Date): string;
  /** A moment for whoever reads it anywhere: date, time, and the zone they are in. */
  moment(at: Date): string;
  /** Names of the twelve months, January first. */
  readonly months: readonly string[];
  /** The name of a country of the list. */
  country(code: string): string;
  /** `a, b and c` */
  list(items: readonly string[]): string;
  /** `40 seconds`, `12 minutes`, `3 hours`: the largest unit that keeps it honest, rounded up. */
  duration(seconds: number): string;
};

type Values = Readonly<Record<string, string | number | Date>>;

const RTL = new Set(['ar', 'fa', 'he', 'ur', 'ps']);
const MONTH_IN_2000 = (month: number) => new Date(Date.UTC(2000, month, 15));

/** Told of a word that a language lacks. */
export type MissingWord = (key: string, language: string) => void;

/** What a language falls back to. */
type Fallback = { readonly reference: Catalogue; readonly missing: MissingWord };

/**
 * Builds one language from its catalogue. A word that it lacks is said in the reference language, or else by its key:
 * a page with one foreign word helps more than none.
 * @param timeZone IANA zone in which the agency's times are shown
 * @throws when a message is not valid ICU, with its key
 */
export function makeWords(
  language: string,
  catalogue: Catalogue,
  timeZone: string,
  { reference, missing }: Fallback = { reference: new Map(), missing: () => {} },
): Words {
  const formats = new Map<string, Message>();
  for (const [key, message] of catalogue) formats.set(key, readKeyed(key, message, language));
  const lacking = new Map<string, Message>();
  for (const [key, message] of reference)
    if (!formats.has(key)) lacking.set(key, readKeyed(key, message, REFERENCE_LANGUAGE));
  const told = new Set<string>();
  const find = (key: string): Message => {
    const found = formats.get(key);
    if (found !== undefined) return found;
    if (told.size !== told.add(key).size) missing(key, language);
    return lacking.get(key) ?? key;
  };
  const format = (key: string, values?: Values): string => {
    const found = find(key);
    if (typeof found === 'string') return found;
    return typeof found === 'function' ? found(values ?? {}) : String(found.format(values));
  };
  const zoned = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, timeZone });
  const dateFormat = zoned({ dateStyle: 'long' });
  const timeFormat = zoned({ timeStyle: 'short' });
  const dateTimeFormat = zoned({ dateStyle: 'long', timeStyle: 'short' });
  const exactTimeFormat = zoned({ dateStyle: 'long', timeStyle: 'long' });
  const momentFormat = zoned({
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'long',
  });
  const calendarFormat = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  const weekdayFormat = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' });
  const longWeekdayFormat = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  const shortWeekdayFormat = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  const wallTimeFormat = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' });
  const monthFormat = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
  const wholeMonthFormat = new Intl.DateTimeFormat(language, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const languageNames = new Intl.DisplayNames(language, { type: 'language' });
  const regions = new Intl.DisplayNames(language, { type: 'region' });
  const lists = new Intl.ListFormat(language, { type: 'conjunction' });
  const units = {
    second: new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'long' }),
    minute: new Intl.NumberFormat(language, { style: 'unit', unit: 'minute', unitDisplay: 'long' }),
    hour: new Intl.NumberFormat(language, { style: 'unit', unit: 'hour', unitDisplay: 'long' }),
  };
  return {
    language,
    name: capitalised(
      new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language,
      language,
    ),
    direction: RTL.has(language.split('-')[0] ?? language) ? 'rtl' : 'ltr',
    t: (key, ...rest) => format(key, rest[0]),
    rich: (key, values) => {
      const found = find(key);
      if (typeof found === 'string') return found;
      return typeof found === 'function' ? found(values) : found.format<ComponentChildren>(values as never);
    },
    knows: (key): key is PlainWordKey => typeof (formats.get(key) ?? lacking.get(key)) === 'string',
    date: remembered((at) => dateFormat.format(at)),
    calendarDate: (date) => calendarFormat.format(new Date(`${date}T00:00:00Z`)),
    weekday: (date) => weekdayFormat.format(new Date(`${date}T00:00:00Z`)),
    weekdayName: (date, style) =>
      (style === 'long' ? longWeekdayFormat : shortWeekdayFormat).format(new Date(`${date}T00:00:00Z`)),
    time: (at) => timeFormat.format(at),
    wallTime: (time) => wallTimeFormat.format(new Date(`2000-01-01T${time}:00Z`)),
    zoneName: (at, timeZone) =>
      new Intl.DateTimeFormat(language, { timeZone, timeZoneName: 'long' })
        .formatToParts(at)
        .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone,
    languageName: (code) => languageNames.of(code) ?? code,
    month: (month) => wholeMonthFormat.format(new Date(`${month}-01T00:00:00Z`)),
    dateTime: (at) => dateTimeFormat.format(at),
    exactTime: (at) => exactTimeFormat.format(at),
    moment: (at) => momentFormat.format(at),
    months: Array.from({ length: 12 }, (_, month) => monthFormat.format(MONTH_IN_2000(month))),
    country: (code) => (code === OTHER_COUNTRY ? format('ui.other-country') : (regions.of(code) ?? code)),
    list: (items) => lists.format(items),
    duration: (seconds) => {
      if (seconds <= 90) return units.second.format(Math.ceil(seconds));
      if (seconds <= 90 * 60) return units.minute.format(Math.ceil(seconds / 60));
      return units.hour.format(Math.ceil(seconds / 3600));
    },
  };
}

/** A message as it is said: as it stands, with its arguments put in as they are, or by the rules of ICU. */
type Message = string | ((values: Readonly<Record<string, unknown>>) => string) | IntlMessageFormat;

function readKeyed(key: string, message: string, language: string): Message {
  try {
    return readMessage(message, language);
  } catch (error) {
    throw new Error(`${key} in ${language}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Most messages that take arguments only have them put in, for which ICU is slow. */
function readMessage(message: string, language: string): Message {
  if (!/[{<'#]/.test(message)) return message;
  if (!/^(?:[^{}<'#]|\{\w+\})+$/.test(message)) return new IntlMessageFormat(message, language);
  const parts = message.split(/\{(\w+)\}/);
  return (values) => parts.map((part, at) => (at % 2 === 0 ? part : String(values[part]))).join('');
}

const REMEMBERED = 5_000;

/** Formats each instant once: pages show the same few over and over, and formatting is slow. */
function remembered(format: (at: Date) => string): (at: Date) => string {
  const known = new Map<number, string>();
  return (at) => {
    const time = at.getTime();
    const text = known.get(time) ?? format(at);
    if (known.size >= REMEMBERED) known.clear();
    known.set(time, text);
    return text;
  };
}

function capitalised(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
