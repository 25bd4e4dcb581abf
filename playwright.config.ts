import { defineConfig, devices } from '@playwright/test';
import { browser } from './e2e/browser.ts';
import type { Options } from './e2e/journey.ts';

const desktop = { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } };
const phone = {
  ...devices['Desktop Chrome'],
  viewport: { width: 320, height: 720 },
  isMobile: true,
  hasTouch: true,
};
/** No browser is at work in these. */
const HTTP = 'bad-input.spec.ts';
/**
 * Each language meets both screens, with script and without, though not in all four ways. What is tagged `@twice` meets
 * one screen in each, since what it is about comes after the front door; a `@rule` of the server is tried once.
 */
const SPANISH = /\(es\)/;
const SPANISH_IN_FULL = /^(?=.*\(es\))(?!.*@twice)/;
const ENGLISH_OR_TWICE = /^(?!.*\(es\))(?!.*@twice)(?!.*@rule)|^(?=.*\(es\))(?=.*@twice)/;

/** Journeys through the front door. `PORTICO_SCREENSHOTS=1` takes pictures of the pages instead. */
export default defineConfig<Options>({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/global-setup.ts',
  workers: 2,
  fullyParallel: true,
  // What is built needs no second compiler, which took half of each worker's start.
  build: { external: ['**/dist/**'] },
  forbidOnly: process.env['CI'] !== undefined,
  // For machines with much else to do; a journey takes seconds.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  // What passes only then is reported as flaky.
  retries: process.env['CI'] === undefined ? 0 : 1,
  reporter: [['list']],
  use: {
    launchOptions: await browser(),
    locale: 'en-US',
    screenshot: 'only-on-failure',
    trace: 'on-first-retry',
  },
  ...(process.env['PORTICO_SCREENSHOTS'] === undefined
    ? {
        projects: [
          { name: 'http', testMatch: HTTP },
          { name: 'desktop', use: desktop, testIgnore: HTTP, grepInvert: SPANISH },
          { name: 'phone', use: phone, testIgnore: HTTP, grep: SPANISH_IN_FULL },
          {
            name: 'desktop without script',
            use: { ...desktop, script: false },
            testIgnore: HTTP,
            grep: SPANISH_IN_FULL,
          },
          {
            name: 'phone without script',
            use: { ...phone, script: false },
            testIgnore: HTTP,
            grep: ENGLISH_OR_TWICE,
          },
        ],
      }
    : {
        testMatch: 'screenshots.ts',
        projects: [
          { name: 'desktop', use: desktop },
          { name: 'phone', use: phone },
        ],
      }),
});
