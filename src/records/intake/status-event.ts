import { z } from 'zod';
import { type Clock, DAY } from '../../platform/clock/index.ts';
import { COUNTRIES } from '../../platform/i18n/index.ts';
import {
  allows,
  type CaseCatalogue,
  type Detail,
  isReceipt,
  normaliseAccessCode,
  type RecordedPerson,
} from '../cases/index.ts';

/** That a case came to a status, as the agency says it, checked. */
export type StatusEvent = {
  readonly id: string;
  readonly receipt: string;
  readonly form: string;
  readonly at: Date;
  readonly status: string;
  readonly detail: Detail | null;
  readonly person: RecordedPerson;
  readonly accessCode: string | null;
  /** The code of the office that has the case from then on; null where it is not said. */
  readonly office: string | null;
};

export type ReadEvent =
  | { readonly is: 'event'; readonly event: StatusEvent }
  /** Why it is refused, in words that hold nothing personal. */
  | { readonly is: 'bad'; readonly reason: string };

/** What the agency's words are checked against. */
export type IntakeRules = {
  readonly catalogue: CaseCatalogue;
  readonly receiptPrefix: string;
  readonly languages: readonly string[];
  readonly clock: Clock;
};

const NAME_LENGTH = 200;
const DETAIL_LENGTH = 2000;
const OLDEST_YEAR = 1900;
const EARLIEST_EVENT = Date.UTC(1950, 0, 1);
/** Leaves room for dates that an agency sets ahead, not for a typing error in the century. */
const FURTHEST_AHEAD = 2 * 366 * DAY;

const LETTER = /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}]/u;
const FORBIDDEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const FORBIDDEN_IN_LINES = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u;

function text(longest: number, forbidden = FORBIDDEN) {
  return z
    .string()
    .refine((value) => value.length <= longest * 2 && [...value].length <= longest, {
      error: `is longer than ${longest} characters`,
      abort: true,
    })
    .refine((value) => value.isWellFormed() && !forbidden.test(value), {
      error:
        'has a character that is not allowed (control character, broken character or direction override)',
    })
    .transform((value) => value.normalize('NFC'));
}

const detailText = text(DETAIL_LENGTH, FORBIDDEN_IN_LINES).refine((value) => value.trim() !== '', {
  error: 'is empty',
});

const Event = z.strictObject({
  id: z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 printable ASCII characters without spaces'),
  receipt: z.string(),
  form: z.string(),
  at: z.string(),
  status: z.string(),
  detail: z
    .union([detailText, z.record(z.string(), detailText)], {
      error: `must be a text of 1 to ${DETAIL_LENGTH} characters, or one such text for each language`,
    })
    .optional(),
  person: z.strictObject({
    family: text(NAME_LENGTH),
    given: text(NAME_LENGTH),
    born: z.string(),
    birthCountry: z.string(),
    agencyNumber: z
      .string()
      .regex(/^[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){3,19}$/, 'must be 4 to 20 letters and digits')
      .optional(),
  }),
  accessCode: z
    .string()
    .max(64, 'is longer than 64 characters')
    .refine((code) => /^[A-Za-z0-9 -]*$/.test(code) && normaliseAccessCode(code).length >= 8, {
      error: 'must have at least 8 letters and digits',
    })
    .optional(),
  office: z.string().optional(),
});

const FIELDS: ReadonlySet<PropertyKey> = new Set([
  ...Object.keys(Event.shape),
  ...Object.keys(Event.shape.person.shape),
]);

/** Reads an event of any origin. Never throws; a reason never repeats what the event says of a person. */
export function readStatusEvent(value: unknown, rules: IntakeRules): ReadEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('not a JSON object');
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad([...new Set(parsed.error.issues.map(describe))].join('; '));
  const { detail, accessCode, at, person, office = null, ...rest } = parsed.data;
  const faults = [...caseFaults(parsed.data, rules), ...personFaults(person, rules)];
  if (typeof detail === 'object') {
    const given = Object.keys(detail);
    if (given.length === 0) faults.push('"detail" is empty');
    if (given.some((language) => !rules.languages.includes(language))) {
      faults.push('"detail" is in a language that the agency does not offer');
    }
  }
  const time = instant(at, rules.clock.now());
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  if (faults.length > 0 || typeof time === 'string') return bad(faults.join('; '));
  return {
    is: 'event',
    event: { ...rest, at: time, person, detail: detail ?? null, accessCode: accessCode ?? null, office },
  };
}

