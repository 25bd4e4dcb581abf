import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sampleOf, startBare } from './lib/bare.ts';
import { type Bench, either } from './lib/bench.ts';
import type { Finding } from './lib/finding.ts';
import { Connection, get, post } from './lib/http.ts';
import { load } from './lib/load.ts';
import { failures, perSecond, type Report } from './lib/plan.ts';
import { freePort } from './lib/ports.ts';
import { type ServerProcess, startProcess } from './lib/server-process.ts';
import { setStage } from './lib/stage.ts';
import { median } from './lib/statistics.ts';
import { emailOf, PASSWORD } from './lib/visitor.ts';

const PEOPLE = 20;
const VISITORS = 16;
const PEERS = join(import.meta.dirname, 'peers');
/** The lightest page that knows who is signed in. */
const LIGHT_PAGE = '/help';

/** Portico beside another open-source way to sign in, on the same PostgreSQL in the same run. */
export const peers: Bench = {
  name: 'peers',
  title: 'Beside better-auth',
  measure: async (run) => {
    const folder = join(run.folder, 'peers');
    const stage = await setStage(run, 'peers', { accounts: 4000, signedIn: PEOPLE });
    const peer = await startBetterAuth(folder, await run.postgres.create('better_auth'));
    const sample = await sampleOf(stage.portico.port, LIGHT_PAGE, stage.cookies[0] ?? '');
    const bare = await startBare(folder, stage.databaseUrl, sample);
    const seconds = either(run, 6, 3);
    const ask = (port: number, requests: readonly string[]) =>
      load({ is: 'requests', port, connections: VISITORS, requests, seconds, warm: 1 });
    const signIns: Pair = { ours: [], theirs: [] };
    const checks: Pair = { ours: [], theirs: [] };
    const bareChecks: Report[] = [];
    try {
      const session = await signInToPeer(peer.port);
      for (let round = 0; round < either(run, 2, 1); round++) {
        signIns.ours.push(
          await load({
            is: 'visitors',
            port: stage.portico.port,
            visitors: VISITORS,
            accounts: stage.nextAccounts((seconds + 1) * 110),
            seconds,
            warm: 1,
            step: 'both',
          }),
        );
        signIns.theirs.push(await ask(peer.port, peerSignIns()));
        checks.ours.push(
          await ask(
            stage.portico.port,
            stage.cookies.map((cookie) => get(LIGHT_PAGE, cookie)),
          ),
        );
        checks.theirs.push(await ask(peer.port, [get('/api/auth/get-session', session)]));
        bareChecks.push(
          await ask(
            bare.port,
            stage.cookies.map((cookie) => get('/page', cookie)),
          ),
        );
      }
    } finally {
      await bare.stop();
      await peer.stop();
      await stage.close();
    }
    return [
      finding('Sign-ins/s (password and code) ÷ better-auth’s (password)', signIns, {}),
      finding(`Session checks/s (a whole page, \`${LIGHT_PAGE}\`) ÷ better-auth’s (JSON)`, checks, {
        'bare Fastify per second': rate(bareChecks),
      }),
    ];
  },
};

type Pair = { readonly ours: Report[]; readonly theirs: Report[] };

const rate = (reports: readonly Report[]) => median(reports.map(perSecond));

function finding(what: string, { ours, theirs }: Pair, more: Record<string, number>): Finding {
  return {
    what,
    value: rate(ours) / rate(theirs),
    from: {
      'Portico per second': rate(ours),
      'better-auth per second': rate(theirs),
      ...more,
      failed: [...ours, ...theirs].reduce((sum, report) => sum + failures(report, ['200', '303']), 0),
    },
  };
}

async function startBetterAuth(
  folder: string,
  databaseUrl: string,
): Promise<ServerProcess & { readonly port: number }> {
  if (!existsSync(join(PEERS, 'node_modules'))) {
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: PEERS,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error('could not install bench/peers');
  }
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const child = await startProcess([join(PEERS, 'better-auth.mjs')], {
    environment: {
      NODE_ENV: 'production',
      BENCH_PORT: String(port),
      BENCH_PASSWORD: PASSWORD,
      BENCH_PEOPLE: String(PEOPLE),
      DATABASE_URL: databaseUrl,
    },
    ready: `http://127.0.0.1:${port}/ready`,
    log: join(folder, 'better-auth.log'),
  });
  return { ...child, port };
}

function peerSignIns(): readonly string[] {
  return Array.from({ length: PEOPLE }, (_, n) =>
    post('/api/auth/sign-in/email', '', JSON.stringify({ email: emailOf(n), password: PASSWORD }), {
      type: 'application/json',
    }),
  );
}

/** @returns the cookie of a session */
async function signInToPeer(port: number): Promise<string> {
  const connection = await Connection.open(port);
  const { head, status } = await connection.send(peerSignIns()[0] ?? '');
  connection.close();
  const cookie = /\r\nset-cookie: (better-auth\.session_token=[^;]+)/i.exec(head)?.[1];
  if (cookie === undefined) throw new Error(`better-auth did not sign in: ${status}`);
  return cookie;
}
