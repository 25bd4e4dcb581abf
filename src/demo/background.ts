import type { Clock } from '../platform/clock/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import { loadCaseCatalogue } from '../records/cases/index.ts';
import { agencyFeed, type FeedSummary, generateCases, loadDemoMaterial } from '../records/feed/index.ts';
import { makeWaitingTimes } from '../records/waiting-times/index.ts';

/** As many as give every common form waiting times, and no more than a start notices. */
const BACKGROUND = { seed: 14, cases: 1200, years: 2 };

/**
 * Loads cases of people who are nobody's account, so that there is something to count. What is there already stays.
 * @param until their last moment, where it is not that of the first start
 * @returns what became of the lines
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
}): Promise<FeedSummary> {
  const catalogue = loadCaseCatalogue(agency);
  const started = await database.selectFrom('installation').select('since').executeTakeFirst();
  const cases = generateCases(loadDemoMaterial(agency, catalogue), {
    ...BACKGROUND,
    until: until ?? started?.since ?? clock.now(),
  });
  const summary = await agencyFeed({ agency, database, vault }, clock).take(inBytes(cases));
  await makeWaitingTimes({ database, clock, catalogue, timeZone: agency.timeZone }).bringUpToDate();
  return summary;
}

async function* inBytes(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}
