import { z } from 'zod';
import type { Agency } from '../../platform/agency/index.ts';
import { instantOf, isWallTime } from '../../platform/calendar/index.ts';
import { type Clock, DAY, MINUTE } from '../../platform/clock/index.ts';
import { type AppointmentRules, loadAppointmentRules } from '../appointments/index.ts';
import { type CaseCatalogue, loadCaseCatalogue } from '../cases/index.ts';
import { loadTopics, type Topics } from '../conversations/index.ts';
import { loadTemplates, type NoticeTemplates } from '../document-templates/index.ts';

/** What the agency's words are checked against. */
export type IntakeRules = {
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly appointments: AppointmentRules;
  readonly topics: Topics;
  readonly languages: readonly string[];
  readonly clock: Clock;
};

/**
 * What an agency's words are checked against, by what is in its folder.
 * @throws an error that names every fault of a file there
 */
export function intakeRules(agency: Agency, clock: Clock): IntakeRules {
  const catalogue = loadCaseCatalogue(agency);
  return {
    clock,
    catalogue,
    appointments: loadAppointmentRules(agency, catalogue),
    templates: loadTemplates(agency.folder, agency.languages),
    topics: loadTopics(agency),
    languages: agency.languages,
  };
}

/** Something that was said, read; a reason holds nothing personal. */
export type Read<Event> =
  | { readonly is: 'event'; readonly event: Event }
  | { readonly is: 'bad'; readonly reason: string };

export const bad = (reason: string): { readonly is: 'bad'; readonly reason: string } => ({
  is: 'bad',
  reason,
});

const EARLIEST_EVENT = Date.UTC(1950, 0, 1);
/** Leaves room for dates that an agency sets ahead, not for a typing error in the century. */
const FURTHEST_AHEAD = 2 * 366 * DAY;

const FORBIDDEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const FORBIDDEN_IN_LINES = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u;
const FORBIDDEN_FAULT =
  'has a character that is not allowed (control character, broken character or direction override)';

/** A text of one line, normalised. */
export function text(longest: number, forbidden = FORBIDDEN) {
  return z
    .string()
    .refine((value) => value.length <= longest * 2 && [...value].length <= longest, {
      error: `is longer than ${longest} characters`,
      abort: true,
    })
    .refine((value) => value.isWellFormed() && !forbidden.test(value), { error: FORBIDDEN_FAULT })
    .transform((value) => value.normalize('NFC'));
}

/** A text that is not empty. */
export function filledText(longest: number, forbidden = FORBIDDEN) {
  return text(longest, forbidden).refine((value) => value.trim() !== '', { error: 'is empty' });
}

/** A text that is not empty, or one such text for each language; `languageFaults` looks at the languages. */
export function localizedText(longest: number, lines: 'one-line' | 'lines' = 'one-line') {
  const filled = filledText(longest, lines === 'lines' ? FORBIDDEN_IN_LINES : FORBIDDEN);
  return z.union([filled, z.record(z.string(), filled)], {
    error: `must be a text of 1 to ${longest} characters, or one such text for each language`,
  });
}

const LONGEST_NAME = 255;

/** Whether a name names a file of a folder and nothing else, on any system. */
function isPlainName(name: string): boolean {
  return (
    name !== '' &&
    Buffer.byteLength(name) <= LONGEST_NAME &&
    name.isWellFormed() &&
    !name.startsWith('.') &&
    !/[\p{Cc}\u202a-\u202e\u2066-\u2069/\\:]/u.test(name)
  );
}

/** The plain name of a file that comes with what is said. */
export const plainName = z.string().refine(isPlainName, {
  error: `must be the plain name of a file, of at most ${LONGEST_NAME} bytes`,
});

/** What is wrong with the languages in which a text is given. */
export function languageFaults(
  field: string,
  given: string | Readonly<Record<string, string>> | undefined,
  languages: readonly string[],
): string[] {
  if (given === undefined || typeof given === 'string') return [];
  const named = Object.keys(given);
  if (named.length === 0) return [`"${field}" is empty`];
  return named.every((language) => languages.includes(language))
    ? []
    : [`"${field}" is in a language that the agency does not offer`];
}

/** The agency's own id of something. */
export const eventId = z
  .string()
  .regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 printable ASCII characters without spaces');

const Identified = z.object({ id: eventId }).transform(({ id }) => id);

/** The agency's id of something said that could not be read otherwise; null where it has none that could be one. */
export const idOf = (value: unknown): string | null => Identified.safeParse(value).data ?? null;

/** What every kind says. */
export const common = { id: eventId, receipt: z.string(), at: z.string() };

/** What is wrong with a receipt number. */
export function receiptFaults(
  receipt: string,
  { catalogue: { receipts } }: Pick<IntakeRules, 'catalogue'>,
): string[] {
  return receipts.has(receipt)
    ? []
    : [`"receipt" must be written as ${receipts.patterns.join(' or ')} ("#" for a digit)`];
}

