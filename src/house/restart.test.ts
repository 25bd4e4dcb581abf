import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, expect, it } from 'vitest';
import { keyRingFile, openVault } from '../platform/crypto/index.ts';
import { connect, embeddedFolder, startEmbeddedPostgres } from '../platform/database/index.ts';
import { makeOutbox } from '../platform/messages/index.ts';
import { freePort } from '../testing/ports.ts';
import { startServer } from '../testing/process.ts';

/** How often PostgreSQL is restarted: PORTICO_TEST_RESTARTS=20 is the whole of it. */
const RESTARTS = Number(process.env['PORTICO_TEST_RESTARTS'] ?? 3);
const SECOND = 1000;

// Below a folder that the database's own user may enter.
const temporary = mkdtempSync(join(tmpdir(), 'portico-restart-'));
chmodSync(temporary, 0o755);
const data = join(temporary, 'data');
const files = join(embeddedFolder(data), 'data');
const pid = join(files, 'postmaster.pid');
const log = join(files, 'server.log');

const arrived = new Set<string>();
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onData: (stream, _session, done) => {
    let raw = '';
    stream.on('data', (chunk: Buffer) => {
      raw += String(chunk);
    });
    stream.on('end', () => {
      arrived.add(/^Subject: (.*)\r$/m.exec(raw)?.[1] ?? '');
      // So that some are always under way.
      void setTimeout(10).then(() => done());
    });
  },
});
const mailPort = await freePort();
mailServer.listen(mailPort, '127.0.0.1');

const server = await startServer({
  PORTICO_DEMO: 'true',
  PORTICO_DATA: data,
  PORTICO_METRICS_PORT: String(await freePort()),
  SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
});
afterAll(async () => {
  server.child.kill('SIGKILL');
  if (existsSync(pid)) process.kill(Number(readFileSync(pid, 'utf8').split('\n')[0]), 'SIGQUIT');
  await new Promise<void>((closed) => mailServer.close(() => closed()));
  rmSync(temporary, { recursive: true, force: true });
});

/** What `postmaster.opts` says of the running one is what it is started with again. */
async function restart(how: 'fast' | 'immediate'): Promise<void> {
  const [, postgres = ''] = /^(\S+)/.exec(readFileSync(join(files, 'postmaster.opts'), 'utf8')) ?? [];
  const { uid, gid } = statSync(files);
  const options = { uid, gid, cwd: tmpdir(), env: { LC_ALL: 'C.UTF-8' } };
  await promisify(execFile)(
    join(dirname(postgres), 'pg_ctl'),
    ['restart', '-w', '-m', how, '-D', files, '-l', log],
    options,
  );
}

const readiness = async () => {
  const response = await fetch(`${server.origin}/readyz`);
  return `${response.status} ${await response.text()}`;
};

it(
  `loses no letter while PostgreSQL is restarted ${RESTARTS} times, and says when it is ready again`,
  async ({ annotate }) => {
    const embedded = await startEmbeddedPostgres(embeddedFolder(data));
    const { database, close } = connect(embedded.url('postgres'), 2);
    const outbox = makeOutbox({
      vault: openVault(keyRingFile(join(data, 'key-ring.json')).load()),
      clock: server.clock,
      mail: { is: 'mailbox' },
      sms: { is: 'none' },
    });
    const queue = async () => {
      const { rows } = await sql<{ letters: number; jobs: number }>`
        select (select count(*)::int from outbox) as letters,
          (select count(*)::int from graphile_worker.jobs where task_identifier = 'deliver-message') as jobs
        `.execute(database);
      return rows[0];
    };

    const asked: string[] = [];
    let writing = true;
    const written = (async () => {
      while (writing) {
        const subject = `Letter ${asked.length}`;
        const letter = { is: 'email', to: 'quill@example.org', subject, text: 'News', html: '' } as const;
        const sent = await database
          .transaction()
          .execute((transaction) => outbox.send(transaction, letter))
          .then(
            () => true,
            () => false,
          );
        if (sent) asked.push(subject);
        await setTimeout(25);
      }
    })();

    const said = new Set<string>();
    const recoveries: number[] = [];
    for (let n = 0; n < RESTARTS; n++) {
      const before = arrived.size;
      await expect.poll(() => arrived.size, { timeout: 30 * SECOND }).toBeGreaterThan(before + 10);
      let restarted = 0;
      const restarting = restart(n % 2 === 0 ? 'fast' : 'immediate').then(() => {
        restarted = performance.now();
      });
      // Until it is ready after PostgreSQL is back.
      for (let last = ''; restarted === 0 || !last.startsWith('200'); await setTimeout(5)) {
        last = await readiness();
        said.add(last);
      }
      await restarting;
      recoveries.push(Math.round(performance.now() - restarted));
    }
    writing = false;
    await written;

    // A letter whose try failed waits longer for each next one.
    await expect.poll(queue, { timeout: 120 * SECOND }).toEqual({ letters: 0, jobs: 0 });
    expect(asked.filter((subject) => !arrived.has(subject))).toEqual([]);
    expect([...said].sort()).toEqual([
      '200 {"status":"ok"}',
      '503 {"status":"unavailable","reason":"database"}',
      '503 {"status":"unavailable","reason":"jobs"}',
    ]);
    await annotate(`${asked.length} letters, ready again after ${recoveries.join(', ')} ms`);
    await close();
    await embedded.leave();
  },
  (60 + 30 * RESTARTS) * SECOND,
);

it('stops whole also while what sends letters is about to be started again', async () => {
  await restart('immediate');
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  expect(existsSync(pid)).toBe(false);
});
