import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import {
  beginAppointment,
  continueAppointment,
  type Dating,
  type Ending,
  type Fixed,
  knowingAppointments,
  notePlace,
  type Offer,
  type Spoken,
} from '../appointments/index.ts';
import { type Detail, openCases, writeDetail } from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts, UNKNOWN_CASE } from './kind.ts';
import {
  bad,
  common,
  dayFaults,
  eventId,
  faultsOf,
  type IntakeRules,
  languageFaults,
  localizedText,
  officeTime,
  pastInstant,
  quoted,
  type Read,
  receiptFaults,
  sorted,
} from './reading.ts';

/** What the agency says of an appointment, checked. */
export type AppointmentEvent = {
  readonly kind: 'appointment';
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  /** Its own words to the person. */
  readonly note: Detail | null;
  readonly of: Begun | Continued;
};

/** One of which the agency speaks for the first time, or one that it names by its own id. */
type Begun = { readonly is: 'new'; readonly type: string; readonly said: Offer | Dating<'fixed'> };
type Continued = {
  readonly is: 'known';
  readonly id: string;
  readonly said: Offer | Dating<'moved'> | Ending;
};

const NOTE_LENGTH = 500;
const STATES = ['offered', 'fixed', 'moved', 'cancelled', 'done', 'missed'] as const;

const Event = z.strictObject({
  ...common,
  kind: z.literal('appointment'),
  state: z.enum(STATES, {
    error: 'must be "offered", "fixed", "moved", "cancelled", "done" or "missed"',
  }),
  appointment: eventId.optional(),
  type: z.string().optional(),
  offices: z.array(z.string()).min(1, 'is empty').max(50, 'has more than 50 offices').optional(),
  chooseBy: z.string().optional(),
  office: z.string().optional(),
  start: z.string().optional(),
  note: localizedText(NOTE_LENGTH, 'lines').optional(),
});
type Given = z.infer<typeof Event>;
type Field = 'appointment' | 'type' | 'offices' | 'chooseBy' | 'office' | 'start';

const FIELDS: ReadonlySet<PropertyKey> = new Set(Object.keys(Event.shape));

/** The fields of each state: those it needs, and those it may have besides. */
const OF_STATES = {
  'offered-new': { needs: ['type', 'offices'], may: ['chooseBy'] },
  offered: { needs: ['appointment', 'offices'], may: ['chooseBy'] },
  fixed: { needs: ['type', 'office', 'start'], may: ['offices'] },
  moved: { needs: ['appointment', 'office', 'start'], may: ['offices'] },
  cancelled: { needs: ['appointment'], may: [] },
  done: { needs: ['appointment'], may: [] },
  missed: { needs: ['appointment'], may: [] },
} as const satisfies Record<string, { readonly needs: readonly Field[]; readonly may: readonly Field[] }>;

const ALL_FIELDS: readonly Field[] = ['appointment', 'type', 'offices', 'chooseBy', 'office', 'start'];

/** What is wrong with which fields are there. */
function fieldFaults(given: Given): string[] {
  const { state } = given;
  const isNew = state === 'offered' && given.appointment === undefined;
  const { needs, may }: { readonly needs: readonly Field[]; readonly may: readonly Field[] } =
    OF_STATES[isNew ? 'offered-new' : state];
  return ALL_FIELDS.flatMap((field) => {
    const isThere = given[field] !== undefined;
    if (needs.includes(field)) return isThere ? [] : [`"${field}" is missing`];
    return isThere && !may.includes(field) ? [`"${field}" is not of an appointment that is ${state}`] : [];
  });
}

