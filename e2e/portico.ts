import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from '@playwright/test';
import { agencyWith } from '../src/testing/agency.ts';
import { type MovableClock, movableClock } from '../src/testing/clock.ts';
import { freePort } from '../src/testing/ports.ts';
import { built, root } from './built.ts';

/** A Portico of a worker's own, with the demonstration's people and cases. */
export type Portico = {
  readonly url: string;
  /** The time as the server has it. It stands still until it is moved. */
  readonly clock: MovableClock;
  /** The newest letter to an address, once all are there that were asked for; waits for one not handed out before. */
  letter(to: string): Promise<Letter>;
  /** The same of letters with a code, which may come beside others: the code. */
  code(to: string): Promise<string>;
  /** The same of letters with a link to some page: the link's path and search. */
  link(to: string, page: string): Promise<string>;
  /** Takes a line of the agency's feed. */
  tell(line: object): Promise<void>;
  /** Takes a case out of its account, as the agency does. */
  release(receipt: string): Promise<void>;
  /** Waits until the worker has nothing to do. */
  settle(): Promise<void>;
  /** How many rows each table has then, without those that count what was refused. */
  rows(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
};

/** A message as the demonstration's mailbox tells it. */
export type Letter = {
  readonly subject: string;
  readonly text: string;
  readonly links: readonly string[];
  readonly codes: readonly string[];
};

/** Where the workers find the run's PostgreSQL. */
export const POSTGRES = 'PORTICO_E2E_POSTGRES';

/** Later than every event of the demo feed. */
export const START = new Date('2026-11-22T15:00:00Z');

/** Tables in which a refusal is meant to leave its mark. */
const COUNTS_REFUSALS = new Set(['request_count', 'throttle', 'security_event', 'answered_form']);

/** Letters go out within milliseconds; Playwright would ask once a second in the end. */
const SOON = { intervals: [50] };

/** Jobs that take long and tell nobody. */
const WRITES_NO_LETTER = ['render-documents'];

/** Tables that the worker fills behind the pages. */
const FILLED_BEHIND = new Set(['document_rendering', 'case_wait', 'wait_count', 'waiting_time']);

/** The name of the database that those of the workers are copies of. */
const TEMPLATE = 'e2e_template';
/** Where the workers find what was stored beside it. */
const TEMPLATE_FOLDER = 'PORTICO_E2E_TEMPLATE';

/** The parts of a Portico of its own. */
async function open(profile: 'standard' | 'strict', databaseName: string, folder: string) {
  const { readConfig } = await built.config();
  const { openFoundation } = await built.foundation();
  const { makeHasher } = await built.hashing();
  const { makeLog } = await built.log();
  const { buildApp } = await built.app();
  const agencyFolder = await agencyWith({ profile });
  const port = await freePort();
  const result = readConfig(
    {
      PORT: String(port),
      PORTICO_DATA: folder,
      PORTICO_AGENCY: agencyFolder,
      PORTICO_LOG_LEVEL: 'error',
      DATABASE_URL: (process.env[POSTGRES] ?? '').replace(/\/postgres$/, `/${databaseName}`),
    },
    root,
  );
  if (result.is === 'faults') throw new Error(result.faults.join('\n'));
  const { config } = result;
  const clock = movableClock(START);
  const foundation = await openFoundation(config, 'server');
  const hasher = makeHasher({ peppers: foundation.vault.peppers });
  const log = makeLog(config.logLevel);
  const { server, floors, startWorker } = await buildApp({ config, foundation, hasher, clock, log });
  const readings = floors.flatMap((floor) => floor.readings ?? []);
  /**
   * Whether everything is read that was appended to a stream, and all is done that this asked for. In one statement, since
   * each of the two leads to the other.
   */
  const isSettled = async (but: readonly string[] = []): Promise<boolean> => {
    const unread = readings.map(
      ({ table }, at) =>
        `exists (select from ${table} where seq > (select seq from stream_reader where name = ($2::text[])[${at + 1}]))`,
    );
    const { rows } = await foundation.connection.pool.query<{ busy: boolean }>(
      `select ${unread.join(' or ')} or exists (
         select from graphile_worker.jobs
         where run_at <= now() and attempts < max_attempts and task_identifier <> all($1)) as busy`,
      [but, readings.map(({ name }) => name)],
    );
    return rows[0]?.busy === false;
  };
  const close = async () => {
    await server.close();
    await foundation.close();
    rmSync(agencyFolder, { recursive: true, force: true });
  };
  return { config, clock, foundation, hasher, server, startWorker, isSettled, close };
}

/** Makes what the workers copy: the demonstration's people and cases, with their papers printed. */
export async function makeTemplate(folder: string): Promise<void> {
  await query(`create database ${TEMPLATE}`);
  const { loadBackground, loadDemo, loadTimes } = await built.demo();
  const { foundation, clock, hasher, startWorker, isSettled, close } = await open(
    'standard',
    TEMPLATE,
    folder,
  );
  await loadDemo({ ...foundation, clock, hasher });
  await loadBackground({ ...foundation, clock, until: START });
  await loadTimes({ ...foundation, clock });
  const worker = await startWorker();
  while (!(await isSettled())) await setTimeout(50);
  await worker.stop();
  await close();
  process.env[TEMPLATE_FOLDER] = folder;
}

/** Runs a statement about the databases themselves. */
async function query(statement: string): Promise<void> {
  const { connect } = await built.database();
  const maintenance = connect(process.env[POSTGRES] ?? '', 1);
  await maintenance.pool.query(statement);
  await maintenance.close();
}

/** @param profile of the agency's policy */
export async function startPortico(profile: 'standard' | 'strict'): Promise<Portico> {
  const { agencyFeed } = await built.feed();
  const { releaseCase } = await built.claims();
  const name = `e2e_${randomBytes(8).toString('hex')}`;
  await query(`create database ${name} template ${TEMPLATE}`);
  const folder = mkdtempSync(join(tmpdir(), 'portico-e2e-data-'));
  cpSync(process.env[TEMPLATE_FOLDER] ?? '', folder, { recursive: true });
  const { config, clock, foundation, server, startWorker, isSettled, close } = await open(
    profile,
    name,
    folder,
  );
  const { connection } = foundation;
  const worker = await startWorker();
  await server.listen({ port: config.port, host: 'localhost' });

  const handedOut = new Map<string, number>();
  /** What the newest letter has that has it; waits for one more than were handed out before. */
  const newest = async <T>(to: string, what: string, has: (letter: Letter) => T | undefined): Promise<T> => {
    const asked = `${to} ${what}`;
    const before = handedOut.get(asked) ?? 0;
    let found: readonly T[] = [];
    await expect
      .poll(async () => {
        // Or the newest that is there would be taken for one that is still on its way.
        if (!(await isSettled(WRITES_NO_LETTER))) return 0;
        const answer = await fetch(
          `${config.publicUrl.origin}/demo/mailbox.json?${new URLSearchParams({ to })}`,
        );
        const letters: readonly Letter[] = await answer.json();
        found = letters.map(has).filter((each) => each !== undefined);
        return found.length;
      }, SOON)
      .toBeGreaterThan(before);
    handedOut.set(asked, found.length);
    const [first] = found;
    if (first === undefined) throw new Error('an empty mailbox');
    return first;
  };

  const settle = () => expect.poll(() => isSettled(), SOON).toBe(true);

  return {
    url: config.publicUrl.origin,
    clock,
    letter: (to) => newest(to, 'any', (letter) => letter),
    code: (to) => newest(to, 'code', ({ codes: [code] }) => code),
    link: (to, page) =>
      newest(to, page, ({ links }) =>
        links.find((link) => link.includes(page))?.replace(config.publicUrl.origin, ''),
      ),
    tell: async (line) => {
      const bad: string[] = [];
      const bytes = async function* () {
        yield Buffer.from(`${JSON.stringify(line)}\n`);
      };
      await agencyFeed(foundation, clock).take(bytes(), { badLine: (_line, reason) => bad.push(reason) });
      expect(bad).toEqual([]);
    },
    release: async (receipt) => {
      const nothing = async () => {};
      await releaseCase({ database: foundation.database, clock }, receipt, {
        tell: nothing,
        record: nothing,
      });
    },
    settle,
    rows: async () => {
      await settle();
      const counts: Record<string, number> = {};
      const { rows: tables } = await connection.pool.query<{ name: string }>(
        `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
      );
      for (const { name: table } of tables.filter(
        (each) => !COUNTS_REFUSALS.has(each.name) && !FILLED_BEHIND.has(each.name),
      )) {
        const { rows } = await connection.pool.query<{ count: number }>(
          `select count(*)::int as count from ${table}`,
        );
        counts[table] = rows[0]?.count ?? 0;
      }
      return counts;
    },
    stop: async () => {
      await worker.stop();
      await close();
      await query(`drop database ${name} with (force)`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
