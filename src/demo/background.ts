import { z } from 'zod';
import type { Clock } from '../platform/clock/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import { loadCaseCatalogue } from '../records/cases/index.ts';
import { agencyFeed, type FeedSummary, generateCases, loadDemoMaterial } from '../records/feed/index.ts';
import { makeWaitingTimes } from '../records/waiting-times/index.ts';
import { hasDemo } from './material.ts';

const Event = z.object({ id: z.string() });

/** As many as give every common form waiting times, and no more than a start notices. */
const BACKGROUND = { seed: 14, cases: 1200, years: 2 };

/**
 * Loads cases of people who are nobody's account, so that there is something to count. What is there already stays.
 * @param until their last moment, where it is not that of the first start
 * @returns what became of the lines; null where all were there, or the agency has none
 */
export async function loadBackground({
  agency,
  database,
  vault,
  clock,
  until,
}: Pick<Foundation, 'agency' | 'database' | 'vault'> & {
  readonly clock: Clock;
  readonly until?: Date;
}): Promise<FeedSummary | null> {
  if (!hasDemo(agency.folder)) return null;
  const catalogue = loadCaseCatalogue(agency);
  const started = await database.selectFrom('installation').select('since').executeTakeFirst();
  const lines = [
    ...generateCases(loadDemoMaterial(agency, catalogue), {
      ...BACKGROUND,
      until: until ?? started?.since ?? clock.now(),
    }),
  ];
  const summary = (await hasLast(database, lines))
    ? null
    : await agencyFeed({ agency, database, vault }, clock).take(inBytes(lines));
  await makeWaitingTimes({ database, clock, catalogue, timeZone: agency.timeZone }).bringUpToDate();
  return summary;
}

/** Whether the last of the lines is there, and so all of them, since a feed commits them in their order. */
async function hasLast(database: Database, lines: readonly string[]): Promise<boolean> {
  const { id } = Event.parse(JSON.parse(lines.at(-1) ?? ''));
  const found = await database.selectFrom('case_event').select('id').where('id', '=', id).executeTakeFirst();
  return found !== undefined;
}

async function* inBytes(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}
