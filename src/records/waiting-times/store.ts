import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { calendarDay, monthBefore } from './days.ts';
import type { Counts, Estimate } from './estimate.ts';
import type { Wait, WaitEvent } from './wait.ts';

/** A case's form and its events in their order. */
export type CaseHistory = { readonly receipt: string; readonly form: string; readonly events: WaitEvent[] };

/** Keeps others from counting until the transaction ends. */
export async function lockProgress(transaction: Database) {
  const { rows } = await sql<{ rules: string; after: string | null; estimatedOn: string | null }>`
    select rules, after, estimated_on::text as "estimatedOn" from wait_progress for update`.execute(
    transaction,
  );
  const [progress] = rows;
  if (progress === undefined) throw new Error('the count of waits has lost its place');
  return progress;
}

export async function saveProgress(
  transaction: Database,
  progress: { readonly rules: string; readonly after: string | null },
): Promise<void> {
  await sql`update wait_progress set rules = ${progress.rules}, after = ${progress.after}`.execute(
    transaction,
  );
}

export async function saveEstimateDay(transaction: Database, day: string): Promise<void> {
  await sql`update wait_progress set estimated_on = ${day}`.execute(transaction);
}

export async function selectReceiptsAfter(database: Database, after: string, most: number) {
  const { rows } = await sql<{ receipt: string }>`
    select receipt from case_record where receipt > ${after} order by receipt limit ${most}`.execute(
    database,
  );
  return rows.map(({ receipt }) => receipt);
}

/** What has happened in some cases, each event on its day in a time zone. */
export async function selectHistories(
  database: Database,
  receipts: readonly string[],
  timeZone: string,
): Promise<readonly CaseHistory[]> {
  const { rows } = await sql<{ receipt: string; form: string } & WaitEvent>`
    select own.receipt, own.form, event.status, event.office,
      (event.at at time zone ${timeZone})::date - date '1970-01-01' as day
    from case_record own join case_event event using (receipt)
    where own.receipt = any(${receipts}::text[])
    order by own.receipt, event.at, event.id`.execute(database);
  const histories = new Map<string, CaseHistory>();
  for (const { receipt, form, ...event } of rows) {
    const history = histories.get(receipt);
    if (history === undefined) histories.set(receipt, { receipt, form, events: [event] });
    else history.events.push(event);
  }
  return [...histories.values()];
}

/** The waits of some cases as they are counted now. */
export async function selectWaits(
  database: Database,
  receipts: readonly string[],
): Promise<ReadonlyMap<string, Wait>> {
  type Row = {
    receipt: string;
    form: string;
    office: string;
    start: number;
    end: number | null;
    outcome: 'decided' | 'stopped' | null;
  };
  const { rows } = await sql<Row>`
    select receipt, form, office, started_on - date '1970-01-01' as start,
      ended_on - date '1970-01-01' as end, outcome
    from case_wait where receipt = any(${receipts}::text[])`.execute(database);
  return new Map(
    rows.map(({ receipt, form, office, start, end, outcome }) => [
      receipt,
      {
        form,
        office: office === '' ? null : office,
        start,
        end: end === null || outcome === null ? null : { day: end, outcome },
      },
    ]),
  );
}

/** Writes the waits of some cases; null for a case whose start is not known. */
export async function writeWaits(
  transaction: Database,
  waits: readonly (readonly [receipt: string, wait: Wait | null])[],
): Promise<void> {
  const none = waits.filter(([, wait]) => wait === null).map(([receipt]) => receipt);
  if (none.length > 0)
    await sql`delete from case_wait where receipt = any(${none}::text[])`.execute(transaction);
  const some = waits.flatMap(([receipt, wait]) => (wait === null ? [] : [{ receipt, ...wait }]));
  if (some.length === 0) return;
  const column = <T>(of: (wait: (typeof some)[number]) => T) => some.map(of);
  await sql`
    insert into case_wait (receipt, form, office, started_on, ended_on, outcome)
    select receipt, form, office, date '1970-01-01' + start_day, date '1970-01-01' + end_day, outcome
    from unnest(
      ${column(({ receipt }) => receipt)}::text[], ${column(({ form }) => form)}::text[],
      ${column(({ office }) => office ?? '')}::text[], ${column(({ start }) => start)}::int[],
      ${column(({ end }) => end?.day ?? null)}::int[], ${column(({ end }) => end?.outcome ?? null)}::text[]
    ) as given (receipt, form, office, start_day, end_day, outcome)
    on conflict (receipt) do update set form = excluded.form, office = excluded.office,
      started_on = excluded.started_on, ended_on = excluded.ended_on, outcome = excluded.outcome
  `.execute(transaction);
}

type CountKey = {
  readonly form: string;
  readonly month: string;
  readonly office: string;
  readonly kind: 'open' | 'began' | 'decided' | 'stopped';
  readonly day: number;
};

