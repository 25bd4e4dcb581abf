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

export type AppointmentForms = {
  readonly needs: FormSchema<NeedsTyped>;
  /** The check of a time: a time where none is kept, what is needed, and why it is another one than before. */
  readonly check: FormSchema<NeedsTyped & { readonly slot: string | null; readonly reason: string | null }>;
  readonly cancel: FormSchema<{ readonly reason: string | null }>;
};

/** The forms of appointments, by the agency's lists. */
export function appointmentForms(rules: AppointmentRules): AppointmentForms {
  const needs = needsFields(rules);
  const reason = optionalLine({ most: 40 });
  return {
    needs: z.object(needs),
    check: z.object({ ...needs, slot: optionalLine({ most: 36 }), reason }),
    cancel: z.object({ reason }),
  };
}

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
