import { availableParallelism } from 'node:os';
import { type Bench, either, type Run } from './lib/bench.ts';
import { atLeast, type Finding } from './lib/finding.ts';
import { load } from './lib/load.ts';
import { failures, perSecond } from './lib/plan.ts';
import { cpuEach, type Spent, spending } from './lib/spent.ts';
import { type Stage, setStage } from './lib/stage.ts';
import { mean, median, percentile } from './lib/statistics.ts';

const VISITORS = 16;
const WARM = 1.5;
/** More than two cores can serve. */
const MOST_A_SECOND = 110;

/** How much of what the cores can hash is left for people who sign in. */
export const signIn: Bench = {
  name: 'sign-in',
  title: 'Signing in',
  measure: async (run) => {
    const stage = await setStage(run, 'sign_in', { accounts: either(run, 4000, 1500) });
    try {
      return await compare(run, stage);
    } finally {
      await stage.close();
    }
  },
};

async function compare(run: Run, stage: Stage): Promise<readonly Finding[]> {
  const seconds = either(run, 8, 4);
  const rounds = either(run, 3, 1);
  const hashes = async () =>
    perSecond(await load({ is: 'hashes', seconds: seconds / 2, lanes: availableParallelism(), warm: 0.5 }));
  const visit = (step: 'password' | 'both') =>
    load({
      is: 'visitors',
      port: stage.portico.port,
      visitors: VISITORS,
      accounts: stage.nextAccounts((seconds + WARM) * MOST_A_SECOND),
      seconds,
      warm: WARM,
      step,
    });

  await visit('both');
  const raw = [await hashes()];
  const full: Spent[] = [];
  const passwords: Spent[] = [];
  for (let round = 0; round < rounds; round++) {
    full.push(await spending(run, stage.portico, WARM, () => visit('both')));
    raw.push(await hashes());
    passwords.push(await spending(run, stage.portico, WARM, () => visit('password')));
    raw.push(await hashes());
  }
  return [
    finding('Sign-ins/s in two steps ÷ raw Argon2id hashes/s', full, raw, 0),
    finding('Password steps/s ÷ raw Argon2id hashes/s', passwords, raw, 1),
  ];
}

/** Each round against the hashes right before and after it. */
function finding(what: string, rounds: readonly Spent[], raw: readonly number[], offset: number): Finding {
  const ratios = rounds.map(({ report }, round) => {
    const at = round * 2 + offset;
    return perSecond(report) / mean(raw.slice(at, at + 2));
  });
  const all = rounds.flatMap(({ report }) => report.milliseconds);
  return {
    what,
    value: median(ratios),
    ...(offset === 0 ? { goal: atLeast(0.75) } : {}),
    from: {
      'per second': mean(rounds.map(({ report }) => perSecond(report))),
      'hashes per second': mean(raw),
      'ms at p50': percentile(all, 0.5),
      'ms at p99': percentile(all, 0.99),
      ...cpuEach(rounds),
      failed: rounds.reduce((sum, { report }) => sum + failures(report, ['303']), 0),
    },
  };
}
