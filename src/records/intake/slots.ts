import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import { knowingSlotLines, type SaidSlot, takeSlotLines } from '../appointments/index.ts';
import type { Note } from '../changes/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts } from './kind.ts';
import {
  bad,
  eventId,
  faultsOf,
  type IntakeRules,
  officeTime,
  pastInstant,
  quoted,
  type Read,
} from './reading.ts';

/** At which times an office sees how many people, as the agency says it, checked. */
export type SlotsEvent = {
  readonly kind: 'slots';
  readonly id: string;
  readonly at: Date;
  readonly slots: readonly SaidSlot[];
};

const MOST_TIMES = 500;
const MOST_PEOPLE = 1_000;

const Event = z.strictObject({
  id: eventId,
  at: z.string(),
  kind: z.literal('slots'),
  office: z.string(),
  type: z.string(),
  times: z
    .array(
      z.strictObject({
        start: z.string(),
        capacity: z
          .number()
          .refine(Number.isInteger, 'must be a whole number')
          .min(0, 'is less than 0')
          .max(MOST_PEOPLE, `is more than ${MOST_PEOPLE}`),
      }),
    )
    .min(1, 'is empty')
    .max(MOST_TIMES, `has more than ${MOST_TIMES} times`),
});

const FIELDS: ReadonlySet<PropertyKey> = new Set([...Object.keys(Event.shape), 'start', 'capacity']);

function read(value: object, rules: IntakeRules): Read<SlotsEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const { id, kind, at, office, type, times } = parsed.data;
  const now = rules.clock.now();
  const faults: string[] = [];
  if (!rules.appointments.types.has(type)) faults.push(`type ${quoted(type)} is not known`);
  const place = rules.catalogue.offices.get(office);
  if (place === undefined) faults.push(`office ${quoted(office)} is not known`);
  const slots = times.flatMap(({ start, capacity }): SaidSlot[] => {
    if (place === undefined) return [];
    const read = officeTime(start, place.timeZone, now);
    if (typeof read !== 'string') return [{ office, type, capacity, zone: place.timeZone, ...read }];
    faults.push(`"times.start" ${read}`);
    return [];
  });
  const moments = new Set(slots.map(({ startsAt }) => startsAt.getTime()));
  if (moments.size < slots.length) faults.push('"times" has a time twice');
  const time = pastInstant(at, now);
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  if (faults.length > 0 || typeof time === 'string') return bad([...new Set(faults)].join('; '));
  return { is: 'event', event: { kind, id, at: time, slots } };
}

function canonical({ kind, id, at, slots }: SlotsEvent): string {
  return JSON.stringify([
    kind,
    id,
    at.getTime(),
    slots.map(({ office, type, startsAt, capacity }) => [office, type, startsAt.getTime(), capacity]),
  ]);
}

async function take(
  transaction: Database,
  _note: Note,
  { now }: TakingParts,
  fresh: readonly Digested<SlotsEvent>[],
): Promise<readonly Taken[]> {
  await takeSlotLines(
    transaction,
    fresh.map(({ event: { id, at, slots }, digest }) => ({ event: id, at, slots, digest })),
    now,
  );
  return fresh.map(() => ADDED);
}

/** At which times an office sees people, and how many. */
export const slots: IntakeKind<Digested<SlotsEvent>> = { read, canonical, knowing: knowingSlotLines, take };
