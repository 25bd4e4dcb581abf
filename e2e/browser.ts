import { spawnSync } from 'node:child_process';
import type { LaunchOptions } from '@playwright/test';
import chromium from '@sparticuz/chromium';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * The Chromium of the package registry, which has no window to draw and takes half the time of a whole one, or else the
 * machine's own. It calls nobody on its own.
 */
export async function browser(): Promise<LaunchOptions> {
  const asked = process.env['PORTICO_CHROMIUM'];
  const executablePath = asked ?? [await packaged(), ...INSTALLED].find(runs);
  const args = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return executablePath === undefined ? { args } : { executablePath, args };
}

/** The package holds a program for Linux only. */
const packaged = async (): Promise<string> => (process.platform === 'linux' ? chromium.executablePath() : '');

const runs = (path: string): boolean =>
  path !== '' && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;
