import { existsSync } from 'node:fs';
import type { LaunchOptions } from '@playwright/test';
import chromium from '@sparticuz/chromium';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The machine's own Chromium, or the one that comes from the package registry. It calls nobody on its own. */
export async function browser(): Promise<LaunchOptions> {
  const asked = process.env['PORTICO_CHROMIUM'];
  const executablePath =
    asked ?? INSTALLED.find((path) => existsSync(path)) ?? (await chromium.executablePath());
  const args = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return { executablePath, args };
}
