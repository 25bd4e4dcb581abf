import { join } from 'node:path';
import { sampleOf, startBare } from './lib/bare.ts';
import { type Bench, either } from './lib/bench.ts';
import { atLeast } from './lib/finding.ts';
import { get } from './lib/http.ts';
import { load } from './lib/load.ts';
import { failures, perSecond } from './lib/plan.ts';
import { cpuEach, type Spent, spending } from './lib/spent.ts';
import { setStage } from './lib/stage.ts';
import { median, percentile } from './lib/statistics.ts';

const CONNECTIONS = 16;
const WARM = 1;

/** What a signed-in person's home page costs over the least that a page could. */
export const home: Bench = {
  name: 'home',
  title: 'Home page with 20 cases',
  measure: async (run) => {
    const stage = await setStage(run, 'home', { accounts: 50, signedIn: 50, casesEach: 20 });
    const sample = await sampleOf(stage.portico.port, '/home', stage.cookies[0] ?? '');
    const bare = await startBare(join(run.folder, 'home'), stage.databaseUrl, sample);
    const ask = ({ port, pid }: { port: number; pid: number }, path: string) =>
      spending(run, { pid }, WARM, () =>
        load({
          is: 'requests',
          port,
          connections: CONNECTIONS,
          requests: stage.cookies.map((cookie) => get(path, cookie)),
          seconds: either(run, 6, 3),
          warm: WARM,
        }),
      );
    const [ours, theirs]: [Spent[], Spent[]] = [[], []];
    try {
      await ask(stage.portico, '/home');
      for (let round = 0; round < either(run, 4, 2); round++) {
        ours.push(await ask(stage.portico, '/home'));
        theirs.push(await ask(bare, '/page'));
      }
    } finally {
      await bare.stop();
      await stage.close();
    }
    return [
      {
        what: '`/home` requests/s ÷ bare Fastify with one query and the same bytes',
        value: rate(ours) / rate(theirs),
        goal: atLeast(0.25),
        from: {
          'home per second': rate(ours),
          'bare per second': rate(theirs),
          'home ms at p99': late(ours),
          'bare ms at p99': late(theirs),
          bytes: Buffer.byteLength(sample.body),
          failed: [...ours, ...theirs].reduce((sum, { report }) => sum + failures(report, ['200']), 0),
          ...cpuEach(ours, 'home '),
          ...cpuEach(theirs, 'bare '),
        },
      },
    ];
  },
};

const rate = (all: readonly Spent[]) => median(all.map(({ report }) => perSecond(report)));
const late = (all: readonly Spent[]) =>
  percentile(
    all.flatMap(({ report }) => report.milliseconds),
    0.99,
  );
