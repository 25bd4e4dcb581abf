import { type Bench, either, type Run } from './lib/bench.ts';
import { seedCrowd } from './lib/crowd.ts';
import { atMost, type Finding } from './lib/finding.ts';
import { get } from './lib/http.ts';
import { load } from './lib/load.ts';
import { failures, type Report } from './lib/plan.ts';
import { countWaits } from './lib/seed.ts';
import { type Stage, setStage } from './lib/stage.ts';
import { median, percentile } from './lib/statistics.ts';

const PEOPLE = 50;
const CASES_EACH = 20;
const MOST_RATIO = 1.2;

type Crowded = Stage & {
  /** Of other people's cases. */
  readonly others: readonly string[];
  /** How long it took to put them there. */
  readonly seconds: number;
};

type Page = { readonly path: string; readonly requests: (stage: Crowded) => readonly string[] };

const PAGES: readonly Page[] = [
  { path: '/home', requests: ({ cookies }) => cookies.map((cookie) => get('/home', cookie)) },
  {
    path: '/cases/:receipt',
    requests: ({ cookies, receipts }) =>
      cookies.flatMap((cookie, n) => (receipts[n] ?? []).map((receipt) => get(`/cases/${receipt}`, cookie))),
  },
  { path: '/documents', requests: ({ cookies }) => cookies.map((cookie) => get('/documents', cookie)) },
  {
    path: '/status?receipt=…',
    requests: ({ others }) => others.map((receipt) => get(`/status?receipt=${receipt}`)),
  },
  { path: '/waiting-times', requests: () => [get('/waiting-times')] },
];

/** Whether a page's cost grows with other people's cases. */
export const scale: Bench = {
  name: 'scale',
  title: 'Pages among other people’s cases',
  measure: async (run) => {
    const [few, many] = [1000, either(run, 2_000_000, 20_000)];
    const stages = [await crowded(run, 'scale_few', few), await crowded(run, 'scale_many', many)] as const;
    const against = `${many.toLocaleString('en')} of other people’s cases ÷ among ${few.toLocaleString('en')}`;
    try {
      const findings: Finding[] = [];
      for (const page of PAGES) findings.push(await compare(run, stages, against, page));
      return findings;
    } finally {
      for (const stage of stages) await stage.close();
    }
  },
};

async function compare(
  run: Run,
  [among, amongMany]: readonly [Crowded, Crowded],
  against: string,
  { path, requests }: Page,
): Promise<Finding> {
  const ask = (stage: Crowded) =>
    load({
      is: 'requests',
      port: stage.portico.port,
      connections: 1,
      requests: requests(stage),
      seconds: either(run, 4, 2),
      warm: 1,
    });
  const [few, many]: [Report[], Report[]] = [[], []];
  for (let round = 0; round < either(run, 3, 2); round++) {
    few.push(await ask(among));
    many.push(await ask(amongMany));
  }
  const times = (reports: readonly Report[]) => reports.flatMap(({ milliseconds }) => milliseconds);
  const typical = (reports: readonly Report[]) => median(reports.map((each) => median(each.milliseconds)));
  return {
    what: `\`${path}\` median time among ${against}`,
    value: typical(many) / typical(few),
    goal: atMost(MOST_RATIO),
    from: {
      'ms among few': typical(few),
      'ms among many': typical(many),
      'ms at p99 among few': percentile(times(few), 0.99),
      'ms at p99 among many': percentile(times(many), 0.99),
      failed: [...few, ...many].reduce((sum, report) => sum + failures(report, ['200']), 0),
      's to put the many there': amongMany.seconds,
    },
  };
}

async function crowded(run: Run, name: string, count: number): Promise<Crowded> {
  let others: readonly string[] = [];
  let seconds = 0;
  const stage = await setStage(run, name, {
    accounts: PEOPLE,
    signedIn: PEOPLE,
    casesEach: CASES_EACH,
    papers: true,
    crowd: async (seeding) => {
      await countWaits(seeding);
      const began = performance.now();
      others = await seedCrowd(seeding, count);
      await countWaits(seeding);
      seconds = (performance.now() - began) / 1000;
    },
  });
  return { ...stage, others, seconds };
}
