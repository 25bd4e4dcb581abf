import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, either } from './lib/bench.ts';
import { atMost } from './lib/finding.ts';
import { load } from './lib/load.ts';
import { readMetrics } from './lib/metrics.ts';
import { failures, perSecond } from './lib/plan.ts';
import { setStage } from './lib/stage.ts';
import { slope } from './lib/statistics.ts';

const MEGABYTE = 2 ** 20;
/** Enough that nobody's code is asked for twice in its 30 seconds. */
const ACCOUNTS = 5000;

type Sample = { readonly signIns: number; readonly megabytes: number };

/** What the server's process holds after many sign-ins, and whether it keeps growing. */
export const memory: Bench = {
  name: 'memory',
  title: 'Memory over sign-ins',
  measure: async (run) => {
    const count = either(run, 10_000, 1000);
    const stage = await setStage(run, 'memory', { accounts: either(run, ACCOUNTS, 2000) });
    const { portico } = stage;
    const take = async (): Promise<Sample> => {
      const metrics = await readMetrics(portico.metricsUrl);
      return {
        signIns: metrics.sum('portico_http_request_seconds_count', 'route="/sign-in/code"', 'status="303"'),
        megabytes: metrics.sum('process_resident_memory_bytes') / MEGABYTE,
      };
    };
    try {
      const idle = await take();
      const samples = [idle];
      const ended = new AbortController();
      const sampling = (async () => {
        for (; !ended.signal.aborted; await sleep(1000)) samples.push(await take());
      })();
      const report = await load({
        is: 'visitors',
        port: portico.port,
        visitors: 16,
        accounts: stage.nextAccounts(0),
        seconds: 600,
        count,
        step: 'both',
      });
      ended.abort();
      await sampling;
      const last = await take();
      process.kill(portico.pid, 'SIGUSR2');
      await sleep(2000);
      const collected = await take();
      const early = samples.find(({ signIns }) => signIns >= count / 10) ?? last;
      const late = samples.filter(({ signIns }) => signIns >= count / 2);
      return [
        {
          what: `Resident memory after ${count.toLocaleString('en')} sign-ins`,
          value: last.megabytes,
          unit: 'MB',
          goal: atMost(200),
          from: {
            'MB at the start': idle.megabytes,
            [`MB after ${early.signIns} sign-ins`]: early.megabytes,
            'MB at most': Math.max(...samples.map(({ megabytes }) => megabytes)),
            'MB once garbage is collected': collected.megabytes,
            'sign-ins per second': perSecond(report),
            failed: failures(report, ['303']),
          },
        },
        {
          what: 'Growth over the second half of them',
          value: slope(late.map(({ signIns, megabytes }) => ({ x: signIns / 1000, y: megabytes }))),
          unit: 'MB a thousand',
          goal: atMost(0.5),
          from: { samples: late.length },
        },
      ];
    } finally {
      await stage.close();
    }
  },
};
