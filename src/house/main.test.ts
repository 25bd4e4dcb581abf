import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sayDeviations } from '../identity/core/policy/index.ts';
import { readPolicy } from '../identity/index.ts';
import { appCode, PASSWORD, signUp } from '../testing/people.ts';
import { freePort } from '../testing/ports.ts';
import { type Server, startProgram, startServer } from '../testing/process.ts';

// Below a folder that the database's own user may enter.
const temporary = mkdtempSync(join(tmpdir(), 'portico-main-'));
chmodSync(temporary, 0o755);
const data = join(temporary, 'data');
const environment = {
  PORTICO_DATA: data,
  PORTICO_METRICS_PORT: String(await freePort()),
  PORTICO_LOG_LEVEL: 'info',
};
const postgresPid = join(data, 'postgres/data/postmaster.pid');
/** Of what starts servers, on a machine with much else to do. */
const MINUTES = 180_000;
/** What the demonstration says of its policy, in one line; nothing else belongs on standard error. */
const DEVIATIONS = sayDeviations(
  readPolicy({ profile: 'standard' }),
  { breachedPasswords: false, leastRights: false, unencrypted: [], secretsInEnvironment: [] },
  true,
);

const running = new Set<Server>();
async function start(): Promise<Server> {
  const server = await startServer(environment);
  running.add(server);
  server.ended.then(() => running.delete(server));
  return server;
}
async function stop(server: Server): Promise<number | null> {
  server.child.kill('SIGTERM');
  return server.ended;
}
afterAll(async () => {
  for (const server of running) await stop(server);
  if (existsSync(postgresPid))
    process.kill(Number(readFileSync(postgresPid, 'utf8').split('\n')[0]), 'SIGQUIT');
  rmSync(temporary, { recursive: true, force: true });
}, MINUTES);

describe('a bad configuration', () => {
  it('is told whole, and nothing starts', async () => {
    const program = startProgram('main.js', [], {
      NODE_ENV: 'production',
      PORT: 'x',
      PORTICO_LOG_LEVEL: 'loud',
    });
    expect(await program.ended).toBe(2);
    expect(program.out()).toBe('');
    for (const name of [
      'PORT',
      'PORTICO_LOG_LEVEL',
      'PORTICO_AGENCY',
      'PORTICO_PUBLIC_URL',
      'PORTICO_KEY_RING',
      'DATABASE_URL',
      'SMTP_URL',
      'PORTICO_MAIL_FROM',
    ])
      expect(program.err()).toContain(`  ${name}: `);
  });

  it('is the demonstration in production (ASVS 13.4.2)', async () => {
    const program = startProgram('main.js', [], {
      NODE_ENV: 'production',
      PORTICO_DEMO: 'true',
      PORTICO_DATA: data,
    });
    expect(await program.ended).toBe(2);
    expect(program.err()).toContain('PORTICO_DEMO: the demonstration does not run with NODE_ENV=production');
    expect(existsSync(data)).toBe(false);
  });
});

