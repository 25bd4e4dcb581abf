import type { RawBuilder, SqlBool } from 'kysely';
import { z } from 'zod';
import type { ActivityLabels } from '../audit/index.ts';
import type { Database } from '../database/index.ts';
import type { ApiScope, PageScope } from '../http/index.ts';
import type { PlainWordKey, Words } from '../i18n/index.ts';
import type { Reading } from '../stream/index.ts';
import type { PersonalData } from '../tables/index.ts';
import type { NavigationLink, Visitor } from '../ui/index.ts';

/** Work that is done by the clock. */
export type Timed = {
  readonly name: string;
  /** When, in the five fields of a crontab. */
  readonly cron: string;
  readonly run: () => Promise<unknown>;
};

/** A link of the main navigation, for whom it is and where among the others: the lowest first. */
export type FloorLink = NavigationLink & {
  readonly visitors: readonly Visitor['is'][];
  readonly place: number;
};

/** A part of the account that a room looks after, as the overview of the account shows it. */
export type AccountLink = {
  readonly href: string;
  readonly title: PlainWordKey;
  text(words: Words): string;
};

/** Work about one row. What takes long ends early when `stopping` is aborted. */
export type FloorJobs = Readonly<Record<string, (id: string, stopping: AbortSignal) => Promise<void>>>;

/** What a floor adds to the app, which asks every floor alike. */
export type Floor = {
  readonly pages?: (scope: PageScope) => void;
  readonly api?: (scope: ApiScope) => void;
  /** Work about one row, which a job names by its id. */
  readonly jobs?: FloorJobs;
  /** Such work that takes long, in a worker of its own that does one at a time, so that nothing else waits for it. */
  readonly slowJobs?: FloorJobs;
  readonly timed?: readonly Timed[];
  /** What removes what has expired, each by itself. */
  readonly cleanUp?: readonly (() => Promise<unknown>)[];
  /** Who reads a stream, each at its source. */
  readonly readings?: readonly Reading[];
  /** What it keeps about a person: for the copy of their data, and for erasing it. */
  readonly personalData?: readonly PersonalData[];
  /**
   * Whether anything of it rests on what the person of an account says of themselves, so that they cannot change that by
   * themselves any more: a condition on an id of `account`.
   */
  readonly restsOnPerson?: (accountId: RawBuilder<unknown>) => RawBuilder<SqlBool>;
  /**
   * Ends whatever opens something of an account without a sign-in, in the transaction of an alarm or of a way back: whoever
   * was in the account may have made it.
   */
  readonly shut?: (transaction: Database, accountId: string) => Promise<void>;
  /** How many things of an account its person has not read: a number, for an id of `account`. */
  readonly unread?: (accountId: RawBuilder<unknown>) => RawBuilder<number>;
  /** How the events that it records are told to the person whom they concern. */
  readonly activity?: ActivityLabels;
  readonly links?: readonly FloorLink[];
  /** What of it a person sets, for the overview of their account. */
  readonly accountLinks?: readonly AccountLink[];
  readonly close?: () => Promise<void>;
};

/** What a worker does, as `startWorkers` takes it. */
export type FloorWork = {
  readonly tasks: Readonly<Record<string, (payload: unknown, stopping: AbortSignal) => Promise<void>>>;
  readonly crontab: string;
};

const Payload = z.object({ id: z.string() });
const CLEAN_UP = { name: 'clean-up', cron: '*/10 * * * *' };

/** The jobs of all floors, what they do by the clock, and their clean-up as one of the latter. */
export function workOf(floors: readonly Floor[]): FloorWork {
  const cleanUp = floors.flatMap((floor) => floor.cleanUp ?? []);
  const timed = [...floors.flatMap((floor) => floor.timed ?? []), { ...CLEAN_UP, run: () => each(cleanUp) }];
  return {
    tasks: Object.fromEntries([
      ...floors.flatMap((floor) => Object.entries(jobsOf(floor))),
      ...timed.map(({ name, run }) => [name, async () => void (await run())] as const),
    ]),
    crontab: timed.map(({ name, cron }) => `${cron} ${name}`).join('\n'),
  };
}

/** The jobs of all floors that take long. */
export const slowJobsOf = (floors: readonly Floor[]): FloorJobs =>
  Object.assign({}, ...floors.map(({ slowJobs }) => slowJobs ?? {}));

/** The main navigation of a visitor, of the links of all floors. */
export function navigationOf(floors: readonly Floor[]): (visitor: Visitor) => readonly NavigationLink[] {
  const links = floors
    .flatMap((floor) => floor.links ?? [])
    .toSorted((one, other) => one.place - other.place);
  return (visitor) => links.filter(({ visitors }) => visitors.includes(visitor.is));
}

/** The jobs of a floor as tasks, each about the row that its payload names. */
export function jobsOf({ jobs = {} }: Pick<Floor, 'jobs'>): FloorWork['tasks'] {
  return Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => [
      name,
      async (payload, stopping) => job(Payload.parse(payload).id, stopping),
    ]),
  );
}

/** Does everything, also where a part fails, and then says what failed. */
async function each(parts: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failed: unknown[] = [];
  for (const part of parts) await part().catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} parts of the clean-up failed`);
}
