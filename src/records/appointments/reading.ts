import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { DataKey } from '../../platform/crypto/index.ts';
import { type Detail, readDetail } from '../cases/index.ts';
import { type Needs, NO_NEEDS, needsPlace, notePlace, readNeeds } from './needs.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const sealed = z.base64().transform((text) => Buffer.from(text, 'base64'));

const State = z.enum(['offered', 'fixed', 'cancelled', 'done', 'missed']);
const Did = z.enum(['offered', 'fixed', 'chosen', 'confirmed', 'moved', 'cancelled', 'done', 'missed']);

const Listed = z.array(
  z.object({
    id: z.string(),
    receipt: z.string(),
    type: z.string(),
    state: State,
    stateAt: instant,
    version: z.number(),
    offices: z.array(z.string()),
    chooseBy: z.string().nullable(),
    office: z.string().nullable(),
    startsAt: instant.nullable(),
    zone: z.string().nullable(),
    confirmedAt: instant.nullable(),
    moves: z.number(),
    earlierSince: instant.nullable(),
    needsSealed: sealed.nullable(),
    hold: z
      .object({ slot: z.string(), office: z.string(), startsAt: instant, zone: z.string(), until: instant })
      .nullable(),
    history: z.array(
      z.object({
        id: z.string(),
        did: Did,
        at: instant,
        isOfAgency: z.boolean(),
        office: z.string().nullable(),
        startsAt: instant.nullable(),
        reason: z.string().nullable(),
        noteSealed: sealed.nullable(),
      }),
    ),
  }),
);
type Row = z.infer<typeof Listed>[number];

/** Something done to an appointment. */
export type AppointmentStep = Omit<Row['history'][number], 'noteSealed'> & {
  /** What the agency says of it in its own words. */
  readonly note: Detail | null;
};

/** An appointment as whoever may read its case sees it. */
export type Appointment = Readonly<Omit<Row, 'needsSealed' | 'history'>> & {
  readonly needs: Needs;
  /** Newest first. */
  readonly history: readonly AppointmentStep[];
};

/** An appointment that has its time. */
export type FixedAppointment = Appointment & {
  readonly office: string;
  readonly startsAt: Date;
  readonly zone: string;
};

export const hasTime = (found: Appointment): found is FixedAppointment =>
  found.office !== null && found.startsAt !== null && found.zone !== null;

/** Whether a time is still to be chosen, or still to come. */
export const isComing = ({ state, startsAt }: Pick<Appointment, 'state' | 'startsAt'>, now: Date): boolean =>
  state === 'offered' || (state === 'fixed' && startsAt !== null && startsAt > now);

/**
 * The appointments of a case as one JSON value, the next first, to be read by `readAppointments`. A fragment: the statement
 * that it stands in asks whether the case may be read.
 * @param receipt the column that names the case
 * @param only a condition on `appointment`
 */
export function listingAppointments(
  receipt: RawBuilder<string>,
  only: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', appointment.id, 'receipt', appointment.receipt, 'type', appointment.type, 'state', appointment.state,
      'stateAt', appointment.state_at, 'version', appointment.version, 'offices', appointment.offices,
      'chooseBy', appointment.choose_by, 'office', appointment.office, 'startsAt', appointment.starts_at,
      'zone', appointment.zone, 'confirmedAt', appointment.confirmed_at, 'moves', appointment.moves,
      'earlierSince', appointment.earlier_since,
      'needsSealed', replace(encode(appointment.needs_sealed, 'base64'), E'\\n', ''),
      'hold', (
        select jsonb_build_object('slot', slot.id, 'office', slot.office, 'startsAt', slot.starts_at,
          'zone', slot.zone, 'until', place.held_until)
        from appointment_place place join appointment_slot slot on slot.id = place.slot_id
        where place.appointment_id = appointment.id and place.held_until is not null
      ),
      'history', (
        select coalesce(jsonb_agg(jsonb_build_object('id', step.id, 'did', step.did, 'at', step.at,
          'isOfAgency', step.event is not null, 'office', step.office, 'startsAt', step.starts_at,
          'reason', step.reason, 'noteSealed', replace(encode(step.note_sealed, 'base64'), E'\\n', ''))
          order by step.at desc, step.id desc), '[]')
        from appointment_history step where step.appointment_id = appointment.id
      )
    ) order by appointment.starts_at nulls first, appointment.id), '[]')
    from appointment where appointment.receipt = ${receipt} and ${only}
  )`;
}

/**
 * What `listingAppointments` gave.
 * @param caseKey the data key of the case, asked for only where something is sealed
 */
export const readAppointments = (value: unknown, caseKey: () => DataKey): readonly Appointment[] =>
  Listed.parse(value).map(({ needsSealed, history, ...row }) => ({
    ...row,
    needs: needsSealed === null ? NO_NEEDS : readNeeds(caseKey().unseal(needsSealed, needsPlace(row.id))),
    history: history.map(({ noteSealed, ...step }) => ({
      ...step,
      note: noteSealed === null ? null : readDetail(caseKey().unseal(noteSealed, notePlace(step.id))),
    })),
  }));
