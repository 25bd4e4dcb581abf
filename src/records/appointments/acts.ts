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

/** It is not any more as the page showed it on which somebody did something with it. */
type Changed = { readonly is: 'changed' };

/** Where something is done: in a transaction of whoever judges whether the account may, and with word to its person. */
export type Inside = {
  readonly transaction: Database;
  readonly tell: (transaction: Database) => Promise<void>;
};

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
  | Changed
  /** The time that was chosen is kept no more; another may be. */
  | { readonly is: 'gone' };

type Row = {
  readonly id: string;
  readonly receipt: string;
  readonly type: string;
  readonly state: AppointmentState;
  readonly version: number;
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
    select appointment.id, appointment.receipt, type, state, version, offices, choose_by as "chooseBy", office,
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

/** What somebody says of an appointment, and of which version of it; null where they do not say. */
type Seen = { readonly version: number | null };
export type SaidToBook = Seen & {
  /** The time that they were shown; null where they do not say. */
  readonly slot: string | null;
  readonly needs: Needs;
  readonly reason: string | null;
};
export type SaidToConfirm = Seen & { readonly needs: Needs };
export type SaidToCancel = Seen & { readonly reason: string | null };

/**
 * Takes the time that is kept, and gives the one before back, both or none. One that was kept for longer than it should is
 * taken too, unless somebody else came; another than the one that was shown is not.
 */
export async function bookTime(
  parts: ActParts,
  accountId: string,
  id: string,
  { slot, version, needs, reason }: SaidToBook,
  inside: Inside | null,
): Promise<Booked> {
  const own = { accountId, id, version, inside };
  return acting<Booked>(parts, own, async (transaction, { found, type }, { note, now, tell }) => {
    const may = mayChoose(found, type, { now, timeZone: parts.timeZone });
    if (may.is !== 'may') return { is: 'refused', may };
    await lockPlaces(transaction, id);
    const kept = await keptTime(transaction, id, earliestStart(type, now));
    if (kept === null || kept.slot !== slot) return { is: 'gone' };
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
    if (moved) await tell(transaction);
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
  readonly slot: string;
  readonly office: string;
  readonly startsAt: Date;
  readonly wallTime: string;
  readonly zone: string;
};

async function keptTime(transaction: Database, id: string, earliest: Date): Promise<Kept | null> {
  const { rows } = await sql<Kept>`
    select slot.id as slot, slot.office, slot.starts_at as "startsAt", slot.wall_time as "wallTime", slot.zone
    from appointment_place place join appointment_slot slot on slot.id = place.slot_id
    where place.appointment_id = ${id} and place.held_until is not null and not place.withdrawn
      and slot.starts_at >= ${earliest}::timestamptz`.execute(transaction);
  return rows[0] ?? null;
}

export type Confirmed = NotThere | Refused | Changed | { readonly is: 'confirmed' };

/** Says that somebody comes, and what they need. A second time changes what they need. */
export async function confirmAppointment(
  parts: ActParts,
  accountId: string,
  id: string,
  { version, needs }: SaidToConfirm,
  inside: Inside | null,
): Promise<Confirmed> {
  const own = { accountId, id, version, inside };
  return acting<Confirmed>(parts, own, async (transaction, { found }, { note, now }) => {
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

export type Cancelled = NotThere | Refused | Changed | { readonly is: 'cancelled' };

/** Cancels an appointment and gives its place back. */
export async function cancelAppointment(
  parts: ActParts,
  accountId: string,
  id: string,
  { version, reason }: SaidToCancel,
  inside: Inside | null,
): Promise<Cancelled> {
  const own = { accountId, id, version, inside };
  return acting<Cancelled>(parts, own, async (transaction, { found, type }, { note, now, tell }) => {
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
    await tell(transaction);
    note({ kind: 'appointment-cancelled', receipt: found.receipt, ref: id, at: now });
    return { is: 'cancelled' };
  });
}

type Doing = { readonly note: Note; readonly now: Date; readonly tell: Inside['tell'] };

/** Does something to an appointment of an account, as a change of its case, unless it is another than what was shown. */
function acting<Result extends { readonly is: string }>(
  { database, clock, rules }: ActParts,
  {
    accountId,
    id,
    version,
    inside,
  }: Seen & { readonly accountId: string; readonly id: string; readonly inside: Inside | null },
  act: (transaction: Database, own: Locked, doing: Doing) => Promise<Result>,
): Promise<Result | NotThere | Changed> {
  return changing(inside?.transaction ?? database, clock, 'person', async (transaction, note) => {
    const own = await lockOwn(transaction, rules, accountId, id);
    if (own === null) return { is: 'not-there' };
    if (own.found.version !== version) return { is: 'changed' };
    return act(transaction, own, { note, now: clock.now(), tell: inside?.tell ?? nobody });
  });
}

const nobody = async (): Promise<void> => {};

function sealNeeds(vault: Vault, { id, dataKey }: Row, needs: Needs): Buffer | null {
  const isAny = needs.interpreter !== null || needs.access.length > 0;
  return isAny ? vault.openDataKey(dataKey).seal(writeNeeds(needs), needsPlace(id)) : null;
}
