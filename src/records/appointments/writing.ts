import { type RawBuilder, sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Database } from '../../platform/database/index.ts';

export type AppointmentState = 'offered' | 'fixed' | 'cancelled' | 'done' | 'missed';

/** What may be done to an appointment. */
export type Done = AppointmentState | 'chosen' | 'confirmed' | 'moved';

/** When and where an appointment is. */
export type Fixed = {
  readonly office: string;
  readonly startsAt: Date;
  readonly wallTime: string;
  readonly zone: string;
};

/** That a time may be chosen. */
export type Offer = {
  readonly did: 'offered';
  readonly offices: readonly string[];
  readonly chooseBy: string | null;
};
/** That it has a time, at first or instead of another. */
export type Dating<Did extends 'fixed' | 'moved'> = {
  readonly did: Did;
  readonly fixed: Fixed;
  readonly offices: readonly string[];
};
/** That nobody has to come any more. */
export type Ending = { readonly did: 'cancelled' | 'done' | 'missed' };

/** What the agency says of an appointment. */
export type AppointmentWord<Said = Offer | Dating<'fixed' | 'moved'> | Ending> = {
  /** The agency's own id of its line. */
  readonly event: string;
  readonly receipt: string;
  readonly at: Date;
  readonly digest: Buffer;
  /** Seals what it says in its own words, for the step of this id; null where it says none. */
  readonly sealNote: ((step: string) => Buffer) | null;
  readonly said: Said;
};

/** What became of such a word; `isNews` unless a newer one had come before it. */
export type Spoken =
  | { readonly is: 'taken'; readonly id: string; readonly isNews: boolean }
  | { readonly is: 'not-there' }
  /** The case has another one of the type that people still have to come to. */
  | { readonly is: 'has-another' };

