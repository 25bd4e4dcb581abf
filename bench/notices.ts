import { setTimeout as sleep } from 'node:timers/promises';
import { agencyLines } from './lib/agency-lines.ts';
import { type Bench, either, type Run } from './lib/bench.ts';
import { cpuSecondsOf } from './lib/cpu.ts';
import { atMost } from './lib/finding.ts';
import { get } from './lib/http.ts';
import { load } from './lib/load.ts';
import { megabytesCollected } from './lib/memory.ts';
import { lineTaker, type Seeding } from './lib/seed.ts';
import { setStage } from './lib/stage.ts';

/** The first ones pay for starting what makes them. */
const FIRST = 50;
const LOOK_AGAIN = 250;

/** What it costs to make notices into files, and what of it stays in memory. */
export const notices: Bench = {
  name: 'notices',
  title: 'Notices made into files',
  measure: async (run) => {
    const count = either(run, 2000, 100);
    const stage = await setStage(run, 'notices', { accounts: 0 });
    const seeding = stage.open();
    const take = lineTaker(seeding);
    const lines = agencyLines(seeding.agencyFolder, Number.POSITIVE_INFINITY);
    try {
      // What serving pages takes is there already, such as a young generation that has grown.
      await load({
        is: 'requests',
        port: stage.portico.port,
        connections: 4,
        requests: [get('/sign-in')],
        seconds: either(run, 10, 4),
      });
      const before = await megabytesCollected(stage.portico);
      await take(untilDocuments(lines, FIRST));
      await allMade(seeding);
      const started = await megabytesCollected(stage.portico);
      const spent = () => spentBy(run, stage.portico.pid);
      const [first, then, began] = [await filesOf(seeding), spent(), performance.now()];
      await take(untilDocuments(lines, count - FIRST));
      await allMade(seeding);
      const seconds = (performance.now() - began) / 1000;
      const now = spent();
      const files = (await filesOf(seeding)) - first;
      const after = await megabytesCollected(stage.portico);
      return [
        {
          what: 'Files of notices a second of one core',
          value: files / (now.server - then.server),
          unit: 'a second',
          from: {
            files,
            'a second as the server makes them': files / seconds,
            'server CPU ms each': ((now.server - then.server) * 1000) / files,
            'PostgreSQL CPU ms each, the feed included': ((now.postgres - then.postgres) * 1000) / files,
          },
        },
        {
          what: `Memory after ${count.toLocaleString('en')} notices in two languages, over that of a server that served pages`,
          value: after - before,
          unit: 'MB',
          goal: atMost(60),
          from: {
            'MB before': before,
            [`MB after the first ${FIRST}`]: started,
            'MB after all': after,
          },
        },
      ];
    } finally {
      await seeding.connection.close();
      await stage.close();
    }
  },
};

const spentBy = (run: Run, pid: number) => ({
  server: cpuSecondsOf(pid),
  postgres: run.postgres.cpuSeconds(),
});

/** Goes on with lines until so many of them are documents. */
function* untilDocuments(lines: Iterator<string>, count: number): Generator<string> {
  for (let left = count; left > 0; ) {
    const { value, done } = lines.next();
    if (done === true) throw new Error('there are no more lines');
    if (value.includes('"kind":"document"')) left -= 1;
    yield value;
  }
}

/** Waits until the server has made all that waits. @throws where it gave one up */
async function allMade({ connection: { pool } }: Seeding): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ waiting: number; failed: number }>(
      `select count(*) filter (where rendering = 'waiting')::int as waiting,
         count(*) filter (where rendering = 'failed')::int as failed from document`,
    );
    const [{ waiting, failed } = { waiting: 0, failed: 0 }] = rows;
    if (failed > 0) throw new Error(`${failed} notices cannot be made`);
    if (waiting === 0) return;
    await sleep(LOOK_AGAIN);
  }
}

async function filesOf({ connection: { pool } }: Seeding): Promise<number> {
  const { rows } = await pool.query<{ files: number }>(
    'select count(*)::int as files from document_rendering',
  );
  return rows[0]?.files ?? 0;
}
