import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { loadAgency } from '../platform/agency/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { loadCaseCatalogue } from '../records/cases/index.ts';
import { generateFeed, loadDemoMaterial } from '../records/feed/index.ts';

const USAGE = `Writes a feed of invented cases to standard output, the same for the same seed.

  npm run --silent demo-feed -- --events 100000 --seed 7 > feed.ndjson`;

const MOST_EVENTS = 50_000_000;
const LARGEST_SEED = 2 ** 32 - 1;

function wholeNumber(text: string, from: number, to: number): number | null {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number >= from && number <= to ? number : null;
}

async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { events: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
  });
  const events = wholeNumber(values.events, 1, MOST_EVENTS);
  const seed = wholeNumber(values.seed, 0, LARGEST_SEED);
  if (events === null || seed === null) throw new Error('--events and --seed take whole numbers');
  const config = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const agency = loadAgency(config.config.agencyFolder);
  const material = loadDemoMaterial(agency, loadCaseCatalogue(agency));
  const lines = Readable.from(
    (function* () {
      for (const line of generateFeed(material, { seed, events })) yield `${line}\n`;
    })(),
  );
  await pipeline(lines, process.stdout);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  // Whoever reads has read enough, as `head` does.
  const enough = error instanceof Error && 'code' in error && error.code === 'EPIPE';
  if (!enough) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
  }
}
