import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { agencyWithoutRequestLimits } from './lib/agency.ts';
import { type Bench, either } from './lib/bench.ts';
import { atLeast } from './lib/finding.ts';
import { SITE } from './lib/portico.ts';
import { migrated } from './lib/postgres.ts';
import { agencies, built, cases, feed as feeds } from './lib/product.ts';
import { makeKeyRing } from './lib/seed.ts';

const BATCH = 1000;

/** How fast the agency's events come in, sealed and checked, against lines that are only stored. */
export const feed: Bench = {
  name: 'feed',
  title: 'Events of the feed',
  measure: async (run) => {
    const folder = join(run.folder, 'feed');
    mkdirSync(folder);
    const events = either(run, 100_000, 10_000);
    const agencyFolder = agencyWithoutRequestLimits(join(folder, 'agency'));
    const file = join(folder, 'events.ndjson');
    await write(file, agencyFolder, events);

    const url = await run.postgres.create('feed');
    await (await migrated(url)).close();
    const took = await takeIn(file, {
      DATABASE_URL: url,
      PORTICO_DATA: join(folder, 'data'),
      PORTICO_AGENCY: agencyFolder,
      PORTICO_KEY_RING: makeKeyRing(folder),
    });
    const stored = await storeLines(readFileSync(file, 'utf8'), await run.postgres.create('feed_lines'));
    const perMinute = (seconds: number) => (events / seconds) * 60;
    return [
      {
        what: `Events/min by \`npm run feed\`, ${events.toLocaleString('en')} of them, start-up and all`,
        value: perMinute(took),
        unit: 'a minute',
        goal: atLeast(100_000),
        from: { seconds: took },
      },
      {
        what: 'The same ÷ plain INSERT of the same lines as `jsonb`, one commit each 1,000',
        value: stored / took,
        from: { 'inserted per minute': perMinute(stored) },
      },
    ];
  },
};

async function write(file: string, agencyFolder: string, events: number): Promise<void> {
  const agency = agencies.loadAgency(agencyFolder);
  const material = feeds.loadDemoMaterial(agency, cases.loadCaseCatalogue(agency));
  const lines = Readable.from(feeds.generateFeed(material, { seed: 7, events })).map(
    (line: string) => `${line}\n`,
  );
  await pipeline(lines, createWriteStream(file));
}

/** @returns seconds from the start of the command to its end */
async function takeIn(file: string, environment: Record<string, string>): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', built('commands/feed.js'), file], {
    env: {
      PATH: process.env['PATH'],
      PORTICO_PUBLIC_URL: SITE,
      SMTP_URL: 'smtp://127.0.0.1:9',
      PORTICO_MAIL_FROM: 'portico@bench.example',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the feed ended with ${String(code)}`);
  return (performance.now() - began) / 1000;
}

/** @returns seconds */
async function storeLines(text: string, databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('create table line (id bigserial primary key, line jsonb not null)');
  const began = performance.now();
  const lines = text.trimEnd().split('\n');
  for (let at = 0; at < lines.length; at += BATCH)
    await client.query('insert into line (line) select unnest($1::text[])::jsonb', [
      lines.slice(at, at + BATCH),
    ]);
  const seconds = (performance.now() - began) / 1000;
  await client.end();
  return seconds;
}
