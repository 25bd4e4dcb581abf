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

/** Journeys through the front door. `PORTICO_SCREENSHOTS=1` takes pictures of the pages instead. */
export default defineConfig<Options>({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/global-setup.ts',
  workers: 2,
  fullyParallel: true,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  reporter: [['list']],
  use: { launchOptions: await browser(), locale: 'en-US', screenshot: 'only-on-failure' },
  projects:
    process.env['PORTICO_SCREENSHOTS'] === undefined
      ? [
          { name: 'desktop', use: desktop },
          { name: 'phone', use: phone },
          { name: 'desktop without script', use: { ...desktop, script: false } },
          { name: 'phone without script', use: { ...phone, script: false } },
        ]
      : [
          { name: 'desktop', use: desktop },
          { name: 'phone', use: phone },
        ],
  testMatch: process.env['PORTICO_SCREENSHOTS'] === undefined ? '*.spec.ts' : 'screenshots.ts',
});
