import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { dayOf } from '../../platform/calendar/index.ts';
import { type Clock, MINUTE } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { mayRead } from '../cases/index.ts';
import { changing, type Note } from '../changes/index.ts';
import { type Needs, needsPlace, writeNeeds } from './needs.ts';
import { earliestStart, type May, mayCancel, mayConfirm, mayMove } from './rules.ts';
import { isFree } from './slots.ts';
import type { AppointmentRules, AppointmentType } from './types.ts';
import { type AppointmentState, freePlaces, insertHistory, lockPlaces } from './writing.ts';

export type ActParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly rules: AppointmentRules;
  /** The agency's zone, by which days that no office has are told. */
  readonly timeZone: string;
};

/** There is no such appointment, or it is not of a case that the account may read. */
type NotThere = { readonly is: 'not-there' };
/** The rules do not let it, as they are now. */
type Refused = { readonly is: 'refused'; readonly may: Exclude<May, { is: 'may' }> };

export type Held =
  | NotThere
  | Refused
  | { readonly is: 'held' }
  /** Somebody else has it, or the agency took it back. */
  | { readonly is: 'gone' };

export type Booked =
  | NotThere
  | Refused
  | { readonly is: 'booked'; readonly moved: boolean }
  /** The time that was kept is kept no more. */
  | { readonly is: 'gone' };

type Row = {
  readonly id: string;
  readonly receipt: string;
  readonly type: string;
  readonly state: AppointmentState;
  readonly offices: readonly string[];
  readonly chooseBy: string | null;
  readonly office: string | null;
  readonly startsAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly moves: number;
  readonly dataKey: Buffer;
};

type Locked = { readonly found: Row; readonly type: AppointmentType };

/** The appointment of an account, locked: of two who do something with it, one waits for the other. */
export async function lockOwn(
  transaction: Database,
  { types }: AppointmentRules,
  accountId: string,
  id: string,
): Promise<Locked | null> {
  if (!isId(id)) return null;
  const { rows } = await sql<Row>`
    select appointment.id, appointment.receipt, type, state, offices, choose_by as "chooseBy", office,
      starts_at as "startsAt", confirmed_at as "confirmedAt", moves, own.data_key as "dataKey"
    from appointment join case_record own on own.receipt = appointment.receipt
    where appointment.id = ${id} and ${mayRead(accountId, sql.ref('appointment.receipt'))}
    for update of appointment`.execute(transaction);
  const [found] = rows;
  const type = found === undefined ? undefined : types.get(found.type);
  return found === undefined || type === undefined ? null : { found, type };
}

/** Whether a text could be the id of anything. */
export const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** Whether a time may be chosen now: for the first time, or in the place of the one that is. */
export function mayChoose(
  found: Pick<Row, 'state' | 'startsAt' | 'moves' | 'chooseBy'>,
  type: AppointmentType,
  { now, timeZone }: { readonly now: Date; readonly timeZone: string },
): { readonly is: 'may' } | Exclude<May, { is: 'may' }> {
  if (found.state !== 'offered') return mayMove(found, type, now);
  const isLate = found.chooseBy !== null && dayOf(now, timeZone) > found.chooseBy;
  return { is: isLate ? 'over' : 'may' };
}

/** Keeps a time for whoever is choosing it, for as long as the agency says, in the place of what was kept before. */
export async function holdTime(
  { database, clock, rules, timeZone }: ActParts,
  accountId: string,
  id: string,
  slotId: string,
): Promise<Held> {
  if (!isId(slotId)) return { is: 'gone' };
  return database.transaction().execute(async (transaction): Promise<Held> => {
    const own = await lockOwn(transaction, rules, accountId, id);
    if (own === null) return { is: 'not-there' };
    const now = clock.now();
    const may = mayChoose(own.found, own.type, { now, timeZone });
    if (may.is !== 'may') return { is: 'refused', may };
    await lockPlaces(transaction, id);
    await sql`
      update appointment_place set appointment_id = null, held_until = null
      where appointment_id = ${id} and held_until is not null`.execute(transaction);
    const until = new Date(now.getTime() + rules.holdMinutes * MINUTE);
    const { rows } = await sql`
      update appointment_place place set appointment_id = ${id}, held_until = ${until}::timestamptz
      from (
        select free.slot_id, free.number from appointment_place free
        join appointment_slot slot on slot.id = free.slot_id
        where slot.id = ${slotId} and slot.type = ${own.found.type} and slot.office = any(${own.found.offices}::text[])
          and slot.starts_at >= ${earliestStart(own.type, now)}::timestamptz
          and slot.starts_at is distinct from ${own.found.startsAt}::timestamptz and ${isFree('free', now)}
        order by free.number limit 1 for update of free skip locked
      ) taken
      where place.slot_id = taken.slot_id and place.number = taken.number returning place.number`.execute(
      transaction,
    );
    return rows.length === 0 ? { is: 'gone' } : { is: 'held' };
  });
}

/** Gives up the time that is kept for somebody who was choosing. */
export async function releaseHold(
  { database, rules }: ActParts,
  accountId: string,
  id: string,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    if ((await lockOwn(transaction, rules, accountId, id)) === null) return;
    await sql`
      update appointment_place set appointment_id = null, held_until = null
      where appointment_id = ${id} and held_until is not null`.execute(transaction);
  });
}

/**
 * Takes the time that is kept, and gives the one before back, both or none. One that was kept for longer than it should is
 * taken too, unless somebody else came.
 */
