import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { type Bench, either, type Run } from './lib/bench.ts';
import { openBrowser } from './lib/browser.ts';
import { atMost, type Finding } from './lib/finding.ts';
import { megabytesCollected } from './lib/memory.ts';
import { lineTaker } from './lib/seed.ts';
import { type Stage, setStage } from './lib/stage.ts';
import { median, percentile } from './lib/statistics.ts';

const PEOPLE = 500;
const STREAMS = 2000;
/** Opened and closed before anything is compared, so that what every first stream costs is there. */
const TRIED = 20;
/** Between two changes: a browser is never told of two at once. */
const PAUSE = 40;

type Stream = { readonly request: ClientRequest; next(): Promise<void> };
/** Lets the feed take in one line of a case, with a word that its page shows. */
type Move = (receipt: string, word: string) => Promise<void>;

/** How soon an open page shows what changed, and what open pages cost. */
export const live: Bench = {
  name: 'live',
  title: 'Pages that are open',
  measure: async (run) => {
    const stage = await setStage(run, 'live', { accounts: PEOPLE, signedIn: PEOPLE, casesEach: 1 });
    const seeding = stage.open();
    const taking = lineTaker(seeding);
    const move: Move = (receipt, word) => taking([lineOf(receipt, word)]);
    const browser = await openBrowser();
    const streams: Stream[] = [];
    const close = async (from: number) => {
      for (const stream of streams.splice(from)) stream.request.destroy();
      await sleep(1000);
    };
    try {
      for (let at = 0; at < TRIED; at++) streams.push(await openStream(stage, at));
      await close(0);
      const without = await megabytesCollected(stage.portico);
      for (let at = 0; at < STREAMS; at++) streams.push(await openStream(stage, at));
      const withAll = await megabytesCollected(stage.portico);
      await close(PEOPLE);
      return [
        await seenInBrowser(run, stage, { browser, move }),
        await toldToAll(run, stage, { streams, move }),
        {
          what: `Memory of ${STREAMS.toLocaleString('en')} open streams`,
          value: withAll - without,
          unit: 'MB',
          goal: atMost(60),
          from: { 'MB without': without, 'MB with': withAll },
        },
      ];
    } finally {
      await browser.close();
      await close(0);
      await seeding.connection.close();
      await stage.close();
    }
  },
};

let lines = 0;

function lineOf(receipt: string, detail: string): string {
  const person = { family: 'Benchmark', given: 'Person', born: '1990-03-12', birthCountry: 'BR' };
  return JSON.stringify({
    id: `live-${++lines}`,
    receipt,
    form: 'NAT-1',
    at: new Date().toISOString(),
    status: 'under-review',
    detail,
    person,
  });
}

/** The pages of some people, one after the other, each of which sees its case move again and again. */
async function seenInBrowser(
  run: Run,
  { portico, cookies, receipts }: Stage,
  { browser, move }: { readonly browser: Browser; readonly move: Move },
): Promise<Finding> {
  const [people, changes] = [either(run, 10, 2), 20];
  const [seen, taken]: [number[], number[]] = [[], []];
  for (let at = 0; at < people; at++) {
    const receipt = receipts[at]?.[0] ?? '';
    const context = await browser.newContext();
    // A cookie of a __Host- name is taken from a secure address alone, which the browser counts this machine as.
    await context.addCookies(
      (cookies[at] ?? '').split('; ').map((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return { name, value, url: `https://127.0.0.1:${portico.port}`, secure: true };
      }),
    );
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${portico.port}/cases/${receipt}`, { waitUntil: 'load' });
    // The first is seen whenever the page has its stream, and is not counted.
    for (let change = 0; change <= changes; change++) {
      const word = `Word ${at} of ${change}.`;
      const shown = page.evaluate(
        (text) =>
          new Promise<void>((resolve) => {
            const look = () => {
              if (document.body.innerText.includes(text)) resolve();
            };
            new MutationObserver(look).observe(document.body, {
              subtree: true,
              childList: true,
              characterData: true,
            });
            look();
          }),
        word,
      );
      const began = performance.now();
      await move(receipt, word);
      const committed = performance.now();
      await shown;
      if (change > 0) {
        taken.push(committed - began);
        seen.push(performance.now() - began);
      }
      await sleep(PAUSE);
    }
    await context.close();
  }
  return {
    what: `A line handed to the feed → seen in a browser that has the case open, with ${PEOPLE} streams open, p95`,
    value: percentile(seen, 0.95),
    unit: 'ms',
    goal: atMost(500),
    from: {
      'ms at p50': median(seen),
      'ms at most': Math.max(...seen),
      'ms of these until it is committed, p50': median(taken),
      changes: seen.length,
    },
  };
}

/** A case of each person in turn, whose stream is told and whose page is then asked for. */
async function toldToAll(
  run: Run,
  { portico, cookies, receipts }: Stage,
  { streams, move }: { readonly streams: readonly Stream[]; readonly move: Move },
): Promise<Finding> {
  const page = async (at: number, word: string): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${portico.port}/cases/${receipts[at]?.[0]}`, {
      headers: { cookie: cookies[at] ?? '', 'portico-by-itself': '1' },
      redirect: 'manual',
    });
    if (!(await answer.text()).includes(word))
      throw new Error(`a case does not show what changed: ${answer.status}`);
  };
  const [told, drawn]: [number[], number[]] = [[], []];
  for (let round = 0; round < either(run, 1000, 100); round++) {
    const at = (round * 7) % PEOPLE;
    const word = `Round ${round}.`;
    const hears = streams[at]?.next();
    const began = performance.now();
    await move(receipts[at]?.[0] ?? '', word);
    await hears;
    told.push(performance.now() - began);
    await page(at, word);
    drawn.push(performance.now() - began);
    await sleep(PAUSE);
  }
  return {
    what: `A line handed to the feed → its case drawn anew for whoever has a stream, ${PEOPLE} of them, p95`,
    value: percentile(drawn, 0.95),
    unit: 'ms',
    goal: atMost(500),
    from: {
      'ms to the event at p50': median(told),
      'ms to the event at p95': percentile(told, 0.95),
      'ms to the page at p50': median(drawn),
      'ms to the page at most': Math.max(...drawn),
    },
  };
}

/** A stream of one of the people, each in turn. */
async function openStream({ portico, cookies }: Stage, at: number): Promise<Stream> {
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
}
