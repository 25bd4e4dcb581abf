import { type Bench, either, type Run } from './lib/bench.ts';
import { atMost, type Finding } from './lib/finding.ts';
import { readMetrics } from './lib/metrics.ts';
import { Owner } from './lib/owner.ts';
import { hydraIsThere, runHydra } from './lib/run-hydra.ts';
import { setStage } from './lib/stage.ts';
import { percentile } from './lib/statistics.ts';
import { emailOf, PASSWORD } from './lib/visitor.ts';

const [OWNERS_ADDRESS, HYDRAS_ADDRESS] = ['203.0.113.7', '198.18.0.1'];
/** More than it can try in the time. */
const WORDS = 200_000;
/** Each so many-th word is the right one. */
const RIGHT = 100;
const STATUSES = ['303', '422', '429', '503'];

/** Whether a well-known guesser gets anywhere, or keeps anybody out. */
export const hydra: Bench = {
  name: 'hydra',
  title: 'Hydra guessing at an account',
  lacks: () => (hydraIsThere() ? null : 'It needs hydra: apt-get install hydra'),
  measure: async (run) => [
    ...(await attack(run, 'from one address, with its limit of requests', true)),
    ...(await attack(run, 'with no limit of requests', false)),
  ],
};

async function attack(run: Run, how: string, hasLimits: boolean): Promise<readonly Finding[]> {
  const stage = await setStage(run, hasLimits ? 'hydra_limited' : 'hydra', {
    accounts: 2,
    ...(hasLimits ? { limits: true } : {}),
    environment: { PORTICO_TRUSTED_PROXIES: '127.0.0.1' },
  });
  const { port, metricsUrl } = stage.portico;
  const seconds = either(run, 120, 20);
  const hydra = { folder: run.folder, port, address: HYDRAS_ADDRESS };
  const answers = async () => {
    const metrics = await readMetrics(metricsUrl);
    const count = (...labels: readonly string[]) =>
      metrics.sum('portico_http_request_seconds_count', 'route="/sign-in"', 'method="POST"', ...labels);
    return [count(), ...STATUSES.map((status) => count(`status="${status}"`))];
  };
  try {
    // Where nothing stops it yet it has to find a password, or else it was set up wrong.
    const control = await runHydra({
      ...hydra,
      identifier: emailOf(1),
      words: ['wrong', PASSWORD],
      seconds: 20,
    });
    if (control.length === 0) throw new Error('hydra does not find a password that is its second word');
    const owner = await Owner.come(port, 0, OWNERS_ADDRESS);
    const before = await answers();
    const words = Array.from({ length: WORDS }, (_, n) =>
      n % RIGHT === RIGHT - 1 ? PASSWORD : `guess-${n}`,
    );
    const [found, fared] = await Promise.all([
      runHydra({ ...hydra, identifier: emailOf(0), words, seconds }),
      owner.signInFor(seconds),
    ]);
    const after = await answers();
    owner.leave();
    const [all = 0, ...byStatus] = after.map((count, at) => count - (before[at] ?? 0));
    const own = fared.milliseconds.length + fared.refused.length;
    return [
      {
        what: `Passwords that hydra found ${how}, though each hundredth of its words is right`,
        value: found.length,
        goal: atMost(0),
        from: {
          'seconds of guessing': seconds,
          'tries that the server saw': all - own,
          ...Object.fromEntries(
            STATUSES.map((status, at) => [
              `of them answered ${status}`,
              (byStatus[at] ?? 0) - (status === '303' ? fared.milliseconds.length : 0),
            ]),
          ),
        },
      },
      {
        what: `Owner's sign-ins on known devices that failed at the first try while hydra guesses ${how}`,
        value: fared.refused.length,
        goal: atMost(0),
        from: {
          "owner's sign-ins": own,
          'of them in two steps': fared.inTwoSteps,
          'ms at p50': percentile(fared.milliseconds, 0.5),
          'ms at p99': percentile(fared.milliseconds, 0.99),
        },
      },
    ];
  } finally {
    await stage.close();
  }
}