/** Where a wait is counted. */
function placesOf({ form, office, start, end }: Wait): readonly CountKey[] {
  const of = { form, office: office ?? '' };
  if (end === null) return [{ ...of, month: 'infinity', kind: 'open', day: start }];
  const month = monthBefore(calendarDay(end.day), 0);
  return [
    { ...of, month, kind: 'began', day: start },
    { ...of, month, kind: end.outcome, day: end.day - start },
  ];
}

/** Counts waits anew that were others before. */
export async function countAnew(
  transaction: Database,
  waits: readonly { readonly before: Wait | null; readonly after: Wait | null }[],
): Promise<void> {
  const changed = new Map<string, { readonly key: CountKey; cases: number }>();
  const add = (wait: Wait | null, cases: number) => {
    for (const key of wait === null ? [] : placesOf(wait)) {
      const name = JSON.stringify(key);
      const found = changed.get(name);
      if (found === undefined) changed.set(name, { key, cases });
      else found.cases += cases;
    }
  };
  for (const { before, after } of waits) {
    add(before, -1);
    add(after, 1);
  }
  const rows = [...changed.values()].filter(({ cases }) => cases !== 0);
  if (rows.length === 0) return;
  const column = <K extends keyof CountKey>(name: K) => rows.map(({ key }) => key[name]);
  await sql`
    insert into wait_count (form, month, office, kind, day, cases)
    select * from unnest(
      ${column('form')}::text[], ${column('month')}::date[], ${column('office')}::text[],
      ${column('kind')}::text[], ${column('day')}::int[], ${rows.map(({ cases }) => cases)}::int[]
    )
    on conflict (form, month, office, kind, day) do update set cases = wait_count.cases + excluded.cases
  `.execute(transaction);
}

export async function removeEmptyCounts(database: Database): Promise<void> {
  await sql`delete from wait_count where cases = 0`.execute(database);
}

type Kind = 'open' | 'began' | 'decided' | 'stopped';
/** The counts of one office, by kind. */
export type OfficeCounts = { readonly [K in Kind]: Counts };

/**
 * What is counted of a form from one month to another, by office. What ends after the other month is not yet known of
 * then, so it is open.
 */
export async function selectCounts(
  database: Database,
  form: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<ReadonlyMap<string, OfficeCounts>> {
  const { rows } = await sql<{ office: string; kind: Kind; day: number; cases: number }>`
    select office, case when month > ${to}::date then 'open' else kind end as kind, day, sum(cases)::int as cases
    from wait_count
    where form = ${form} and month >= ${from}::date and not (month > ${to}::date and kind in ('decided', 'stopped'))
    group by 1, 2, 3 having sum(cases) > 0`.execute(database);
  const offices = new Map<string, { readonly [K in Kind]: Map<number, number> }>();
  for (const { office, kind, day, cases } of rows) {
    const counts = offices.get(office) ?? {
      open: new Map<number, number>(),
      began: new Map<number, number>(),
      decided: new Map<number, number>(),
      stopped: new Map<number, number>(),
    };
    offices.set(office, counts);
    counts[kind].set(day, cases);
  }
  return offices;
}

/** An estimate as it is kept. */
export type EstimateRow = Estimate & {
  readonly form: string;
  /** Empty for all offices together. */
  readonly office: string;
  readonly since: string;
  readonly until: string;
};

/** Puts estimates in the place of all that there were. */
export async function replaceEstimates(transaction: Database, rows: readonly EstimateRow[]): Promise<void> {
  await sql`delete from waiting_time`.execute(transaction);
  if (rows.length === 0) return;
  const column = <K extends keyof EstimateRow>(name: K) => rows.map((row) => row[name]);
  await sql`
    insert into waiting_time (form, office, since, until, decided, waiting, low, middle, high, observed)
    select * from unnest(
      ${column('form')}::text[], ${column('office')}::text[], ${column('since')}::date[], ${column('until')}::date[],
      ${column('decided')}::int[], ${column('waiting')}::int[], ${column('low')}::int[], ${column('middle')}::int[],
      ${column('high')}::int[], ${column('observed')}::int[]
    )`.execute(transaction);
}

/** Every estimate of all offices together, or each of one form. */
export async function selectEstimates(
  database: Database,
  which: { readonly is: 'all-offices' } | { readonly is: 'form'; readonly form: string },
): Promise<readonly EstimateRow[]> {
  const condition = which.is === 'form' ? sql`form = ${which.form}` : sql`office = ''`;
  const { rows } = await sql<EstimateRow>`
    select form, office, since::text, until::text, decided, waiting, low, middle, high, observed
    from waiting_time where ${condition} order by form, office`.execute(database);
  return rows;
}
