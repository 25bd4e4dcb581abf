import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';
import { HtmlValidate } from 'html-validate';
import type { ScriptSwitch } from './script-switch.ts';

/** Where the workers note the pages that were found good, so that no other inspects the same again. */
export const INSPECTED = 'PORTICO_E2E_INSPECTED';

/** Every rule that axe has, those of AAA and the experimental ones as well. */
const ALL_RULES = Object.fromEntries(axe.getRules().map(({ ruleId }) => [ruleId, { enabled: true }]));

const html = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:document', 'html-validate:a11y'],
  rules: {
    // Every asset comes from this very server.
    'require-sri': 'off',
    // The summary of what is wrong stands before the page's <h1>, as people who cannot see expect it.
    'heading-level': ['error', { minInitialRank: 'h2' }],
  },
});

/** Looks at a page as a whole: accessibility, valid HTML as the server sent it, and whether it fits its screen. */
export async function inspectPage(page: Page, source: string, script: ScriptSwitch): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  const shown = sameness(await page.evaluate(() => document.documentElement.outerHTML));
  const passed = join(
    process.env[INSPECTED] ?? '',
    createHash('sha256').update(`${width} ${shown}`).digest('hex'),
  );
  if (existsSync(passed)) return;

  const report = await html.validateString(source);
  expect(
    report.results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, line, column }) => `${ruleId} ${line}:${column} ${message}`),
    ),
    `HTML of ${page.url()}`,
  ).toEqual([]);

  const { violations } = await script.lend(() =>
    new AxeBuilder({ page }).options({ rules: ALL_RULES }).setLegacyMode().analyze(),
  );
  expect(
    violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`),
    `accessibility of ${page.url()}`,
  ).toEqual([]);

  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `how much ${page.url()} is wider than its screen`).toBeLessThanOrEqual(0);
  writeFileSync(passed, '');
}

/** A page without what differs at each visit, so that it is inspected once in all that it shows. */
function sameness(page: string): string {
  return page
    .replaceAll(/(value|csrf)="[\w.-]{40,}"/g, '') // tokens of forms
    .replaceAll(/(challenge|value)="[^"]{300,}"/g, '') // proofs of work
    .replaceAll(/ owner="[^"]+"/g, '') // whose what is typed is, sealed anew for each page
    .replaceAll(/name="_page" value="[^"]+"| path="[^"]+"|href="\?[^"]*lang=\w+"/g, '') // the page's own address
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '') // ends of the session
    .replaceAll(/ options="[^"]+"/g, '') // challenges of passkeys
    .replaceAll(/localhost:\d+/g, '')
    .replaceAll(/pilar\.[\d.]+/g, '') // addresses of people who make an account
    .replaceAll(/ d="[^"]{2000,}"/g, '') // QR codes, and the keys in them
    .replaceAll(/secret=[A-Z2-7]{32}|([A-Z2-7]{4} ?){8}/g, '')
    .replaceAll(/\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3,5}\b/g, '') // backup codes, and those that go on elsewhere
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '') // addresses of what a person has
    .replaceAll(/\d+/g, '0'); // dates, counts, receipt numbers
}
