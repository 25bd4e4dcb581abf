import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import { calendarDay, dayNumber } from './days.ts';

const days = z.int().nullable();

const StoredWait = z
  .object({
    startedOn: z.string(),
    endedOn: z.string().nullable(),
    outcome: z.enum(['decided', 'stopped']).nullable(),
    office: z.string().transform((office) => (office === '' ? null : office)),
    time: z
      .object({
        office: z.string().transform((office) => (office === '' ? null : office)),
        since: z.string(),
        until: z.string(),
        decided: z.int(),
        waiting: z.int(),
        low: days,
        middle: days,
        high: days,
        observed: z.int(),
      })
      .nullable(),
  })
  .nullable();

/** The wait of one case, and the waiting time of cases like it. */
export type CaseWait = NonNullable<z.infer<typeof StoredWait>>;
/** How long cases of a form take; of all offices where `office` is null. */
export type WaitingTime = NonNullable<CaseWait['time']>;

/**
 * The wait of a case as one column, for whatever query reads the case: of its office where that has enough decisions, or
 * else of all. Nothing in it is personal beyond what the public status tells; the query itself asks who may read the case.
 * @param receipt the column that names the case
 * @returns what `readCaseWait` reads
 */
export function waiting(receipt: RawBuilder<string>): RawBuilder<unknown> {
  return sql`(
    select jsonb_build_object(
      'startedOn', wait.started_on, 'endedOn', wait.ended_on, 'outcome', wait.outcome, 'office', wait.office,
      'time', (
        select jsonb_build_object(
          'office', time.office, 'since', time.since, 'until', time.until, 'decided', time.decided,
          'waiting', time.waiting, 'low', time.low, 'middle', time.middle, 'high', time.high,
          'observed', time.observed)
        from waiting_time time
        where time.form = wait.form and time.office in (wait.office, '')
        order by time.office desc limit 1
      )
    ) from case_wait wait where wait.receipt = ${receipt})`;
}

/** Reads the column of `waiting`. @returns null for a case of which nobody knows when it started */
export function readCaseWait(column: unknown): CaseWait | null {
  return StoredWait.parse(column);
}

/** Where one case stands among those like it. */
export type WaitStanding =
  | {
      readonly is: 'waiting';
      /** Days since it started. */
      readonly day: number;
      /** From when the agency may be asked about it; null where nothing says so. */
      readonly ask: { readonly day: number; readonly on: CalendarDate; readonly isPast: boolean } | null;
    }
  | { readonly is: 'decided' | 'stopped'; readonly day: number };

/**
 * Where a case stands on a day.
 * @param askAfter the agency's own rule in days; null for the days by which 90 in 100 are decided
 */
export function standing(
  wait: CaseWait,
  { askAfter, today }: { readonly askAfter: number | null; readonly today: CalendarDate },
): WaitStanding {
  const start = dayNumber(wait.startedOn);
  const now = dayNumber(today);
  if (wait.endedOn !== null && wait.outcome !== null && dayNumber(wait.endedOn) <= now)
    return { is: wait.outcome, day: dayNumber(wait.endedOn) - start };
  const after = askAfter ?? wait.time?.high ?? null;
  return {
    is: 'waiting',
    day: Math.max(0, now - start),
    ask: after === null ? null : { day: after, on: calendarDay(start + after), isPast: start + after <= now },
  };
}
