import { AsyncLocalStorage } from 'node:async_hooks';
import Bowser from 'bowser';
import type { Words } from '../i18n/index.ts';

/** What a person would call a browser and its system; each is empty where the browser did not say. */
export type BrowserName = { readonly browser: string; readonly system: string };

const LONGEST_NAME = 40;
const LONGEST_USER_AGENT = 500;

/** Reads the header; it is a stranger's word and is only ever shown. */
export function describeBrowser(userAgent: string): BrowserName {
  if (userAgent === '') return { browser: '', system: '' };
  const parsed = Bowser.parse(userAgent.slice(0, LONGEST_USER_AGENT));
  return { browser: short(parsed.browser.name), system: short(parsed.os.name) };
}

/** Whether a browser says that it is on a phone or a tablet. Good for what comes first on a page, and for nothing else. */
export function isHandheld(userAgent: string): boolean {
  if (userAgent === '') return false;
  const { type } = Bowser.parse(userAgent.slice(0, LONGEST_USER_AGENT)).platform;
  return type === 'mobile' || type === 'tablet';
}

const short = (name = ''): string => name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '').slice(0, LONGEST_NAME);

/** `Firefox on Windows`, or what of it is known; null where that is nothing. */
export function sayBrowser({ t }: Pick<Words, 't'>, { browser, system }: BrowserName): string | null {
  if (browser !== '' && system !== '') return t('ui.browser-on-system', { browser, system });
  return browser === '' && system === '' ? null : `${browser}${system}`;
}

const present = new AsyncLocalStorage<string>();

/** Answers a request of a browser: whatever is done for it meanwhile knows which one asked. */
export const inBrowser = <T>(userAgent: string, answer: () => T): T => present.run(userAgent, answer);

const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP));

/**
 * The browser that asks for what is being done; null for what no browser asks for, such as a job. It is written where it
 * stays for good, so names that are not well known are left out: they could say anything, of anybody.
 */
export function presentBrowser(): BrowserName | null {
  const { browser, system } = describeBrowser(present.getStore() ?? '');
  const known = { browser: BROWSERS.has(browser) ? browser : '', system: SYSTEMS.has(system) ? system : '' };
  return known.browser === '' && known.system === '' ? null : known;
}