function read(value: object, rules: IntakeRules): Read<AppointmentEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const given = parsed.data;
  const now = rules.clock.now();
  const faults = [...receiptFaults(given.receipt, rules), ...fieldFaults(given)];
  const { type, office, offices, chooseBy, note = null } = given;
  if (type !== undefined && !rules.appointments.types.has(type))
    faults.push(`type ${quoted(type)} is not known`);
  for (const each of new Set([...(offices ?? []), ...(office === undefined ? [] : [office])]))
    if (!rules.catalogue.offices.has(each)) faults.push(`office ${quoted(each)} is not known`);
  if (chooseBy !== undefined) faults.push(...dayFaults('chooseBy', chooseBy, now));
  faults.push(...languageFaults('note', note ?? undefined, rules.languages));
  const fixed = fixedIn(given, rules);
  if (typeof fixed === 'string') faults.push(`"start" ${fixed}`);
  const time = pastInstant(given.at, now);
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  if (faults.length > 0 || typeof time === 'string' || typeof fixed === 'string')
    return bad([...new Set(faults)].join('; '));
  const of = ofIn(given, fixed);
  if (of === null) return bad('"state" does not fit its fields');
  const { kind, id, receipt } = given;
  return { is: 'event', event: { kind, id, receipt, at: time, note, of } };
}

/** When and where, by the office's own clock; what is wrong with it; null where it says no time. */
function fixedIn({ office, start }: Given, { catalogue, clock }: IntakeRules): Fixed | string | null {
  const place = office === undefined ? undefined : catalogue.offices.get(office);
  if (office === undefined || place === undefined || start === undefined) return null;
  const read = officeTime(start, place.timeZone, clock.now());
  return typeof read === 'string' ? read : { office, zone: place.timeZone, ...read };
}

/** Which one it is and what is said of it; null where its fields do not say so. */
function ofIn(given: Given, fixed: Fixed | null): AppointmentEvent['of'] | null {
  const { state, appointment: id, type, offices = fixed === null ? [] : [fixed.office] } = given;
  switch (state) {
    case 'offered': {
      const said: Offer = { did: state, offices, chooseBy: given.chooseBy ?? null };
      if (id !== undefined) return { is: 'known', id, said };
      return type === undefined ? null : { is: 'new', type, said };
    }
    case 'fixed':
      return type === undefined || fixed === null
        ? null
        : { is: 'new', type, said: { did: state, offices, fixed } };
    case 'moved':
      return id === undefined || fixed === null
        ? null
        : { is: 'known', id, said: { did: state, offices, fixed } };
    case 'cancelled':
    case 'done':
    case 'missed':
      return id === undefined ? null : { is: 'known', id, said: { did: state } };
  }
}

function canonical({ kind, id, receipt, at, note, of }: AppointmentEvent): string {
  return JSON.stringify([
    kind,
    id,
    receipt,
    at.getTime(),
    sorted(note),
    sorted(JSON.parse(JSON.stringify(of))),
  ]);
}

async function take(
  transaction: Database,
  note: Note,
  { vault, now }: TakingParts,
  fresh: readonly Digested<AppointmentEvent>[],
): Promise<readonly Taken[]> {
  const cases = await openCases(
    transaction,
    vault,
    fresh.map(({ event }) => event.receipt),
  );
  const taken: Taken[] = [];
  for (const { event, digest } of fresh) {
    const { id, receipt, at, of, note: own } = event;
    const known = cases.get(receipt);
    if (known === undefined) {
      taken.push(UNKNOWN_CASE);
      continue;
    }
    const sealNote =
      own === null ? null : (step: string) => known.key.seal(writeDetail(own), notePlace(step));
    const word = { event: id, receipt, at, digest, sealNote };
    const spoken =
      of.is === 'new'
        ? await beginAppointment(transaction, { ...word, said: of.said }, of.type, now)
        : await continueAppointment(transaction, { ...word, said: of.said }, of.id, now);
    taken.push(became(spoken));
    if (spoken.is === 'taken' && spoken.isNews)
      note({ kind: `appointment-${of.said.did}`, receipt, ref: spoken.id, at });
  }
  return taken;
}

function became(spoken: Spoken): Taken {
  switch (spoken.is) {
    case 'taken':
      return ADDED;
    case 'not-there':
      return bad('the case has no such appointment');
    case 'has-another':
      return bad('the case has another appointment of this type: say first what became of it');
  }
}

/** What the agency says of an appointment. */
export const appointment: IntakeKind<Digested<AppointmentEvent>> = {
  read,
  canonical,
  knowing: knowingAppointments,
  take,
};
