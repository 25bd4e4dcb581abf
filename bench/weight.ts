import type { Browser } from 'playwright-core';
import type { Bench } from './lib/bench.ts';
import { openBrowser } from './lib/browser.ts';
import { atMost, type Finding } from './lib/finding.ts';
import { startDemonstration } from './lib/portico.ts';
import { setStage } from './lib/stage.ts';

const KILOBYTE = 1024;
const PHONE = { width: 320, height: 640 };

/** What the first view of the sign-in page costs a phone with nothing in its cache. */
export const weight: Bench = {
  name: 'weight',
  title: 'First view of the sign-in page',
  measure: async (run) => {
    const browser = await openBrowser();
    try {
      const stage = await setStage(run, 'weight', { accounts: 0 });
      const real = await view(browser, stage.portico.port).finally(() => stage.close());
      const demonstration = await startDemonstration(run.folder, await run.postgres.create('weight_demo'));
      const demo = await view(browser, demonstration.port).finally(() => demonstration.stop());
      return [...findings('`/sign-in`', real), ...findings('`/sign-in` of the demonstration', demo)];
    } finally {
      await browser.close();
    }
  },
};

type View = { readonly kilobytes: Map<string, number>; readonly requests: number; readonly shift: number };

async function view(browser: Browser, port: number): Promise<View> {
  const context = await browser.newContext({ viewport: PHONE });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const types = new Map<string, string>();
  const kilobytes = new Map<string, number>();
  devtools.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type.toLowerCase()));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = types.get(requestId) ?? 'other';
    kilobytes.set(type, (kilobytes.get(type) ?? 0) + encodedDataLength / KILOBYTE);
  });
  await devtools.send('Network.enable');
  await page.goto(`http://127.0.0.1:${port}/sign-in`, { waitUntil: 'networkidle' });
  const shift = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += 'value' in entry ? Number(entry.value) : 0;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 500);
      }),
  );
  const broken = await page.evaluate(
    () => [...document.images].filter((image) => image.naturalWidth === 0).length,
  );
  if (broken > 0) throw new Error(`${broken} pictures of /sign-in did not load`);
  await context.close();
  return { kilobytes, requests: types.size, shift };
}

function findings(page: string, { kilobytes, requests, shift }: View): readonly Finding[] {
  const byType = Object.fromEntries([...kilobytes].map(([type, size]) => [`KB of ${type}`, size]));
  const all = [...kilobytes.values()].reduce((sum, size) => sum + size, 0);
  return [
    {
      what: `${page}, cold, over the wire`,
      value: all,
      unit: 'KB',
      goal: atMost(60),
      from: { requests, ...byType },
    },
    {
      what: `${page}, its scripts`,
      value: kilobytes.get('script') ?? 0,
      unit: 'KB',
      goal: atMost(10),
      from: {},
    },
    { what: `${page}, layout shift`, value: shift, unit: 'CLS', goal: atMost(0), from: {} },
  ];
}