/** What is known of what was said of appointments, by the agency's ids. */
export const knowingAppointments = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from appointment_history where event = any(${events}::text[])`;

/** Writes an appointment of which the agency speaks for the first time. The case is there. */
export async function beginAppointment(
  transaction: Database,
  word: AppointmentWord<Offer | Dating<'fixed'>>,
  type: string,
  now: Date,
): Promise<Spoken> {
  const id = uuid();
  const { said } = word;
  const fixed = fixedOf(word);
  const { rows } = await sql`
    insert into appointment (
      id, event, receipt, type, state, state_at, offices, choose_by, office, starts_at, wall_time, zone, said_at, said_by
    ) values (
      ${id}, ${word.event}, ${word.receipt}, ${type}, ${said.did}, ${word.at}::timestamptz, ${said.offices}::text[],
      ${said.did === 'offered' ? said.chooseBy : null}::date, ${fixed?.office ?? null},
      ${fixed?.startsAt ?? null}::timestamptz, ${fixed?.wallTime ?? null}, ${fixed?.zone ?? null},
      ${word.at}::timestamptz, ${word.event}
    ) on conflict (receipt, type) where state in ('offered', 'fixed') do nothing returning id`.execute(
    transaction,
  );
  if (rows.length === 0) return { is: 'has-another' };
  await insertHistory(transaction, { ...historyOf(word, id), now });
  return { is: 'taken', id, isNews: true };
}

/**
 * Writes what the agency says of an appointment of which it spoke before. The newest of its words counts, and counts more than
 * what the person did. The place that the person had of the times to choose from is free again where it is of another time.
 * @param of the agency's own id of the appointment
 */
export async function continueAppointment(
  transaction: Database,
  word: AppointmentWord,
  of: string,
  now: Date,
): Promise<Spoken> {
  const { rows } = await sql<{
    id: string;
    receipt: string;
    type: string;
    isNews: boolean;
    isSame: boolean;
  }>`
    select id, receipt, type, (said_at, said_by) < (${word.at}::timestamptz, ${word.event}::text) as "isNews",
      state = 'fixed' and (office, starts_at) is not distinct from
        (${fixedOf(word)?.office ?? null}::text, ${fixedOf(word)?.startsAt ?? null}::timestamptz) as "isSame"
    from appointment where event = ${of} for update`.execute(transaction);
  const [found] = rows;
  if (found?.receipt !== word.receipt) return { is: 'not-there' };
  if (found.isNews) {
    if (isLive(word) && (await hasAnother(transaction, found))) return { is: 'has-another' };
    await applyWord(transaction, word, found);
  }
  await insertHistory(transaction, { ...historyOf(word, found.id), now });
  return { is: 'taken', id: found.id, isNews: found.isNews };
}

async function applyWord(
  transaction: Database,
  { event, at, said }: AppointmentWord,
  { id, isSame }: { readonly id: string; readonly isSame: boolean },
): Promise<void> {
  const spoken = sql`state_at = ${at}::timestamptz, version = version + 1, said_at = ${at}::timestamptz, said_by = ${event}`;
  switch (said.did) {
    case 'offered':
      await sql`
        update appointment set state = 'offered', ${spoken}, offices = ${said.offices}::text[],
          choose_by = ${said.chooseBy}::date, office = null, starts_at = null, wall_time = null, zone = null,
          confirmed_at = null, earlier_since = null
        where id = ${id}`.execute(transaction);
      return freePlaces(transaction, id);
    case 'fixed':
    case 'moved': {
      const { office, startsAt, wallTime, zone } = said.fixed;
      await sql`
        update appointment set state = 'fixed', ${spoken}, offices = ${said.offices}::text[], office = ${office},
          starts_at = ${startsAt}::timestamptz, wall_time = ${wallTime}, zone = ${zone},
          confirmed_at = case when ${isSame} then confirmed_at end
        where id = ${id}`.execute(transaction);
      return isSame ? undefined : freePlaces(transaction, id);
    }
    case 'cancelled':
    case 'done':
    case 'missed':
      await sql`
        update appointment set state = ${said.did}, ${spoken}, earlier_since = null where id = ${id}`.execute(
        transaction,
      );
      return freePlaces(transaction, id);
  }
}

const isLive = ({ said }: AppointmentWord): boolean => 'offices' in said;

const fixedOf = ({ said }: AppointmentWord): Fixed | null => ('fixed' in said ? said.fixed : null);

async function hasAnother(
  transaction: Database,
  { id, receipt, type }: { readonly id: string; readonly receipt: string; readonly type: string },
): Promise<boolean> {
  const { rows } = await sql`
    select from appointment where receipt = ${receipt} and type = ${type} and id <> ${id}
      and state in ('offered', 'fixed')`.execute(transaction);
  return rows.length > 0;
}

/** Gives up every place that an appointment has or that is kept for it; the row of the appointment is locked. */
export async function freePlaces(transaction: Database, id: string): Promise<void> {
  await lockPlaces(transaction, id);
  await sql`
    update appointment_place set appointment_id = null, held_until = null where appointment_id = ${id}`.execute(
    transaction,
  );
}

/** Locks the places of an appointment, in the order in which everybody locks places. */
export async function lockPlaces(transaction: Database, id: string): Promise<void> {
  await sql`
    select from appointment_place where appointment_id = ${id} order by slot_id, number for update`.execute(
    transaction,
  );
}

type History = {
  readonly id: string;
  readonly appointmentId: string;
  readonly did: Done;
  readonly at: Date;
  readonly now: Date;
  readonly office: string | null;
  readonly startsAt: Date | null;
  readonly said?: { readonly event: string; readonly digest: Buffer; readonly noteSealed: Buffer | null };
  readonly reason?: string | null;
};

function historyOf(word: AppointmentWord, appointmentId: string): Omit<History, 'now'> {
  const id = uuid();
  const { said, at, event, digest, sealNote } = word;
  return {
    id,
    appointmentId,
    did: said.did,
    at,
    office: fixedOf(word)?.office ?? null,
    startsAt: fixedOf(word)?.startsAt ?? null,
    said: { event, digest, noteSealed: sealNote?.(id) ?? null },
  };
}

/** Writes that something was done to an appointment. */
export async function insertHistory(transaction: Database, row: History): Promise<void> {
  await sql`
    insert into appointment_history (
      id, appointment_id, did, at, event, digest, office, starts_at, reason, note_sealed, recorded_at
    ) values (
      ${row.id}, ${row.appointmentId}, ${row.did}, ${row.at}::timestamptz, ${row.said?.event ?? null},
      ${row.said?.digest ?? null}, ${row.office}, ${row.startsAt}::timestamptz, ${row.reason ?? null},
      ${row.said?.noteSealed ?? null}, ${row.now}::timestamptz
    )`.execute(transaction);
}
