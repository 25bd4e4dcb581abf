import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Bench, either } from './lib/bench.ts';
import { atMost } from './lib/finding.ts';
import { readMetrics } from './lib/metrics.ts';
import { setStage } from './lib/stage.ts';
import { median, percentile } from './lib/statistics.ts';

const MEGABYTE = 2 ** 20;
const PEOPLE = 500;
const STREAMS = 2000;
/** Between two changes: a browser is never told of two at once. */
const PAUSE = 40;

type Stream = { readonly request: ClientRequest; next(): Promise<unknown> };

/** How soon an open page shows what changed, and what open pages cost. */
export const live: Bench = {
  name: 'live',
  title: 'Pages that are open',
  measure: async (run) => {
    const stage = await setStage(run, 'live', { accounts: PEOPLE, signedIn: PEOPLE, casesEach: 1 });
    const { portico, cookies, receipts } = stage;
    const database = new pg.Client({ connectionString: stage.databaseUrl });
    await database.connect();
    const open = async (at: number): Promise<Stream> => {
      const asked = request({
        port: portico.port,
        path: '/changes?after=999999999',
        headers: { accept: 'text/event-stream', cookie: cookies[at % PEOPLE] },
        agent: false,
      }).end();
      const [response] = await once(asked, 'response');
      if (response.statusCode !== 200) throw new Error(`a stream is refused with ${response.statusCode}`);
      let heard: (() => void) | null = null;
      response.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('event: changed')) heard?.();
      });
      response.on('error', () => {});
      return {
        request: asked,
        next: () =>
          new Promise<void>((resolve) => {
            heard = resolve;
          }),
      };
    };
    const megabytes = async () => {
      process.kill(portico.pid, 'SIGUSR2');
      await sleep(2000);
      return (await readMetrics(portico.metricsUrl)).sum('process_resident_memory_bytes') / MEGABYTE;
    };
    const page = async (at: number): Promise<void> => {
      const answer = await fetch(`http://127.0.0.1:${portico.port}/cases/${receipts[at]?.[0]}`, {
        headers: { cookie: cookies[at] ?? '', 'portico-by-itself': '1' },
        redirect: 'manual',
      });
      if (answer.status !== 200) throw new Error(`a case is refused with ${answer.status}`);
      await answer.text();
    };
    const streams: Stream[] = [];
    try {
      for (let at = 0; at < PEOPLE; at++) streams.push(await open(at));
      await sleep(1000);
      const [told, shown]: [number[], number[]] = [[], []];
      for (let round = 0; round < either(run, 1000, 100); round++) {
        const at = (round * 7) % PEOPLE;
        const hears = streams[at]?.next();
        await database.query(
          `select append_changes(array[gen_random_uuid()], array['case-moved'], array[$1], array[null]::uuid[],
            array['bench'], array[now()], 'feed', now())`,
          [receipts[at]?.[0]],
        );
        const committed = performance.now();
        await hears;
        told.push(performance.now() - committed);
        await page(at);
        shown.push(performance.now() - committed);
        await sleep(PAUSE);
      }
      for (const stream of streams.splice(0)) stream.request.destroy();
      await sleep(1000);
      const without = await megabytes();
      for (let at = 0; at < STREAMS; at++) streams.push(await open(at));
      const withAll = await megabytes();
      return [
        {
          what: `A change committed → its case drawn anew, with ${PEOPLE} streams open, p95`,
          value: percentile(shown, 0.95),
          unit: 'ms',
          goal: atMost(500),
          from: {
            'ms to the event at p50': median(told),
            'ms to the event at p95': percentile(told, 0.95),
            'ms to the page at p50': median(shown),
            'ms to the page at most': Math.max(...shown),
          },
        },
        {
          what: `Memory of ${STREAMS.toLocaleString('en')} open streams`,
          value: withAll - without,
          unit: 'MB',
          goal: atMost(60),
          from: { 'MB without': without, 'MB with': withAll },
        },
      ];
    } finally {
      for (const stream of streams) stream.request.destroy();
      await database.end();
      await stage.close();
    }
  },
};
