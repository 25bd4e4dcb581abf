import { availableParallelism } from 'node:os';
import { type Bench, either } from './lib/bench.ts';
import { atMost } from './lib/finding.ts';
import { get } from './lib/http.ts';
import { load } from './lib/load.ts';
import { failures, perSecond } from './lib/plan.ts';
import { setStage } from './lib/stage.ts';
import { percentile } from './lib/statistics.ts';

const TIMES_CAPACITY = 10;
const HOME_PER_SECOND = 50;
/** More than can wait for a hash, so that it is the server that refuses and not the load. */
const MOST_AT_ONCE = 400;

/** What people who are signed in feel of a flood at the front door. */
export const flood: Bench = {
  name: 'flood',
  title: 'Home page in a flood of sign-ins',
  measure: async (run) => {
    const stage = await setStage(run, 'flood', {
      accounts: either(run, 8000, 3000),
      signedIn: 50,
      casesEach: 20,
    });
    const { port } = stage.portico;
    const seconds = either(run, 20, 8);
    const askHome = (warm: number) =>
      load({
        is: 'arriving-requests',
        port,
        requests: stage.cookies.map((cookie) => get('/home', cookie)),
        perSecond: HOME_PER_SECOND,
        most: HOME_PER_SECOND,
        seconds,
        warm,
      });
    try {
      await askHome(1);
      const capacity = perSecond(
        await load({ is: 'hashes', seconds: either(run, 5, 2), lanes: availableParallelism(), warm: 0.5 }),
      );
      const calm = await askHome(1);
      const [rushed, arrivals] = await Promise.all([
        askHome(3),
        load({
          is: 'arriving-visitors',
          port,
          accounts: stage.nextAccounts(0),
          perSecond: Math.round(capacity * TIMES_CAPACITY),
          most: MOST_AT_ONCE,
          seconds,
          warm: 3,
        }),
      ]);
      const after = await askHome(1);
      const tries = Object.values(arrivals.statuses).reduce((sum, times) => sum + times, 0);
      const p99 = (report: typeof calm) => percentile(report.milliseconds, 0.99);
      return [
        {
          what: '`/home` p99 while sign-ins arrive at ten times capacity ÷ p99 without them',
          value: p99(rushed) / p99(calm),
          goal: atMost(5),
          from: {
            'ms at p99 in the flood': p99(rushed),
            'ms at p99 before': p99(calm),
            'ms at p99 after': p99(after),
            'ms at p50 in the flood': percentile(rushed.milliseconds, 0.5),
            'ms at p50 before': percentile(calm.milliseconds, 0.5),
            'home failures': failures(rushed, ['200']),
            'sign-ins arriving per second': tries / arrivals.seconds,
            'sign-ins served per second': perSecond(arrivals),
            'hashes per second': capacity,
            'refused by 503': (arrivals.statuses['503'] ?? 0) / tries,
            'other answers': failures(arrivals, ['303', '503']),
            'load CPU cores': arrivals.cpuSeconds / (arrivals.seconds + 3),
          },
        },
      ];
    } finally {
      await stage.close();
    }
  },
};
