import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, either, type Run } from './lib/bench.ts';
import { atLeast, type Finding } from './lib/finding.ts';
import { kolmogorovSmirnov } from './lib/kolmogorov-smirnov.ts';
import { startMailServer } from './lib/mail.ts';
import { setStage } from './lib/stage.ts';
import { median, percentile } from './lib/statistics.ts';
import { emailOf, Visitor } from './lib/visitor.ts';

/** How often a difference may be seen where there is none. */
const ALPHA = 0.01;
const WARM_UP = 100;
/** Between two tries, for what a request leaves to be done afterwards. */
const QUIET = 15;

type Side = 'existing' | 'missing';
type Way = {
  readonly name: string;
  readonly path: string;
  fields(email: string): Readonly<Record<string, string>>;
  readonly status: number;
};

const WAYS: readonly Way[] = [
  {
    name: 'a sign-in with a wrong password',
    path: '/sign-in',
    fields: (identifier) => ({ return: '/home', identifier, password: 'wrong-harbour-quilt-ember' }),
    status: 422,
  },
  {
    name: 'the begin of a recovery',
    path: '/recover/password',
    fields: (identifier) => ({ identifier }),
    status: 303,
  },
  { name: 'the begin of a sign-up', path: '/sign-up', fields: (email) => ({ email }), status: 303 },
];

/** As long as those of people, so that no length tells them apart. */
const missingOf = (n: number) => emailOf(n).replace('person', 'nobody');

/** Whether the time of an answer tells who has an account. */
export const timing: Bench = {
  name: 'timing',
  title: 'ActivityLabel by time who has an account',
  measure: async (run) => {
    const each = either(run, 2000, 300);
    const mail = await startMailServer();
    try {
      const environment = { SMTP_URL: mail.url };
      const stage = await setStage(run, 'timing', { accounts: each + WARM_UP, environment });
      try {
        const findings: Finding[] = [];
        for (const way of WAYS)
          findings.push(...(await compare(run, stage.portico.port, way, mail.received)));
        return findings;
      } finally {
        await stage.close();
      }
    } finally {
      mail.stop();
    }
  },
};

async function compare(
  run: Run,
  port: number,
  way: Way,
  received: () => number,
): Promise<readonly Finding[]> {
  const each = either(run, 2000, 300);
  const answers: Record<Side, number[]> = { existing: [], missing: [] };
  const after: Record<Side, number[]> = { existing: [], missing: [] };
  const visitor = await Visitor.come(port, { device: null });
  const ask = async (side: Side, n: number): Promise<{ answer: number; after: number }> => {
    const fields = way.fields(side === 'existing' ? emailOf(n) : missingOf(n));
    const began = performance.now();
    const { status } = await visitor.post(way.path, fields);
    const answered = performance.now();
    if (status !== way.status) throw new Error(`${way.path} answered ${status}`);
    await visitor.get('/sign-in');
    return { answer: answered - began, after: performance.now() - answered };
  };
  for (const { side, n } of shuffled(each, WARM_UP)) await ask(side, n);
  await sleep(1000);
  const mailBefore = received();
  for (const { side, n } of shuffled(0, each)) {
    await sleep(QUIET);
    const took = await ask(side, n);
    answers[side].push(took.answer);
    after[side].push(took.after);
  }
  visitor.leave();
  await sleep(1000);
  return [
    finding(`The time of ${way.name}`, answers, { messages: received() - mailBefore }),
    finding(`The time of a page asked for right after ${way.name}`, after),
  ];
}

function finding(
  what: string,
  { existing, missing }: Readonly<Record<Side, readonly number[]>>,
  more: Finding['from'] = {},
): Finding {
  const { statistic, p } = kolmogorovSmirnov(existing, missing);
  return {
    what: `${what}, with and without an account: p of Kolmogorov–Smirnov`,
    value: p,
    goal: atLeast(ALPHA),
    from: {
      'ms, median with an account': median(existing),
      'ms, median without': median(missing),
      'µs between the medians': (median(existing) - median(missing)) * 1000,
      'ms from p25 to p75': percentile(missing, 0.75) - percentile(missing, 0.25),
      'D, farthest apart': statistic,
      'tries with an account': existing.length,
      'tries without': missing.length,
      ...more,
      verdict: p < ALPHA ? 'can be told apart' : 'cannot be told apart',
    },
  };
}

/** The tries of both sides, of so many people from a first one on, in random order. */
function shuffled(first: number, count: number): readonly { side: Side; n: number }[] {
  return Array.from({ length: count }, (_, at) => first + at)
    .flatMap((n) => [
      { side: 'existing' as const, n },
      { side: 'missing' as const, n },
    ])
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
