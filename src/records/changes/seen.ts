import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { type Clock, DAY, MINUTE } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Change, NewsKind } from './kinds.ts';

/** A visit ends once nothing was looked at for so long. */
const VISIT_MINUTES = 30;
/** What happened so long before Portico heard of it was imported, and is no news. */
const NEWS_DAYS = 30;
/** During a visit it is noted at most this often that it goes on. */
const NOTED_EVERY = MINUTE;

/** Whether a change happened lately when Portico heard of it, so that it was not imported. */
export const isRecent = ({ at, recordedAt }: Pick<Change, 'at' | 'recordedAt'>): boolean =>
  at.getTime() > recordedAt.getTime() - NEWS_DAYS * DAY;

/**
 * Whether an account has not looked since a change. A condition.
 * @param seq the column of its number
 */
export const isUnseen = (accountId: RawBuilder<string>, seq: RawBuilder<string>): RawBuilder<boolean> =>
  sql`not exists (select from account_seen seen where seen.account_id = ${accountId} and seen.seq >= ${seq})`;

/** Something that a person has not seen on an earlier visit. What it is about stands at `ref`. */
export type News = { readonly kind: NewsKind; readonly ref: string; readonly at: Date };

/** How far a person has seen, as a page read it. */
export type Seen = {
  /** The newest change of all when the page was read; null where there is none. */
  readonly newest: string | null;
  /** Up to which this visit has seen; null on the very first one. */
  readonly seq: string | null;
  readonly at: Date | null;
};

/**
 * What of a case is new to an account since its visit before, as one JSON value for `readNews`, newest first. Nothing is
 * new on the first visit. A fragment: the statement that it stands in asks whether the case may be read.
 * @param receipt the column that names the case
 */
export function listingNews(
  accountId: RawBuilder<string>,
  receipt: RawBuilder<string>,
  now: RawBuilder<Date>,
): RawBuilder<unknown> {
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'ref', ref, 'at', change.at) order by change.seq desc), '[]')
    ${joiningNews(accountId, receipt, now)}
  )`;
}

/**
 * Whether something of a case is new to an account, by the same rule as `listingNews`. A fragment: the statement that it
 * stands in asks whether the case may be read.
 * @param ref the column that names the thing, as text
 */
export const isNews = (
  accountId: RawBuilder<string>,
  receipt: RawBuilder<string>,
  ref: RawBuilder<string>,
  now: RawBuilder<Date>,
): RawBuilder<boolean> =>
  sql`exists (select ${joiningNews(accountId, receipt, now)} and change.ref = ${ref})`;

/** The changes of a case since the visit before, without what people did themselves, from `from` to a `where` that may be gone on with. */
const joiningNews = (
  accountId: RawBuilder<string>,
  receipt: RawBuilder<string>,
  now: RawBuilder<Date>,
): RawBuilder<unknown> => sql`
    from account_seen seen
    join change on change.receipt = ${receipt}
      and (change.account_id is null or change.account_id = ${accountId})
      and change.source <> 'person'
      and change.kind not in ('message-sent', 'message-acknowledged', 'message-received', 'conversation-closed')
      and change.seq > case when seen.at < ${now}::timestamptz - make_interval(mins => ${VISIT_MINUTES})
        then seen.seq else seen.before_seq end
      and change.at > change.recorded_at - make_interval(days => ${NEWS_DAYS})
    where seen.account_id = ${accountId}`;

const Listed = z.array(
  z.object({
    kind: z.custom<NewsKind>((value) => typeof value === 'string'),
    ref: z.string(),
    at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  }),
);

/** What `listingNews` gave. */
export const readNews = (value: unknown): readonly News[] => Listed.parse(value);

/** How far an account has seen, and how far there is to see, as one JSON value for `readSeen`. A fragment. */
export function tellingSeen(accountId: RawBuilder<string>): RawBuilder<unknown> {
  return sql`jsonb_build_object(
    'newest', (select max(seq)::text from change),
    'seen', (select jsonb_build_object('seq', seq::text, 'at', at) from account_seen where account_id = ${accountId}))`;
}

const Told = z.object({
  newest: z.string().nullable(),
  seen: z
    .object({
      seq: z.string(),
      at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    })
    .nullable(),
});

/** What `tellingSeen` gave. */
export function readSeen(value: unknown): Seen {
  const { newest, seen } = Told.parse(value);
  return { newest, seq: seen?.seq ?? null, at: seen?.at ?? null };
}

/**
 * Notes that a person has seen all that a page read. What is marked as new on this visit stays so until the visit ends:
 * a page that is loaded again shows it again.
 */
export async function noteSeen(
  database: Database,
  clock: Clock,
  accountId: string,
  { newest, seq, at }: Seen,
): Promise<void> {
  const now = clock.now();
  const isNoted = newest === null || newest === seq;
  if (isNoted && at !== null && now.getTime() - at.getTime() < NOTED_EVERY) return;
  await sql`
    insert into account_seen (account_id, before_seq, seq, at)
    values (${accountId}, ${newest ?? '0'}::bigint, ${newest ?? '0'}::bigint, ${now}::timestamptz)
    on conflict (account_id) do update set
      before_seq = case when account_seen.at < excluded.at - make_interval(mins => ${VISIT_MINUTES})
        then account_seen.seq else account_seen.before_seq end,
      seq = greatest(account_seen.seq, excluded.seq),
      at = greatest(account_seen.at, excluded.at)`.execute(database);
}
