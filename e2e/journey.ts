import { test as base, expect } from '@playwright/test';
import { type Portico, startPortico } from './portico.ts';
import { Visitor } from './visitor.ts';
import type { Language } from './words.ts';

export { expect };

export type Options = {
  /** The language that the person reads. */
  readonly language: Language;
  /** Whether scripts run in the person's browser. */
  readonly script: boolean;
};

type Fixtures = {
  /** The person at the browser. */
  readonly visitor: Visitor;
  /** Opens another browser, for when the person comes back elsewhere or somebody else comes. */
  readonly anotherBrowser: () => Promise<Visitor>;
};

type WorkerFixtures = {
  /** The profile of the agency's sign-in policy, for a whole file. */
  readonly profile: 'standard' | 'strict';
  readonly portico: Portico;
};

/** Longer than any session or wait, so that one journey leaves nothing for the next. */
const BETWEEN_JOURNEYS = 13 * 3600;

export const test = base.extend<Options & Fixtures, WorkerFixtures>({
  language: ['en', { option: true }],
  script: [true, { option: true }],

  profile: ['standard', { option: true, scope: 'worker' }],

  portico: [
    async ({ profile }, use) => {
      const portico = await startPortico(profile);
      await use(portico);
      await portico.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],

  baseURL: async ({ portico }, use) => {
    portico.clock.advance(BETWEEN_JOURNEYS);
    await use(portico.url);
  },

  visitor: async ({ page, portico, language, script }, use) => {
    const visitor = await Visitor.enter(page, portico, language, script);
    await use(visitor);
    await visitor.leave();
  },

  anotherBrowser: async ({ browser, contextOptions, portico, language, script }, use) => {
    const others: Visitor[] = [];
    await use(async () => {
      const context = await browser.newContext(contextOptions);
      const other = await Visitor.enter(await context.newPage(), portico, language, script);
      others.push(other);
      return other;
    });
    for (const other of others) {
      await other.leave();
      await other.page.context().close();
    }
  },
});
