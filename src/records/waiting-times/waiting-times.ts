import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Floor } from '../../platform/floor/index.ts';
import { type Reader, readingFrom } from '../../platform/stream/index.ts';
import { type Change, changes } from '../changes/index.ts';
import type { WaitingTime } from './case-wait.ts';
import { dayNumber, monthBefore, today } from './days.ts';
import { type Counts, estimate, FEWEST_DECIDED } from './estimate.ts';
import {
  countAnew,
  type EstimateRow,
  lockProgress,
  type OfficeCounts,
  removeEmptyCounts,
  replaceEstimates,
  saveEstimateDay,
  saveProgress,
  selectCounts,
  selectEstimates,
  selectHistories,
  selectReceiptsAfter,
  selectWaits,
  writeWaits,
} from './store.ts';
import { type WaitCatalogue, waitOf, writeWaitRules } from './wait.ts';

/** How long cases of a form take. */
export type FormTime = WaitingTime & { readonly form: string };

export type WaitingTimes = {
  /**
   * Counts every case once where that was not done, as after a change of what decides, and makes the estimates of today.
   * Reads no case otherwise, and does nothing where today's estimates are there.
   * @param again whether to make them again
   */
  bringUpToDate(again?: 'again'): Promise<void>;
  /** How long cases of each form take, in all offices together; a form with too few decisions is left out. */
  ofForms(): Promise<readonly FormTime[]>;
  /** How long cases of a form take, in all offices together and in each that has enough decisions. */
  ofForm(form: string): Promise<readonly FormTime[]>;
  /** Counts the cases that change. */
  readonly reader: Reader<Change>;
  /** What is done for it behind the pages. */
  readonly floor: Floor;
};

export type WaitingTimesNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly catalogue: WaitCatalogue;
  /** IANA zone of the agency: what is a day, and a month. */
  readonly timeZone: string;
};

/** Whole months before the running one that estimates look back. */
const MONTHS = 12;
const AT_ONCE = 1_000;

/** Keeps how long cases wait for a decision. */
export function makeWaitingTimes(needs: WaitingTimesNeeds): WaitingTimes {
  const { database } = needs;
  const reader: Reader<Change> = {
    name: 'waiting-times',
    wants: (kind) => kind === 'case-moved',
    take: async (transaction, rows) => {
      await lockProgress(transaction);
      const receipts = new Set(rows.flatMap(({ receipt }) => (receipt === null ? [] : [receipt])));
      await recount(transaction, [...receipts], needs);
    },
  };
  const bringUpToDate: WaitingTimes['bringUpToDate'] = async (again) => {
    let counted = false;
    while (await countMore(needs)) counted = true;
    await estimateToday(needs, counted || again !== undefined);
  };
  return {
    bringUpToDate,
    ofForms: async () => (await selectEstimates(database, { is: 'all-offices' })).map(named),
    ofForm: async (form) => (await selectEstimates(database, { is: 'form', form })).map(named),
    reader,
    floor: {
      timed: [{ name: 'waiting-times', cron: '*/10 * * * *', run: () => bringUpToDate() }],
      readings: [readingFrom(changes, reader)],
    },
  };
}

const named = ({ office, ...row }: EstimateRow): FormTime => ({
  ...row,
  office: office === '' ? null : office,
});

/** Reads some cases anew. Whoever calls it has locked the progress. */
async function recount(
  transaction: Database,
  receipts: readonly string[],
  { catalogue, timeZone }: WaitingTimesNeeds,
): Promise<void> {
  const before = await selectWaits(transaction, receipts);
  const histories = await selectHistories(transaction, receipts, timeZone);
  const waits = histories.map(
    ({ receipt, form, events }) => [receipt, waitOf(form, events, catalogue)] as const,
  );
  await writeWaits(transaction, waits);
  await countAnew(
    transaction,
    waits.map(([receipt, after]) => ({ before: before.get(receipt) ?? null, after })),
  );
}

/** Goes on with the count of all, or begins one where the rules are others. @returns whether there was something to do */
async function countMore(needs: WaitingTimesNeeds): Promise<boolean> {
  const text = `${needs.timeZone} ${writeWaitRules(needs.catalogue)}`;
  const rules = createHash('sha256').update(text).digest('base64url');
  return needs.database.transaction().execute(async (transaction) => {
    const progress = await lockProgress(transaction);
    const after = progress.rules === rules ? progress.after : '';
    if (after === null) return false;
    const receipts = await selectReceiptsAfter(transaction, after, AT_ONCE);
    await recount(transaction, receipts, needs);
    const last = receipts.length === AT_ONCE ? (receipts.at(-1) ?? null) : null;
    await saveProgress(transaction, { rules, after: last });
    return true;
  });
}

async function estimateToday(
  { database, clock, catalogue, timeZone }: WaitingTimesNeeds,
  again: boolean,
): Promise<void> {
  const until = today(clock.now(), timeZone);
  await database.transaction().execute(async (transaction) => {
    const { estimatedOn } = await lockProgress(transaction);
    if (estimatedOn === until && !again) return;
    await removeEmptyCounts(transaction);
    const since = monthBefore(until, MONTHS);
    const rows: EstimateRow[] = [];
    for (const form of catalogue.forms.keys()) {
      const offices = await selectCounts(transaction, form, { from: since, to: monthBefore(until, 0) });
      for (const [office, counts] of [['', together(offices.values())] as const, ...offices]) {
        // What names no office stands for none: only the sum of all has that name.
        if (office === '' && counts === offices.get('')) continue;
        const found = estimate({ ...counts, since: dayNumber(since), until: dayNumber(until) });
        if (found.decided >= FEWEST_DECIDED) rows.push({ form, office, since, until, ...found });
      }
    }
    await replaceEstimates(transaction, rows);
    await saveEstimateDay(transaction, until);
  });
}

function together(offices: Iterable<OfficeCounts>): OfficeCounts {
  const all = [...offices];
  const sum = (kind: keyof OfficeCounts): Counts => {
    const counts = new Map<number, number>();
    for (const each of all)
      for (const [day, cases] of each[kind]) counts.set(day, (counts.get(day) ?? 0) + cases);
    return counts;
  };
  return { open: sum('open'), began: sum('began'), decided: sum('decided'), stopped: sum('stopped') };
}
