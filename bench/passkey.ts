import { type Bench, either, type Run } from './lib/bench.ts';
import type { Finding } from './lib/finding.ts';
import { load } from './lib/load.ts';
import { signingEach } from './lib/passkey.ts';
import { failures, perSecond } from './lib/plan.ts';
import { cpuEach, type Spent, spending } from './lib/spent.ts';
import { type Stage, setStage } from './lib/stage.ts';
import { mean, median, percentile } from './lib/statistics.ts';

const VISITORS = 16;
const WARM = 1.5;
/** More than two cores can serve. */
const MOST_A_SECOND = 110;

/** What a passkey costs beside a password and a code. */
export const passkey: Bench = {
  name: 'passkey',
  title: 'Signing in with a passkey',
  measure: async (run) => {
    const stage = await setStage(run, 'passkey', {
      accounts: either(run, 4500, 1500),
      passkeys: either(run, 480, 160),
    });
    try {
      return await compare(run, stage);
    } finally {
      await stage.close();
    }
  },
};

async function compare(run: Run, stage: Stage): Promise<readonly Finding[]> {
  const seconds = either(run, 8, 4);
  const { port } = stage.portico;
  const shared = { port, visitors: VISITORS, seconds, warm: WARM };
  const byPassword = () =>
    load({
      ...shared,
      is: 'visitors',
      accounts: stage.nextAccounts((seconds + WARM) * MOST_A_SECOND),
      step: 'both',
    });
  const byPasskey = () => load({ ...shared, is: 'passkeys', passkeys: stage.passkeys, device: stage.device });

  await byPasskey();
  await byPassword();
  const keys: Spent[] = [];
  const passwords: Spent[] = [];
  for (let round = 0; round < either(run, 3, 1); round++) {
    keys.push(await spending(run, stage.portico, WARM, byPasskey));
    passwords.push(await spending(run, stage.portico, WARM, byPassword));
  }
  const [first] = stage.passkeys;
  return [
    {
      what: 'Passkey sign-ins/s ÷ sign-ins/s with password and code',
      value: median(
        keys.map(({ report }, round) => {
          const other = passwords[round]?.report;
          return other === undefined ? Number.NaN : perSecond(report) / perSecond(other);
        }),
      ),
      from: {
        ...sideOf('passkey', keys),
        'passkey signing in the load, ms each': first === undefined ? Number.NaN : signingEach(first),
        ...sideOf('password', passwords),
      },
    },
  ];
}

function sideOf(name: string, rounds: readonly Spent[]): Finding['from'] {
  const all = rounds.flatMap(({ report }) => report.milliseconds);
  return {
    [`${name} per second`]: mean(rounds.map(({ report }) => perSecond(report))),
    [`${name} ms at p50`]: percentile(all, 0.5),
    [`${name} ms at p99`]: percentile(all, 0.99),
    ...cpuEach(rounds, `${name} `),
    [`${name} failed`]: rounds.reduce((sum, { report }) => sum + failures(report, ['303']), 0),
  };
}