export async function bookTime(
  parts: ActParts,
  accountId: string,
  id: string,
  { needs, reason }: { readonly needs: Needs; readonly reason: string | null },
): Promise<Booked> {
  return acting<Booked>(parts, accountId, id, async (transaction, { found, type }, note, now) => {
    const may = mayChoose(found, type, { now, timeZone: parts.timeZone });
    if (may.is !== 'may') return { is: 'refused', may };
    await lockPlaces(transaction, id);
    const kept = await keptTime(transaction, id, earliestStart(type, now));
    if (kept === null) return { is: 'gone' };
    await sql`
      update appointment_place set appointment_id = null where appointment_id = ${id} and held_until is null`.execute(
      transaction,
    );
    await sql`
      update appointment_place set held_until = null where appointment_id = ${id}`.execute(transaction);
    const moved = found.state === 'fixed';
    await sql`
      update appointment set state = 'fixed', state_at = ${now}::timestamptz, version = version + 1,
        office = ${kept.office}, starts_at = ${kept.startsAt}::timestamptz, wall_time = ${kept.wallTime},
        zone = ${kept.zone}, confirmed_at = ${now}::timestamptz, moves = moves + ${moved ? 1 : 0},
        needs_sealed = ${sealNeeds(parts.vault, found, needs)}
      where id = ${id}`.execute(transaction);
    await insertHistory(transaction, {
      id: uuid(),
      appointmentId: id,
      did: moved ? 'moved' : 'chosen',
      at: now,
      now,
      office: kept.office,
      startsAt: kept.startsAt,
      reason: moved ? reason : null,
    });
    note({
      kind: moved ? 'appointment-moved' : 'appointment-chosen',
      receipt: found.receipt,
      ref: id,
      at: now,
    });
    return { is: 'booked', moved };
  });
}

type Kept = {
  readonly office: string;
  readonly startsAt: Date;
  readonly wallTime: string;
  readonly zone: string;
};

async function keptTime(transaction: Database, id: string, earliest: Date): Promise<Kept | null> {
  const { rows } = await sql<Kept>`
    select slot.office, slot.starts_at as "startsAt", slot.wall_time as "wallTime", slot.zone
    from appointment_place place join appointment_slot slot on slot.id = place.slot_id
    where place.appointment_id = ${id} and place.held_until is not null and not place.withdrawn
      and slot.starts_at >= ${earliest}::timestamptz`.execute(transaction);
  return rows[0] ?? null;
}

export type Confirmed = NotThere | Refused | { readonly is: 'confirmed' };

/** Says that somebody comes, and what they need. A second time changes what they need. */
export async function confirmAppointment(
  parts: ActParts,
  accountId: string,
  id: string,
  needs: Needs,
): Promise<Confirmed> {
  return acting<Confirmed>(parts, accountId, id, async (transaction, { found }, note, now) => {
    if (!mayConfirm(found, now)) return { is: 'refused', may: { is: 'over' } };
    await sql`
      update appointment set confirmed_at = coalesce(confirmed_at, ${now}::timestamptz), version = version + 1,
        needs_sealed = ${sealNeeds(parts.vault, found, needs)}
      where id = ${id}`.execute(transaction);
    await insertHistory(transaction, {
      id: uuid(),
      appointmentId: id,
      did: 'confirmed',
      at: now,
      now,
      office: found.office,
      startsAt: found.startsAt,
    });
    note({ kind: 'appointment-confirmed', receipt: found.receipt, ref: id, at: now });
    return { is: 'confirmed' };
  });
}

export type Cancelled = NotThere | Refused | { readonly is: 'cancelled' };

/** Cancels an appointment and gives its place back. */
export async function cancelAppointment(
  parts: ActParts,
  accountId: string,
  id: string,
  reason: string | null,
): Promise<Cancelled> {
  return acting<Cancelled>(parts, accountId, id, async (transaction, { found, type }, note, now) => {
    const may = mayCancel(found, type, now);
    if (may.is !== 'may') return { is: 'refused', may };
    await freePlaces(transaction, id);
    await sql`
      update appointment set state = 'cancelled', state_at = ${now}::timestamptz, version = version + 1,
        earlier_since = null
      where id = ${id}`.execute(transaction);
    await insertHistory(transaction, {
      id: uuid(),
      appointmentId: id,
      did: 'cancelled',
      at: now,
      now,
      office: found.office,
      startsAt: found.startsAt,
      reason,
    });
    note({ kind: 'appointment-cancelled', receipt: found.receipt, ref: id, at: now });
    return { is: 'cancelled' };
  });
}

/** Does something to an appointment of an account, as a change of its case. */
function acting<Result extends { readonly is: string }>(
  { database, clock, rules }: ActParts,
  accountId: string,
  id: string,
  act: (transaction: Database, own: Locked, note: Note, now: Date) => Promise<Result>,
): Promise<Result | NotThere> {
  return changing(database, clock, 'person', async (transaction, note) => {
    const own = await lockOwn(transaction, rules, accountId, id);
    return own === null ? { is: 'not-there' } : act(transaction, own, note, clock.now());
  });
}

function sealNeeds(vault: Vault, { id, dataKey }: Row, needs: Needs): Buffer | null {
  const isAny = needs.interpreter !== null || needs.access.length > 0;
  return isAny ? vault.openDataKey(dataKey).seal(writeNeeds(needs), needsPlace(id)) : null;
}
