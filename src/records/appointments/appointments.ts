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
  type Inside,
  isId,
  type SaidToBook,
  type SaidToCancel,
  type SaidToConfirm,
} from './acts.ts';
import { type TellingEarlier, tellEarlier, type Wished, wishEarlier } from './earlier.ts';
import { type Appointment, listingAppointments, readAppointments } from './reading.ts';
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
  /** Takes the time that is kept; as the two that follow, in a transaction of its own where none is handed in. */
  book(accountId: string, id: string, said: SaidToBook, inside?: Inside): Promise<Booked>;
  confirm(accountId: string, id: string, said: SaidToConfirm, inside?: Inside): Promise<Confirmed>;
  cancel(accountId: string, id: string, said: SaidToCancel, inside?: Inside): Promise<Cancelled>;
  /** Whether its people want to be told of an earlier time. */
  wishEarlier(accountId: string, id: string, wish: boolean): Promise<Wished>;
  /** Tells those who want to know of earlier times that became free, each in a transaction in which messages are put on their way. */
  tellEarlier(telling: TellingEarlier): Promise<void>;
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
    book: (accountId, id, said, inside) => bookTime(parts, accountId, id, said, inside ?? null),
    confirm: (accountId, id, said, inside) => confirmAppointment(parts, accountId, id, said, inside ?? null),
    cancel: (accountId, id, said, inside) => cancelAppointment(parts, accountId, id, said, inside ?? null),
    wishEarlier: (accountId, id, wish) => wishEarlier(parts, accountId, id, wish),
    tellEarlier: (telling) => tellEarlier(parts, telling),
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
