import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, either } from './lib/bench.ts';
import { atMost, type Finding } from './lib/finding.ts';
import { load } from './lib/load.ts';
import { type Fared, Owner } from './lib/owner.ts';
import type { Report } from './lib/plan.ts';
import { setStage } from './lib/stage.ts';
import { percentile } from './lib/statistics.ts';
import { emailOf } from './lib/visitor.ts';

const ADDRESSES = 1000;
const OWNERS_ADDRESS = '203.0.113.7';
const WARM = 10;
const FLOODS = [
  { pause: 1000, how: 'guess, each once a second' },
  { pause: 0, how: 'guess, each as fast as it is refused' },
] as const;

/** Whether an owner gets in while everybody guesses at their account. */
export const guess: Bench = {
  name: 'guess',
  title: 'An owner while 1,000 addresses guess at the account',
  measure: async (run) => {
    // As behind a proxy, which says where requests come from; each address has the limits that an agency gives it.
    const environment = { PORTICO_TRUSTED_PROXIES: '127.0.0.1' };
    // An account each, so that the counts of one flood do not stand when the next begins.
    const accounts = FLOODS.length;
    const stage = await setStage(run, 'guess', { accounts, limits: true, environment });
    const { port } = stage.portico;
    const seconds = either(run, 60, 20);
    const findings: Finding[] = [];
    try {
      for (const [n, { pause, how }] of FLOODS.entries()) {
        const owner = await Owner.come(port, n, OWNERS_ADDRESS);
        const calm = await owner.signInFor(either(run, 30, 10));
        const [flooded, guesses] = await Promise.all([
          sleep(WARM * 1000).then(() => owner.signInFor(seconds)),
          load({
            is: 'guesses',
            port,
            addresses: ADDRESSES,
            pause,
            identifier: emailOf(n),
            seconds: seconds + WARM,
          }),
        ]);
        owner.leave();
        findings.push(finding(how, calm, flooded, guesses));
      }
      return findings;
    } finally {
      await stage.close();
    }
  },
};

function finding(how: string, calm: Fared, flooded: Fared, guesses: Report): Finding {
  const answers = Object.entries(guesses.statuses);
  const tries = answers.reduce((sum, [, times]) => sum + times, 0);
  return {
    what: `Owner's sign-ins on known devices that failed at the first try while 1,000 addresses ${how}`,
    value: flooded.refused.length,
    goal: atMost(0),
    from: {
      "owner's sign-ins": flooded.milliseconds.length + flooded.refused.length,
      'of them in two steps': flooded.inTwoSteps,
      'ms at p50 in the flood': percentile(flooded.milliseconds, 0.5),
      'ms at p99 in the flood': percentile(flooded.milliseconds, 0.99),
      'ms at p50 before': percentile(calm.milliseconds, 0.5),
      'ms at p99 before': percentile(calm.milliseconds, 0.99),
      'failed before': calm.refused.length,
      'guesses a second': tries / guesses.seconds,
      ...Object.fromEntries(answers.map(([status, times]) => [`guesses answered ${status}`, times])),
      'load CPU cores': guesses.cpuSeconds / guesses.seconds,
    },
  };
}
