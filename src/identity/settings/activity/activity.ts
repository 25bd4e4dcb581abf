import { z } from 'zod';
import type { ActivityGroup, ActivityLabel, ActivityLabels } from '../../../platform/audit/index.ts';
import type { BrowserName } from '../../../platform/browser/index.ts';
import { type Clock, DAY } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { readTakenOut, type TakenOut } from '../../core/notices/index.ts';
import type { SecondSteps } from '../../core/second-steps/index.ts';

/** Something that happened to an account. */
export type Happening = {
  /** Its place in the chain of all events, which only grows. */
  readonly seq: string;
  readonly at: Date;
  readonly telling: ActivityLabel;
  /** With what the second step was taken or tried, where it was about one. */
  readonly factor: string | null;
  /** What somebody on a way back said that they lost. */
  readonly lost: string | null;
  /** The browser that asked for it, as far as one did and said. */
  readonly browser: BrowserName;
  /** What it took out of the account and brought back. */
  readonly taken: TakenOut;
};

export type Asked = {
  readonly group: ActivityGroup | null;
  readonly days: number | null;
  /** Only what happened before this one. */
  readonly before: string | null;
};

const PAGE = 25;
const MONTHS = 24;
const Name = z.string().catch('');
const Said = z.string().nullable().catch(null);
const Detail = z
  .object({ factor: Said, lost: Said, browser: Name, system: Name })
  .catch({ factor: null, lost: null, browser: '', system: '' });

/** How far back the history goes. */
function oldestShown(now: Date): Date {
  const oldest = new Date(now);
  oldest.setUTCMonth(oldest.getUTCMonth() - MONTHS);
  return oldest;
}

/**
 * What happened to an account, the newest first, a page at a time. Its cost does not grow with what happened to others.
 * @returns the page, and the last event of it where more follow
 */
export async function activityOf(
  {
    database,
    clock,
    activityLabels,
    secondSteps,
  }: {
    database: Database;
    clock: Clock;
    activityLabels: ActivityLabels;
    secondSteps: SecondSteps;
  },
  accountId: AccountId,
  { group, days, before }: Asked,
): Promise<{ readonly happenings: readonly Happening[]; readonly next: string | null }> {
  const now = clock.now();
  const oldest = oldestShown(now);
  const since = days === null ? oldest : new Date(Math.max(oldest.getTime(), now.getTime() - days * DAY));
  const byKind = new Map<string, ActivityLabel>(Object.entries(activityLabels));
  const kinds = [...byKind].filter(([, telling]) => group === null || telling.group === group);
  const rows = await database
    .selectFrom('security_event')
    .select(['seq', 'kind', 'at', 'detail'])
    .where('account_id', '=', accountId)
    .where('at', '>=', since)
    .where(
      'kind',
      'in',
      kinds.map(([kind]) => kind),
    )
    .$if(before !== null, (query) => query.where('seq', '<', before ?? '0'))
    .orderBy('seq', 'desc')
    .limit(PAGE + 1)
    .execute();
  const shown = rows.slice(0, PAGE);
  return {
    happenings: shown.flatMap(({ seq, kind, at, detail }) => {
      const telling = byKind.get(kind);
      if (telling === undefined) return [];
      const { factor, lost, ...browser } = Detail.parse(detail);
      return [{ seq, at, telling, factor, lost, browser, taken: readTakenOut(detail, secondSteps) }];
    }),
    next: rows.length > PAGE ? (shown.at(-1)?.seq ?? null) : null,
  };
}
