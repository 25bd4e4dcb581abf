import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, either, type Run } from './lib/bench.ts';
import { atLeast, atMost, type Finding } from './lib/finding.ts';
import { get } from './lib/http.ts';
import { load } from './lib/load.ts';
import { type MailServer, startMailServer } from './lib/mail.ts';
import { failures } from './lib/plan.ts';
import { lineTaker } from './lib/seed.ts';
import { type Stage, setStage } from './lib/stage.ts';
import { median, percentile } from './lib/statistics.ts';

/** How often it is looked whether a mail is there. */
const LOOK = 2;
/** So long after the last mail none is waited for. */
const PATIENCE = 120_000;
const HOUR = 3_600;
/** Pages are asked for as people do, and not as fast as can be: alerts and pages share the machine. */
const CONNECTIONS = 2;

type Take = (lines: Iterable<string>) => Promise<void>;

/** How soon people are told that something changed, and what a change for all of them costs. */
export const alerts: Bench = {
  name: 'alerts',
  title: 'Alerts by email',
  measure: async (run) => {
    const [few, many] = [either(run, 200, 30), either(run, 5_000, 500)];
    const mail = await startMailServer();
    const stage = await setStage(run, 'alerts', {
      accounts: few + many,
      signedIn: few + many,
      casesEach: 1,
      environment: { SMTP_URL: mail.url },
    });
    const seeding = stage.open();
    const take = lineTaker(seeding);
    const receipts = stage.receipts.flat();
    try {
      return [
        await toldSoon(mail, take, receipts.slice(0, few)),
        ...(await toldAll(run, stage, { mail, take, receipts: receipts.slice(few), others: few })),
      ];
    } finally {
      await seeding.connection.close();
      await stage.close();
      mail.stop();
    }
  },
};

let lines = 0;

function lineOf(receipt: string): string {
  const person = { family: 'Benchmark', given: 'Person', born: '1990-03-12', birthCountry: 'BR' };
  return JSON.stringify({
    id: `alerts-${++lines}`,
    receipt,
    form: 'NAT-1',
    at: new Date().toISOString(),
    status: 'under-review',
    person,
  });
}

/** @throws where none comes any more */
async function until(mail: MailServer, count: number): Promise<void> {
  let [received, since] = [mail.received(), performance.now()];
  while (received < count) {
    await sleep(LOOK);
    if (mail.received() > received) [received, since] = [mail.received(), performance.now()];
    if (performance.now() - since > PATIENCE) throw new Error(`${received} mails came of ${count}`);
  }
}

/** Cases that change one after the other, each of another person. */
async function toldSoon(mail: MailServer, take: Take, receipts: readonly string[]): Promise<Finding> {
  const taken: number[] = [];
  for (const receipt of receipts) {
    const before = mail.received();
    await take([lineOf(receipt)]);
    const committed = performance.now();
    await until(mail, before + 1);
    taken.push(performance.now() - committed);
  }
  return {
    what: 'A change that is committed → its alert taken by the mail server, p95',
    value: percentile(taken, 0.95),
    unit: 'ms',
    goal: atMost(2_000),
    from: { 'ms at p50': median(taken), 'ms at most': Math.max(...taken), changes: taken.length },
  };
}

/** Cases of as many people that change at once, while pages are asked for. */
async function toldAll(
  run: Run,
  { portico, cookies }: Stage,
  {
    mail,
    take,
    receipts,
    others,
  }: {
    readonly mail: MailServer;
    readonly take: Take;
    readonly receipts: readonly string[];
    /** How many people, the first, look at pages: who has looked is not told any more. */
    readonly others: number;
  },
): Promise<readonly Finding[]> {
  const ask = (seconds: number) =>
    load({
      is: 'requests',
      port: portico.port,
      connections: CONNECTIONS,
      requests: cookies.slice(0, others).map((cookie) => get('/home', cookie)),
      seconds,
      warm: 1,
    });
  const seconds = either(run, 15, 4);
  const before = await ask(seconds);
  const received = mail.received();
  await take(receipts.map(lineOf));
  const began = performance.now();
  const told = until(mail, received + receipts.length).then(() => (performance.now() - began) / 1_000);
  const meanwhile = await ask(seconds);
  const took = await told;
  const late = (report: typeof before) => percentile(report.milliseconds, 0.99);
  return [
    {
      what: `Alerts an hour after a change for ${receipts.length.toLocaleString('en')} people at once`,
      value: (receipts.length / took) * HOUR,
      goal: atLeast(100_000),
      from: { seconds: took },
    },
    {
      what: '`/home` p99 meanwhile ÷ before',
      value: late(meanwhile) / late(before),
      goal: atMost(3),
      from: {
        'ms at p99 before': late(before),
        'ms at p99 meanwhile': late(meanwhile),
        'seconds of pages': seconds,
        failed: failures(before, ['200']) + failures(meanwhile, ['200']),
      },
    },
  ];
}