/** All that an event says, as one text: equal for equal events, however their JSON is written. */
export function canonical(event: StatusEvent): string {
  const { family, given, born, birthCountry, agencyNumber } = event.person;
  const detail =
    event.detail === null || typeof event.detail === 'string'
      ? event.detail
      : Object.entries(event.detail).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    event.id,
    event.receipt,
    event.form,
    event.at.getTime(),
    event.status,
    detail,
    [family, given, born, birthCountry, agencyNumber ?? null],
    event.accessCode,
    // Left out where there is none, so that events of before there were offices are known again.
    ...(event.office === null ? [] : [event.office]),
  ]);
}

function caseFaults(
  event: {
    readonly receipt: string;
    readonly form: string;
    readonly status: string;
    readonly office?: string | undefined;
  },
  { catalogue, receiptPrefix }: IntakeRules,
): string[] {
  const faults: string[] = [];
  if (!isReceipt(event.receipt, receiptPrefix))
    faults.push(`"receipt" must be ${receiptPrefix} and 10 digits`);
  const form = catalogue.forms.get(event.form);
  const status = catalogue.statuses.get(event.status);
  if (form === undefined) faults.push(`form ${quoted(event.form)} is not known`);
  if (status === undefined) faults.push(`status ${quoted(event.status)} is not known`);
  if (form !== undefined && status !== undefined && !allows(form, status)) {
    faults.push(`status "${status.code}" is not one of form "${form.code}"`);
  }
  if (event.office !== undefined && !catalogue.offices.has(event.office)) {
    faults.push(`office ${quoted(event.office)} is not known`);
  }
  return faults;
}

function personFaults(person: RecordedPerson, { clock }: IntakeRules): string[] {
  const faults: string[] = [];
  if (!LETTER.test(person.given) && !LETTER.test(person.family)) {
    faults.push('"person" must have a family or a given name');
  }
  const born = calendarDate(person.born);
  if (born === null || born.getUTCFullYear() < OLDEST_YEAR) {
    faults.push('"person.born" must be a date, such as 1990-12-31');
  } else if (born > clock.now()) faults.push('"person.born" is in the future');
  if (!COUNTRIES.has(person.birthCountry)) {
    faults.push('"person.birthCountry" must be a country code of two letters (ISO 3166-1)');
  }
  return faults;
}

const bad = (reason: string): ReadEvent => ({ is: 'bad', reason });

/** Names what was written, where it is written as a code is; anything else might be personal data. */
function quoted(code: string): string {
  return /^[A-Za-z0-9-]{1,40}$/.test(code) ? `"${code}"` : '(not written as a code)';
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.filter((part) => FIELDS.has(part)).join('.');
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
  return expected === 'object' ? 'an object' : expected === 'string' ? 'a text' : `a ${expected}`;
}

/** The start of a calendar date in UTC, or null when there is no such date. */
function calendarDate(written: string): Date | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(written) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day);
  return exists ? date : null;
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** A moment, or what is wrong with it. */
function instant(written: string, now: Date): Date | string {
  const day = INSTANT.exec(written)?.[1];
  if (day === undefined || calendarDate(day) === null) {
    return 'must be a time with its offset, such as 2026-03-31T09:30:00-04:00';
  }
  const at = new Date(written);
  if (Number.isNaN(at.getTime())) return 'is not a time';
  if (at.getTime() < EARLIEST_EVENT) return 'is before 1950';
  if (at.getTime() > now.getTime() + FURTHEST_AHEAD) return 'is more than two years ahead';
  return at;
}