describe('the server', () => {
  let server: Server;
  let session: string;

  it(
    'makes its database at first, says that it is ready, and is',
    async () => {
      server = await start();
      expect(server.out()).toContain(`Portico is ready at http://localhost:${server.port}\n`);
      await expect.poll(server.err).toBe(DEVIATIONS);
      for (const path of ['/healthz', '/readyz']) {
        const response = await fetch(`${server.origin}${path}`);
        expect([path, response.status, await response.json()]).toEqual([path, 200, { status: 'ok' }]);
      }
    },
    MINUTES,
  );

  it(
    'lets a person sign up and sign in, and writes of it no name, address, code, token or IP address (ASVS 16.2.4, 16.2.5)',
    async () => {
      const email = 'marguerite.o@example.org';
      const person = await signUp(server, { email, fullName: 'Marguerite Oyelaran' });
      session = person.visit.cookies.get('__Host-portico-session') ?? '';
      const visit = server.visit();
      await visit.post('/sign-in', { identifier: email, password: 'wrong-7319' }, '/sign-in');
      await visit.post('/sign-in', { identifier: email, password: PASSWORD }, '/sign-in');
      const token = visit.cookies.get('__Host-portico-sign-in') ?? '';
      await visit.post('/sign-in/code', { code: '000000' }, '/sign-in/code');
      const backupCode = person.backupCodes[0] ?? '';
      const done = await visit.post('/sign-in/backup-code', { backupCode }, '/sign-in/backup-code');
      expect(done.headers.location).toBe('/account/backup-codes/used?return=%2Fhome');
      await visit.get('/status?receipt=ARC2690001986');
      await visit.get('/cases/ARC2690001986');
      await visit.post(
        '/cases/add',
        { receipt: 'ARC2590061147', accessCode: 'W4HV-X5PJ-92NA' },
        '/cases/add',
      );
      await expect.poll(server.out).toMatch(/"POST","route":"\/cases\/add"/);
      const lines = server
        .out()
        .trim()
        .split('\n')
        .filter((line) => !/^Portico is ready|"Server listening at /.test(line))
        // In digits by chance there may be anything.
        .map((line) => line.replace(/"hash":"[0-9a-f]{64}"/, '"hash":""'));
      const requests = lines.map((line): unknown => JSON.parse(line));
      expect(requests).toContainEqual(
        expect.objectContaining({
          msg: 'request',
          method: 'POST',
          route: '/sign-in/backup-code',
          status: 303,
        }),
      );
      expect(requests).toContainEqual(
        expect.objectContaining({ method: 'GET', route: '/cases/:receipt', status: 404 }),
      );
      const code =
        (await server.mailTo(email)).map(({ text }) => /^ {4}(\d{6})$/m.exec(text)?.[1] ?? '')[0] ?? '';
      const secrets = [
        email,
        'Marguerite',
        'Oyelaran',
        PASSWORD,
        'wrong-7319',
        code,
        person.secret,
        appCode(server, person.secret),
        backupCode,
        session,
        token,
        visit.token(),
        'ARC2690001986',
        'ARC2590061147',
        'W4HV',
        '1988',
        '127.0.0.1',
        '::1',
      ];
      for (const secret of secrets) {
        expect(secret).not.toBe('');
        // A few digits may be part of a time.
        if (/^\d{6}$/.test(secret)) expect(lines.join('\n')).not.toMatch(new RegExp(`\\D${secret}\\D`));
        else expect([secret, lines.filter((line) => line.includes(secret))]).toEqual([secret, []]);
      }
      expect(server.err()).toBe(DEVIATIONS);
    },
    MINUTES,
  );

  it('tells its figures on a port of their own, without what was asked for (ASVS 13.4.5)', async () => {
    const text = await (await fetch(`http://127.0.0.1:${environment.PORTICO_METRICS_PORT}/metrics`)).text();
    expect(text).toMatch(
      /portico_http_request_seconds_count\{method="POST",route="\/sign-up",status="303"\} 1/,
    );
    expect(text).toContain('route="/cases/:receipt"');
    expect(text).not.toContain('ARC2690001986');
    expect((await fetch(`${server.origin}/metrics`)).status).toBe(404);
  });

  it('tells its log of every security event soon, and its figures of how far the log is', async () => {
    await expect.poll(server.out).toMatch(/"kind":"signed-in".*"msg":"security event"/);
    const lag = async () => {
      const figures = await fetch(`http://127.0.0.1:${environment.PORTICO_METRICS_PORT}/metrics`);
      return /^portico_stream_lag\{reader="security-log"\} .*$/m.exec(await figures.text())?.[0];
    };
    await expect.poll(lag).toBe('portico_stream_lag{reader="security-log"} 0');
  });

  it('has its folder for itself', async () => {
    const second = startProgram('main.js', [], { ...environment, PORT: String(await freePort()) });
    expect(await second.ended).toBe(1);
    expect(second.err()).toContain(`already running with the data in ${data}`);
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(200);
  });

  it(
    'shares its database with the feed, which takes in an event once',
    async () => {
      const feed = await feedFile(1);
      const [first, again] = [await runFeed(feed), await runFeed(feed)];
      expect(first).toEqual({ code: 0, said: '40 read, 40 added, 0 already known, 0 bad\n' });
      expect(again).toEqual({ code: 0, said: '40 read, 0 added, 40 already known, 0 bad\n' });
      expect((await fetch(`${server.origin}/readyz`)).status).toBe(200);
      const { receipt } = JSON.parse(readFileSync(feed, 'utf8').split('\n')[0] ?? '') as { receipt: string };
      expect((await fetch(`${server.origin}/status?receipt=${receipt}`)).status).toBe(200);
    },
    MINUTES,
  );

  it(
    'answers what has come in when it is told to stop, takes no more, and ends with 0',
    async () => {
      const socket = connect(server.port, 'localhost');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += String(chunk);
      });
      const body = '_csrf=x&identifier=y&password=z';
      socket.write(
        `POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
      );
      // The server has the head of the request now, and waits for the rest.
      await expect.poll(() => answer).toContain('100 Continue');
      server.child.kill('SIGTERM');
      await expect.poll(() => refused(server.port)).toBe(true);
      expect(server.child.exitCode).toBeNull();
      socket.write(body);
      await expect.poll(() => answer).toContain('HTTP/1.1 403');
      expect(await server.ended).toBe(0);
      expect(answer).toContain('</html>');
      expect(existsSync(postgresPid)).toBe(false);
    },
    MINUTES,
  );

  it(
    'needs not run for the feed, which leaves nothing running',
    async () => {
      const feed = await feedFile(2);
      writeFileSync(feed, `${readFileSync(feed, 'utf8')}this is no event\n`);
      const first = await runFeed(feed);
      expect(first).toEqual({ code: 1, said: '41 read, 40 added, 0 already known, 1 bad\n' });
      expect(await runFeed(feed)).toEqual({ code: 1, said: '41 read, 0 added, 40 already known, 1 bad\n' });
      expect(existsSync(postgresPid)).toBe(false);
      expect((await runFeed(join(temporary, 'none.ndjson'))).code).toBe(2);
    },
    MINUTES,
  );

  it(
    'has everything again when it is started again',
    async () => {
      server = await start();
      const visit = server.visit();
      visit.cookies.set('__Host-portico-session', session);
      expect((await visit.get('/home')).body).toContain('Marguerite Oyelaran');
    },
    MINUTES,
  );

  it(
    'has everything again that it had acknowledged when it is killed, and takes its database over',
    async () => {
      const visit = server.visit();
      visit.cookies.set('__Host-portico-session', session);
      const begun = server.visit();
      expect((await begun.post('/sign-up', { email: 'killed@example.org' }, '/sign-up')).statusCode).toBe(
        303,
      );
      expect((await visit.post('/sign-out', {}, '/home')).statusCode).toBe(303);
      server.child.kill('SIGKILL');
      expect(await server.ended).toBeNull();
      expect(existsSync(postgresPid)).toBe(true);
      const postgres = readFileSync(postgresPid, 'utf8').split('\n')[0];
      server = await start();
      expect(readFileSync(postgresPid, 'utf8').split('\n')[0]).toBe(postgres);
      const again = server.visit();
      again.cookies.set('__Host-portico-session', session);
      expect((await again.get('/home')).statusCode).toBe(303);
      const resumed = server.visit();
      for (const [name, value] of begun.cookies) resumed.cookies.set(name, value);
      expect((await resumed.get('/sign-up')).headers.location).toBe('/sign-up/code');
      // Mail that was asked for is sent, now or by the one before; one that had just gone out may go out again.
      const mails = await server.mailTo('killed@example.org');
      expect([1, 2]).toContain(mails.length);
      expect(new Set(mails.map(({ text }) => text)).size).toBe(1);
    },
    MINUTES,
  );

  it(
    'has everything again when its database is killed with it',
    async () => {
      const begun = server.visit();
      expect((await begun.post('/sign-up', { email: 'all.killed@example.org' }, '/sign-up')).statusCode).toBe(
        303,
      );
      const postgres = Number(readFileSync(postgresPid, 'utf8').split('\n')[0]);
      process.kill(postgres, 'SIGKILL');
      server.child.kill('SIGKILL');
      await server.ended;
      server = await start();
      const resumed = server.visit();
      for (const [name, value] of begun.cookies) resumed.cookies.set(name, value);
      expect((await resumed.get('/sign-up')).headers.location).toBe('/sign-up/code');
      expect(await server.mailTo('all.killed@example.org')).toHaveLength(1);
      expect(await stop(server)).toBe(0);
    },
    MINUTES,
  );
});

describe('a start', () => {
  it(
    'at the same moment as another leaves one of the two serving',
    async () => {
      const together = { ...environment, PORTICO_DATA: join(temporary, 'together') };
      const attempts = await Promise.allSettled([startServer(together), startServer(together)]);
      const servers = attempts.filter((attempt) => attempt.status === 'fulfilled');
      const refused = attempts.filter((attempt) => attempt.status === 'rejected');
      expect([servers.length, refused.length]).toEqual([1, 1]);
      expect(String(refused[0]?.reason)).toContain('already running');
      for (const { value } of servers) expect(await stop(value)).toBe(0);
    },
    2 * MINUTES,
  );

  it(
    'that is told to stop leaves nothing running',
    async () => {
      const folder = join(temporary, 'interrupted');
      const pid = join(folder, 'postgres/data/postmaster.pid');
      const begun = { ...environment, PORTICO_DATA: folder, PORT: String(await freePort()) };
      const program = startProgram('main.js', [], begun);
      await expect.poll(() => existsSync(pid), { timeout: MINUTES, interval: 5 }).toBe(true);
      program.child.kill('SIGTERM');
      expect(await program.ended).toBe(0);
      expect(program.out()).not.toContain('is ready');
      expect(program.err()).toBe('');
      expect(existsSync(pid)).toBe(false);
    },
    2 * MINUTES,
  );
});

/** Invented events in a file, the same for the same seed. */
async function feedFile(seed: number): Promise<string> {
  const file = join(temporary, `feed-${seed}.ndjson`);
  const program = startProgram(
    'commands/demo-feed.js',
    ['--events', '40', '--seed', String(seed)],
    environment,
  );
  expect(await program.ended).toBe(0);
  writeFileSync(file, program.out());
  return file;
}

async function runFeed(file: string): Promise<{ code: number | null; said: string }> {
  const program = startProgram('commands/feed.js', [file], environment);
  const code = await program.ended;
  return { code, said: program.out() };
}

/** Whether a port takes no connection. */
function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost');
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });
}
