import { z } from 'zod';
import { COUNTRIES } from '../../platform/i18n/index.ts';
import { isName, tidyName } from '../../platform/typed/index.ts';
import { allows, type Detail, normaliseAccessCode, type RecordedPerson } from '../cases/index.ts';
import {
  bad,
  calendarDate,
  common,
  faultsOf,
  type IntakeRules,
  languageFaults,
  localizedText,
  pastInstant,
  quoted,
  type Read,
  receiptFaults,
  text,
} from './reading.ts';

/** That a case came to a status, as the agency says it, checked. */
export type StatusEvent = {
  readonly kind: 'status';
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

const NAME_LENGTH = 200;
const DETAIL_LENGTH = 2000;
const OLDEST_YEAR = 1900;

const Event = z.strictObject({
  ...common,
  kind: z.literal('status').optional(),
  form: z.string(),
  status: z.string(),
  detail: localizedText(DETAIL_LENGTH, 'lines').optional(),
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

/** Reads that a case came to a status. Never throws; a reason never repeats what is said of a person. */
export function readStatusEvent(value: object, rules: IntakeRules): Read<StatusEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const { detail, accessCode, at, person, office = null, ...rest } = parsed.data;
  const faults = [
    ...caseFaults(parsed.data, rules),
    ...personFaults(person, rules),
    ...languageFaults('detail', detail, rules.languages),
  ];
  const time = pastInstant(at, rules.clock.now());
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  if (faults.length > 0 || typeof time === 'string') return bad(faults.join('; '));
  return {
    is: 'event',
    event: {
      ...rest,
      kind: 'status',
      at: time,
      person,
      detail: detail ?? null,
      accessCode: accessCode ?? null,
      office,
    },
  };
}

/** All that an event says, as one text: equal for equal events, however their JSON is written. */
export function canonicalStatus(event: StatusEvent): string {
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
  rules: IntakeRules,
): string[] {
  const { catalogue } = rules;
  const faults = receiptFaults(event.receipt, rules);
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
  if (![person.given, person.family].some((name) => isName(tidyName(name)))) {
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
