import { z } from 'zod';
import { type FormSchema, line, optionalLine } from '../../platform/http/index.ts';
import type {
  Appointment,
  AppointmentRules,
  AppointmentType,
  Needs,
} from '../../records/appointments/index.ts';

/** The time that somebody chose, by its id. */
export const TimesForm = z.object({ slot: line({ missing: 'appointments.slot-missing', most: 36 }) });

/** What a field of access needs is called, by the code of the need. */
export const accessField = (code: string): string => `access-${code}`;
const TICKED = 'yes';

/** What is typed about what somebody needs. */
function needsFields(rules: AppointmentRules) {
  const isOffered = (code: string | null) => code === null || rules.interpreters.includes(code);
  return {
    interpreter: optionalLine({ most: 10 }).refine(isOffered, 'appointments.interpreter-strange'),
    ...Object.fromEntries(rules.access.map(({ code }) => [accessField(code), optionalLine({ most: 10 })])),
  };
}

type NeedsTyped = { readonly interpreter: string | null } & Readonly<Record<string, string | null>>;

/** The version of the appointment that the page shows, which nobody types. */
type Seen = { readonly version: string | null };

export type AppointmentForms = {
  readonly needs: FormSchema<NeedsTyped & Seen>;
  /** The check of a time: the one that is kept, or another, what is needed, and why it is another one than before. */
  readonly check: FormSchema<
    NeedsTyped &
      Seen & { readonly kept: string | null; readonly slot: string | null; readonly reason: string | null }
  >;
  readonly cancel: FormSchema<Seen & { readonly reason: string | null }>;
};

/** The forms of appointments, by the agency's lists. */
export function appointmentForms(rules: AppointmentRules): AppointmentForms {
  const needs = needsFields(rules);
  const reason = optionalLine({ most: 40 });
  const version = optionalLine({ most: 10 });
  const slot = optionalLine({ most: 36 });
  return {
    needs: z.object({ ...needs, version }),
    check: z.object({ ...needs, version, kept: slot, slot, reason }),
    cancel: z.object({ version, reason }),
  };
}

/** Which version a page showed; null where it does not say. */
export const versionIn = ({ version }: { readonly version?: string | null | undefined }): number | null =>
  version != null && /^\d{1,9}$/.test(version) ? Number(version) : null;

/** What was said of needs. */
export const needsIn = (typed: NeedsTyped, rules: AppointmentRules): Needs => ({
  interpreter: typed.interpreter,
  access: rules.access.map(({ code }) => code).filter((code) => typed[accessField(code)] === TICKED),
});

/** What stands in the fields at first: what was said before. */
export const needsTyped = ({ needs }: Pick<Appointment, 'needs'>): Readonly<Record<string, string>> => ({
  interpreter: needs.interpreter ?? '',
  ...Object.fromEntries(needs.access.map((code) => [accessField(code), TICKED])),
});

/** A reason of the agency's list; null where it has none, undefined where one is missing. */
export function reasonIn(reason: string | null, { reasons }: AppointmentType): string | null | undefined {
  if (reasons.length === 0) return null;
  return reasons.some(({ code }) => code === reason) ? reason : undefined;
}