const DEEPEST = 16;

/** Whether what came as JSON has more in one another than anything that may be said; what looks at it goes as deep. */
export function isTooDeep(value: unknown, left = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((each) => isTooDeep(each, left - 1));
}

/** Whether every text in what came as JSON may stand on a page and in a file. */
export function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !FORBIDDEN_IN_LINES.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, each]) => isPlain(key) && isPlain(each));
}

/** A value of JSON with the keys of each object in order, so that equal values are equal texts. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => [key, sorted(each)]);
}

/** Names what was written, where it is written as a code is; anything else might be personal data. */
export function quoted(code: string): string {
  return /^[A-Za-z0-9-][A-Za-z0-9_-]{0,39}$/.test(code) ? `"${code}"` : '(not written as a code)';
}

/** What a schema found wrong, without what was said: only names of fields that the schema knows are repeated. */
export function faultsOf(error: z.ZodError, fields: ReadonlySet<PropertyKey>): string {
  return [...new Set(error.issues.map((issue) => describe(issue, fields)))].join('; ');
}

function describe(issue: z.core.$ZodIssue, fields: ReadonlySet<PropertyKey>): string {
  const path = issue.path.filter((part) => fields.has(part)).join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) =>
      /^[a-z][A-Za-z]{0,29}$/.test(key) ? `"${key}"` : '(not written as a name)',
    );
    return `field ${names.join(', ')} is not known${path === '' ? '' : ` in "${path}"`}`;
  }
  if (issue.code === 'invalid_type') {
    if (issue.message.endsWith('received undefined')) return `"${path}" is missing`;
    return `"${path}" is not ${article(issue.expected)}`;
  }
  return `"${path}" ${issue.message}`;
}

function article(expected: string): string {
  if (expected === 'string') return 'a text';
  return expected === 'object' || expected === 'array' ? `an ${expected}` : `a ${expected}`;
}

/** The start of a calendar date in UTC, or null when there is no such date. */
export function calendarDate(written: string): Date | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(written) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day);
  return exists ? date : null;
}

/** What is wrong with a calendar day from 1950 to two years ahead. */
export function dayFaults(field: string, written: string, now: Date): string[] {
  const day = calendarDate(written);
  if (day === null) return [`"${field}" must be a date, such as 2026-12-31`];
  if (day.getTime() < EARLIEST_EVENT) return [`"${field}" is before 1950`];
  return day.getTime() > now.getTime() + FURTHEST_AHEAD ? [`"${field}" is more than two years ahead`] : [];
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Between the clocks of two systems. */
const CLOCKS_DIFFER = 5 * MINUTE;

/** A moment that has come, or what is wrong with it. What is announced for later would count before its day. */
export function pastInstant(written: string, now: Date): Date | string {
  const day = INSTANT.exec(written)?.[1];
  if (day === undefined || calendarDate(day) === null) {
    return 'must be a time with its offset, such as 2026-03-31T09:30:00-04:00';
  }
  const at = new Date(written);
  if (Number.isNaN(at.getTime())) return 'is not a time';
  if (at.getTime() < EARLIEST_EVENT) return 'is before 1950';
  return at.getTime() > now.getTime() + CLOCKS_DIFFER ? 'is in the future' : at;
}

const OFFICE_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})([+-]\d{2}:\d{2}|Z)?$/;

/**
 * A time by the clock of an office, or what is wrong with it. An offset says which one is meant where the clock goes back.
 * @param written such as `2026-12-08T09:00`
 */
export function officeTime(
  written: string,
  zone: string,
  now: Date,
): { readonly startsAt: Date; readonly wallTime: string } | string {
  const [, wallTime = '', offset] = OFFICE_TIME.exec(written) ?? [];
  if (!isWallTime(wallTime)) return "must be a time of the office's clock, such as 2026-12-08T09:00";
  const startsAt = momentOf(wallTime, offset, zone);
  if (typeof startsAt === 'string') return startsAt;
  if (startsAt.getTime() < EARLIEST_EVENT) return 'is before 1950';
  return startsAt.getTime() > now.getTime() + FURTHEST_AHEAD
    ? 'is more than two years ahead'
    : { startsAt, wallTime };
}

function momentOf(wallTime: string, offset: string | undefined, zone: string): Date | string {
  const found = instantOf(wallTime, zone);
  if (found.is === 'skipped') return "is a time over which the office's clock goes forward";
  const moments = found.is === 'instant' ? [found.at] : [found.earlier, found.later];
  if (offset === undefined)
    return moments.length === 1 && moments[0] !== undefined
      ? moments[0]
      : "comes twice by the office's clock: add the offset that is meant, such as -04:00";
  const meant = new Date(`${wallTime}${offset}`).getTime();
  return (
    moments.find((moment) => moment.getTime() === meant) ??
    "has an offset that the office's clock does not have"
  );
}
