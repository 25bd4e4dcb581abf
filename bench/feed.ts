import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { agencyWithoutRequestLimits } from './lib/agency.ts';
import { agencyLines, statusLines } from './lib/agency-lines.ts';
import { type Bench, either, type Run } from './lib/bench.ts';
import { atLeast, type Finding } from './lib/finding.ts';
import { SITE } from './lib/portico.ts';
import { migrated, writtenColumns } from './lib/postgres.ts';
import { built } from './lib/product.ts';
import { makeKeyRing } from './lib/seed.ts';

const BATCH = 1000;

/** How fast what the agency says comes in, sealed and checked, against lines and rows that are only stored. */
export const feed: Bench = {
  name: 'feed',
  title: 'Events of the feed',
  measure: async (run) => {
    const events = either(run, 100_000, 10_000);
    const agencyFolder = agencyWithoutRequestLimits(join(run.folder, 'feed-agency'));
    return [
      ...(await statuses(run, agencyFolder, events)),
      await everyKind(run, agencyFolder, Math.ceil(events * 0.7)),
    ];
  },
};

async function statuses(run: Run, agencyFolder: string, events: number): Promise<readonly Finding[]> {
  const { file, took } = await takeIn(run, 'feed', {
    agencyFolder,
    lines: statusLines(agencyFolder, events),
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
}

/** Statuses with the papers and requests that come beside them, against the rows that they come to. */
async function everyKind(run: Run, agencyFolder: string, events: number): Promise<Finding> {
  const postgresBefore = run.postgres.cpuSeconds();
  const { url, count, took } = await takeIn(run, 'feed_kinds', {
    agencyFolder,
    lines: agencyLines(agencyFolder, events),
  });
  const postgresOfFeed = run.postgres.cpuSeconds() - postgresBefore;
  const { seconds, rows } = await copyRows(url);
  return {
    what: `${count.toLocaleString('en')} lines of five kinds by \`npm run feed\` ÷ COPY of the rows that they come to into bare tables`,
    value: seconds / took,
    goal: atLeast(0.2),
    from: {
      'lines a minute': (count / took) * 60,
      'seconds of the feed': took,
      'PostgreSQL CPU seconds of the feed': postgresOfFeed,
      'seconds of COPY': seconds,
      rows,
    },
  };
}

/**
 * Takes lines in by the command, into a database of its own.
 * @returns how many they were, and seconds from the start of the command to its end
 */
async function takeIn(
  run: Run,
  name: string,
  { agencyFolder, lines }: { readonly agencyFolder: string; readonly lines: Iterable<string> },
): Promise<{ readonly file: string; readonly url: string; readonly count: number; readonly took: number }> {
  const folder = join(run.folder, name);
  mkdirSync(folder);
  const file = join(folder, 'events.ndjson');
  let count = 0;
  const written = Readable.from(lines).map((line: string) => {
    count += 1;
    return `${line}\n`;
  });
  await pipeline(written, createWriteStream(file));
  const url = await run.postgres.create(name);
  await (await migrated(url)).close();
  const profiling =
    run.profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${run.profileFolder}`];
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', ...profiling, built('commands/feed.js'), file],
    {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: url,
        PORTICO_DATA: join(folder, 'data'),
        PORTICO_AGENCY: agencyFolder,
        PORTICO_KEY_RING: makeKeyRing(folder),
        PORTICO_PUBLIC_URL: SITE,
        SMTP_URL: 'smtp://127.0.0.1:9',
        PORTICO_MAIL_FROM: 'portico@bench.example',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the feed ended with ${String(code)}`);
  return { file, url, count, took: (performance.now() - began) / 1000 };
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

/** Every table that the feed writes. */
const TABLES = [
  'case_record',
  'case_event',
  'document',
  'document_withdrawal',
  'evidence_request',
  'evidence_request_state',
  'change',
];

/** Copies what the tables hold, by way of files of the server, into tables that have columns and nothing else. */
async function copyRows(databaseUrl: string): Promise<{ readonly seconds: number; readonly rows: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: settings } = await client.query<{ file: string }>(
    `select current_setting('data_directory') || '/copied' as file`,
  );
  const file = client.escapeLiteral(settings[0]?.file ?? '');
  let [seconds, rows] = [0, 0];
  for (const table of TABLES) {
    const columns = (await writtenColumns(client, table)).join(', ');
    await client.query(`copy ${table} (${columns}) to ${file}`);
    await client.query(`create table bare_${table} as select ${columns} from ${table} with no data`);
    const began = performance.now();
    const copied = await client.query(`copy bare_${table} from ${file}`);
    seconds += (performance.now() - began) / 1000;
    rows += copied.rowCount ?? 0;
  }
  await client.end();
  return { seconds, rows };
}
