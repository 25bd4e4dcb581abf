import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { mayRead } from '../cases/index.ts';
import {
  type ActParts,
  type Booked,
  bookTime,
  type Cancelled,
  type Confirmed,
  cancelAppointment,
  confirmAppointment,
  type Held,
  holdTime,
  isId,
  releaseHold,
} from './acts.ts';
import { type EarlierTime, tellEarlier, type Wished, wishEarlier } from './earlier.ts';
import type { Needs } from './needs.ts';
import { type Appointment, listingAppointments, readAppointments } from './reading.ts';
import type { IsHeld } from './reminders.ts';
import { earliestStart } from './rules.ts';
import { type FreeMonth, type FreeTime, freeMonth, nextTimes } from './slots.ts';
import type { AppointmentRules } from './types.ts';

/** An appointment with the case that it is of. */
export type OwnAppointment = Appointment & { readonly form: string };

export type Appointments = {
  readonly rules: AppointmentRules;
  /** Every appointment of the cases of an account. One trip to the database. */
  appointmentsOf(accountId: string): Promise<readonly OwnAppointment[]>;
  /** One of them; null when there is no such one or it is not this account's. One trip to the database. */
  appointmentOf(accountId: string, id: string): Promise<OwnAppointment | null>;
  /** The next times that may be chosen for an appointment. */
  nextTimes(found: Appointment, most: number): Promise<readonly FreeTime[]>;
  /** The times of a month that may be chosen for an appointment. One trip to the database. */
  monthFor(
    found: Appointment,
    wanted: { readonly month: string | null; readonly day: string | null; readonly office: string | null },
  ): Promise<FreeMonth>;
  hold(accountId: string, id: string, slotId: string): Promise<Held>;
  release(accountId: string, id: string): Promise<void>;
  book(accountId: string, id: string, said: { needs: Needs; reason: string | null }): Promise<Booked>;
  confirm(accountId: string, id: string, needs: Needs): Promise<Confirmed>;
  cancel(accountId: string, id: string, reason: string | null): Promise<Cancelled>;
  /** Whether its people want to be told of an earlier time. */
  wishEarlier(accountId: string, id: string, wish: boolean): Promise<Wished>;
  /** Tells those who want to know of earlier times that became free, each in a transaction in which messages are put on their way. */
  tellEarlier(
    send: (transaction: Database, earlier: EarlierTime) => Promise<void>,
    isHeld: IsHeld,
  ): Promise<void>;
};

/** What people are told to come to, and what they do about it. */
export function makeAppointments(parts: ActParts): Appointments {
  const { database, clock, rules } = parts;
  const soughtBy = ({ type: code, offices, startsAt: own }: Appointment) => {
    const type = rules.types.get(code);
    const now = clock.now();
    return type === undefined ? null : { type: code, offices, from: earliestStart(type, now), own, now };
  };
  return {
    rules,
    appointmentsOf: (accountId) => select(parts, accountId, null),
    appointmentOf: async (accountId, id) => {
      const all = isId(id) ? await select(parts, accountId, id) : [];
      return all[0] ?? null;
    },
    nextTimes: async (found, most) => {
      const sought = soughtBy(found);
      return sought === null ? [] : nextTimes(database, sought, most);
    },
    monthFor: async (found, { office, ...wanted }) => {
      const sought = soughtBy(found);
      if (sought === null) return NO_MONTH;
      const offices = found.offices.filter((each) => office === null || each === office);
      return freeMonth(database, { ...sought, offices }, wanted);
    },
    hold: (accountId, id, slotId) => holdTime(parts, accountId, id, slotId),
    release: (accountId, id) => releaseHold(parts, accountId, id),
    book: (accountId, id, said) => bookTime(parts, accountId, id, said),
    confirm: (accountId, id, needs) => confirmAppointment(parts, accountId, id, needs),
    cancel: (accountId, id, reason) => cancelAppointment(parts, accountId, id, reason),
    wishEarlier: (accountId, id, wish) => wishEarlier(parts, accountId, id, wish),
    tellEarlier: (send, isHeld) => tellEarlier(parts, send, isHeld),
  };
}

const NO_MONTH: FreeMonth = { month: null, previous: null, next: null, days: [], times: [] };

async function select(
  { database, vault }: Pick<ActParts, 'database' | 'vault'> & { readonly database: Database },
  accountId: string,
  id: string | null,
): Promise<readonly OwnAppointment[]> {
  const one = id === null ? sql`true` : sql`appointment.id = ${id}::uuid`;
  const { rows } = await sql<{ form: string; dataKey: Buffer; appointments: unknown }>`
    select own.form, own.data_key as "dataKey", ${listingAppointments(sql.ref('own.receipt'), one)} as appointments
    from case_record own
    where ${mayRead(accountId, sql.ref('own.receipt'))}
      and own.receipt in (select appointment.receipt from appointment where appointment.receipt = own.receipt and ${one})
    order by own.receipt`.execute(database);
  return rows.flatMap(({ form, dataKey, appointments }) =>
    readAppointments(appointments, () => vault.openDataKey(dataKey)).map((each) => ({ ...each, form })),
  );
}
