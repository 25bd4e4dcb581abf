import { type RawBuilder, sql } from 'kysely';
import type { Logger } from 'pino';
import { HOUR } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { readingAccounts } from '../cases/index.ts';
import { type ActParts, lockOwn } from './acts.ts';
import { apart, type IsHeld } from './reminders.ts';
import { earliestStart, mayMove } from './rules.ts';
import { isFree } from './slots.ts';
import type { AppointmentType } from './types.ts';

export type Wished = { readonly is: 'not-there' } | { readonly is: 'wished' } | { readonly is: 'refused' };

/**
 * Notes that the people of an appointment want to be told of an earlier time, or no longer. They know of those that are free
 * now, and are told of what becomes free later.
 */
export async function wishEarlier(
  { database, clock, rules }: ActParts,
  accountId: string,
  id: string,
  wish: boolean,
): Promise<Wished> {
  return database.transaction().execute(async (transaction): Promise<Wished> => {
    const own = await lockOwn(transaction, rules, accountId, id);
    if (own === null) return { is: 'not-there' };
    const now = clock.now();
    if (wish && mayMove(own.found, own.type, now).is !== 'may') return { is: 'refused' };
    await sql`
      update appointment set earlier_since = ${wish ? now : null}::timestamptz where id = ${id}`.execute(
      transaction,
    );
    if (wish) await noteKnown(transaction, own.type, sql`appointment.id = ${id}`, now);
    return { is: 'wished' };
  });
}

/** An earlier time that somebody who asked for one may take, if nobody is faster. */
export type EarlierTime = {
  readonly accountIds: readonly string[];
  readonly appointmentId: string;
  /** The earliest of those that became free. */
  readonly office: string;
  readonly startsAt: Date;
  readonly zone: string;
};

/** How people are told. */
export type TellingEarlier = {
  /** Puts the messages on their way in the transaction. */
  readonly send: (transaction: Database, earlier: EarlierTime) => Promise<void>;
  /** Whether nothing is written to an account now. */
  readonly isHeld: IsHeld;
  readonly log: Logger;
};

/**
 * Tells everybody who asked for an earlier time, and may still move, of those that became free: once of each.
 */
export async function tellEarlier(
  { database, clock, rules }: ActParts,
  { send, isHeld, log }: TellingEarlier,
): Promise<void> {
  for (const type of rules.types.values()) {
    if (type.move === null) continue;
    const { times, noticeHours } = type.move;
    const now = clock.now();
    const latest = new Date(now.getTime() + noticeHours * HOUR);
    const { rows } = await sql<{ id: string }>`
      select id from appointment
      where state = 'fixed' and earlier_since is not null and type = ${type.code} and moves < ${times}
        and starts_at >= ${latest}::timestamptz and not ${isOfHeld(isHeld)} order by earlier_since`.execute(
      database,
    );
    for (const { id } of rows)
      await apart(log, () =>
        database.transaction().execute(async (transaction) => {
          const locked = await sql`
          select from appointment where id = ${id} and state = 'fixed' and earlier_since is not null
            and not ${isOfHeld(isHeld)}
          for update`.execute(transaction);
          if (locked.rows.length === 0) return;
          const [first] = await noteKnown(transaction, type, sql`appointment.id = ${id}`, now);
          if (first !== undefined) await send(transaction, first);
        }),
      );
  }
}

/** Whether anybody who may read the case of an appointment is somebody to whom nothing is written now. */
const isOfHeld = (isHeld: IsHeld) => sql`exists (
  select from (${readingAccounts(sql.ref('appointment.receipt'))}) reading where ${isHeld(sql.ref('reading.account_id'))})`;

/** Notes that people know of the earlier times that are free now. @returns those of which they did not, the earliest first */
async function noteKnown(
  transaction: Database,
  type: AppointmentType,
  which: RawBuilder<unknown>,
  now: Date,
): Promise<readonly EarlierTime[]> {
  const { rows } = await sql<EarlierTime>`
    with fresh as (
      insert into appointment_known_time (appointment_id, slot_id, at)
      select appointment.id, slot.id, ${now}::timestamptz
      from appointment join appointment_slot slot on slot.type = appointment.type
        and slot.office = any(appointment.offices) and slot.starts_at < appointment.starts_at
        and slot.starts_at >= ${earliestStart(type, now)}::timestamptz
      where ${which} and exists (
        select from appointment_place place where place.slot_id = slot.id and ${isFree('place', now)}
      )
      on conflict do nothing returning appointment_id, slot_id
    )
    select fresh.appointment_id as "appointmentId", slot.office, slot.starts_at as "startsAt", slot.zone,
      array(${readingAccounts(sql.ref('appointment.receipt'))}) as "accountIds"
    from fresh join appointment_slot slot on slot.id = fresh.slot_id
    join appointment on appointment.id = fresh.appointment_id
    order by slot.starts_at, slot.id`.execute(transaction);
  return rows;
}
