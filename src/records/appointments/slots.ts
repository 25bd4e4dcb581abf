import { type RawBuilder, sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { dayOf } from '../../platform/calendar/index.ts';
import type { Database } from '../../platform/database/index.ts';

/** How many people an office sees at a time, as the agency says it. */
export type SaidSlot = {
  readonly office: string;
  readonly type: string;
  readonly startsAt: Date;
  readonly wallTime: string;
  readonly zone: string;
  readonly capacity: number;
};

/** A line by which the agency says so. */
export type SlotLine = {
  readonly event: string;
  readonly at: Date;
  readonly digest: Buffer;
  readonly slots: readonly SaidSlot[];
};

/** What is known of such lines, by the agency's ids. */
export const knowingSlotLines = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from appointment_slot_line where event = any(${events}::text[])`;

type Said = SaidSlot & { readonly at: Date; readonly event: string };

/**
 * Writes how many people offices see at which times: the newest word of each time counts, whichever comes first. Who has a
 * place keeps it, also where there are fewer now.
 */
export async function takeSlotLines(
  transaction: Database,
  lines: readonly SlotLine[],
  now: Date,
): Promise<void> {
  await sql`
    insert into appointment_slot_line (event, at, digest, imported_at)
    select *, ${now}::timestamptz from unnest(
      ${lines.map(({ event }) => event)}::text[], ${lines.map(({ at }) => at)}::timestamptz[],
      ${lines.map(({ digest }) => digest)}::bytea[])`.execute(transaction);
  const changed = await upsertSlots(transaction, newestOf(lines));
  if (changed.length === 0) return;
  // Locked before they are counted, so that whoever takes one meanwhile is counted too.
  await sql`
    select from appointment_place where slot_id = any(${changed}::uuid[])
    order by slot_id, number for update`.execute(transaction);
  await sql`
    insert into appointment_place (slot_id, number)
    select slot.id, number from appointment_slot slot cross join generate_series(1, slot.capacity) number
    where slot.id = any(${changed}::uuid[]) on conflict do nothing`.execute(transaction);
  await sql`
    update appointment_place place set withdrawn = ranked.is_more
    from (
      select slot.id, each.number, slot.capacity < row_number() over (
        partition by slot.id order by (each.appointment_id is not null and each.held_until is null) desc,
          (each.held_until > ${now}::timestamptz) is true desc, each.number
      ) as is_more
      from appointment_slot slot join appointment_place each on each.slot_id = slot.id
      where slot.id = any(${changed}::uuid[])
    ) ranked
    where place.slot_id = ranked.id and place.number = ranked.number and place.withdrawn <> ranked.is_more`.execute(
    transaction,
  );
}

/** Of the words of one time the newest, by time and then by id. */
function newestOf(lines: readonly SlotLine[]): readonly Said[] {
  const newest = new Map<string, Said>();
  for (const { at, event, slots } of lines)
    for (const slot of slots) {
      const key = `${slot.office} ${slot.type} ${slot.startsAt.getTime()}`;
      const before = newest.get(key);
      const isNewer =
        before === undefined ||
        before.at < at ||
        (before.at.getTime() === at.getTime() && before.event < event);
      if (isNewer) newest.set(key, { ...slot, at, event });
    }
  return [...newest.values()];
}

/** @returns the ids of those of which this is the newest word */
async function upsertSlots(transaction: Database, slots: readonly Said[]): Promise<readonly string[]> {
  const column = <T>(of: (slot: Said) => T): T[] => slots.map(of);
  const { rows } = await sql<{ id: string }>`
    insert into appointment_slot (id, office, type, starts_at, wall_time, zone, capacity, said_at, said_by)
    select * from unnest(
      ${column(() => uuid())}::uuid[], ${column(({ office }) => office)}::text[],
      ${column(({ type }) => type)}::text[], ${column(({ startsAt }) => startsAt)}::timestamptz[],
      ${column(({ wallTime }) => wallTime)}::text[], ${column(({ zone }) => zone)}::text[],
      ${column(({ capacity }) => capacity)}::int[], ${column(({ at }) => at)}::timestamptz[],
      ${column(({ event }) => event)}::text[])
    on conflict (office, type, starts_at) do update set
      capacity = excluded.capacity, wall_time = excluded.wall_time, zone = excluded.zone,
      said_at = excluded.said_at, said_by = excluded.said_by
      where (appointment_slot.said_at, appointment_slot.said_by) < (excluded.said_at, excluded.said_by)
    returning id`.execute(transaction);
  return rows.map(({ id }) => id);
}

/** A time at which somebody may come. */
export type FreeTime = {
  readonly id: string;
  readonly office: string;
  readonly startsAt: Date;
  readonly zone: string;
};

/**
 * Whether a place may be taken: it is not the agency's any more, and nobody has it or is choosing it.
 * @param place the alias of `appointment_place`
 */
export const isFree = (place: string, now: RawBuilder<Date> | Date): RawBuilder<boolean> =>
  sql`(not ${sql.ref(`${place}.withdrawn`)} and (${sql.ref(`${place}.appointment_id`)} is null
    or ${sql.ref(`${place}.held_until`)} <= ${now}::timestamptz))`;

/** Whose times somebody may choose from. */
type Sought = {
  readonly type: string;
  readonly offices: readonly string[];
  /** The first moment that may be chosen. */
  readonly from: Date;
  /** A time that is theirs already. */
  readonly own: Date | null;
  readonly now: Date;
};

/** The times that are free, as rows of `slot`. */
const free = ({ type, offices, from, own, now }: Sought) => sql`
  appointment_slot slot
  cross join lateral (
    select from appointment_place place where place.slot_id = slot.id and ${isFree('place', now)} limit 1
  ) free
  where slot.office = any(${offices}::text[]) and slot.type = ${type} and slot.starts_at >= ${from}::timestamptz
    and slot.starts_at is distinct from ${own}::timestamptz`;

/** The next times at which somebody may come, in their order. */
export async function nextTimes(
  database: Database,
  sought: Sought,
  most: number,
): Promise<readonly FreeTime[]> {
  const { rows } = await sql<FreeTime>`
    select slot.id, slot.office, slot.starts_at as "startsAt", slot.zone from ${free(sought)}
    order by slot.starts_at, slot.office limit ${most}`.execute(database);
  return rows;
}

/** The free times of a month, by days, and those of some days one by one. */
export type FreeMonth = {
  /** `YYYY-MM`; null where nothing is free at all. */
  readonly month: string | null;
  /** Those before and after it that have free times too. */
  readonly previous: string | null;
  readonly next: string | null;
  readonly days: readonly { readonly day: string; readonly count: number }[];
  /** From the day that was asked for on, or from the first of the month. */
  readonly times: readonly FreeTime[];
};

/** Most times that are told one by one. */
const MOST_TIMES = 60;
const Days = z.array(z.object({ day: z.string(), count: z.number() }));
const Times = z.array(
  z.object({
    id: z.string(),
    office: z.string(),
    startsAt: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    zone: z.string(),
  }),
);

/**
 * Reads what is free in a month, each day and time by the clock of its office. One trip to the database.
 * @param month the first that has free times where it is null or has none, `day` likewise
 */
export async function freeMonth(
  database: Database,
  sought: Sought,
  { month, day }: { readonly month: string | null; readonly day: string | null },
): Promise<FreeMonth> {
  // By the instant the index finds them; no clock is more than a day from UTC.
  const around = (start: RawBuilder<unknown>, days: number) =>
    sql`slot.starts_at < (${start})::date::timestamptz + make_interval(days => ${days})
      and slot.starts_at > (${start})::date::timestamptz - interval '2 days'`;
  const of = sql`left(slot.wall_time, 7)`;
  const { rows } = await sql<Omit<FreeMonth, 'days' | 'times'> & { days: unknown; times: unknown }>`
    with shown as materialized (
      select coalesce(
        (select ${of} from ${free(sought)} and ${of} = ${month}::text limit 1),
        (select ${of} from ${free(sought)} order by slot.starts_at limit 1)
      ) as month
    ),
    days as materialized (
      select left(slot.wall_time, 10) as day, count(*)::int as count from ${free(sought)}
        and ${around(sql`(select month || '-01' from shown)`, 33)} and ${of} = (select month from shown)
      group by 1
    ),
    first as materialized (
      select coalesce((select day from days where day = ${day}::text), (select min(day) from days)) as day
    )
    select month,
      (select ${of} from ${free(sought)} and slot.starts_at < (month || '-01')::date::timestamptz + interval '2 days'
        and ${of} < month order by slot.starts_at desc limit 1) as previous,
      (select ${of} from ${free(sought)} and slot.starts_at > (month || '-01')::date::timestamptz + interval '26 days'
        and ${of} > month order by slot.starts_at limit 1) as next,
      (select coalesce(jsonb_agg(days order by day), '[]') from days) as days,
      (select coalesce(jsonb_agg(told), '[]') from (
        select slot.id, slot.office, slot.starts_at as "startsAt", slot.zone from ${free(sought)}
          and ${around(sql`first.day`, 33)} and left(slot.wall_time, 10) >= first.day and ${of} = month
        order by slot.starts_at, slot.office limit ${MOST_TIMES}
      ) told) as times
    from shown, first`.execute(database);
  const [row] = rows;
  if (row === undefined) throw new Error('a month was not read');
  return { ...row, days: Days.parse(row.days), times: byOffice(wholeDays(Times.parse(row.times))) };
}

/** Of each day those of one office after another, since their clocks differ. */
function byOffice(times: readonly FreeTime[]): readonly FreeTime[] {
  const dayThere = ({ office, startsAt, zone }: FreeTime) => `${dayOf(startsAt, zone)} ${office}`;
  return [...Map.groupBy(times, dayThere).values()].flat();
}

/** Without the last day where it may have more times than were read, unless it is the only one. */
function wholeDays(times: readonly FreeTime[]): readonly FreeTime[] {
  const dayIn = ({ startsAt, zone }: FreeTime) => dayOf(startsAt, zone);
  const [first, last] = [times[0], times.at(-1)];
  if (times.length < MOST_TIMES || first === undefined || last === undefined) return times;
  return dayIn(first) === dayIn(last) ? times : times.filter((each) => dayIn(each) !== dayIn(last));
}
