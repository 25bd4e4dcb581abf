import { expect, type Locator } from '@playwright/test';
import { test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { amina, appCode, newcomers } from './people.ts';
import { someone } from './steps.ts';
import type { Visitor } from './visitor.ts';

const MOST_TABS = 60;

/** Goes on with the Tab key until something has the focus, and sees that it shows. */
async function tabTo(visitor: Visitor, target: Locator): Promise<void> {
  const { page } = visitor;
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press('Tab');
    if (!(await target.evaluate((element) => element === document.activeElement))) continue;
    await expect(target).toBeInViewport();
    const outline = await target.evaluate((element) => getComputedStyle(element).outlineWidth);
    expect(Number.parseFloat(outline), 'the ring around what has the focus').toBeGreaterThan(0);
    return;
  }
  throw new Error(`the Tab key does not lead to ${target}`);
}

async function type(visitor: Visitor, label: string, text: string): Promise<void> {
  await tabTo(visitor, visitor.field(label));
  await visitor.page.keyboard.type(text);
}

async function enter(visitor: Visitor, status?: number): Promise<void> {
  await visitor.going(() => visitor.page.keyboard.press('Enter'), status);
}

test.beforeEach(({ isMobile }) => {
  test.skip(isMobile, 'a phone has no Tab key');
});

test('sign in with the keyboard alone', async ({ visitor, portico }) => {
  const { page } = visitor;
  await visitor.arrive();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeFocused();
  await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeInViewport();
  await page.keyboard.press('Enter');
  await tabTo(visitor, page.getByRole('main').getByRole('link', { name: 'Sign in', exact: true }));
  await enter(visitor);
  await visitor.at('Sign in');
  await type(visitor, 'Email or username', amina.username);
  await type(visitor, 'Password', 'wrong');
  await enter(visitor, 422);
  await visitor.at('Sign in');
  const summary = page.getByRole('alert', { name: 'There is a problem' });
  if (visitor.hasScript) await expect(summary).toBeFocused();
  await tabTo(visitor, summary.getByRole('link').first());
  await page.keyboard.press('Enter');
  await expect(visitor.field('Email or username')).toBeFocused();
  await type(visitor, 'Password', amina.password);
  await enter(visitor);
  await visitor.at('Enter your code');
  await type(visitor, 'One-time code', appCode(amina.totpSecret, portico.clock.now()));
  await tabTo(visitor, visitor.button('Continue'));
  await enter(visitor);
  await visitor.at('Home');
  await tabTo(visitor, visitor.button('Sign out'));
  await enter(visitor);
  await visitor.at('You are signed out');
});

test('claim a case with the keyboard alone', async ({ visitor }) => {
  const newcomer = newcomers.find(({ fullName }) => fullName.includes("'"));
  if (newcomer === undefined) throw new Error('nobody with an apostrophe');
  await moveIn(visitor, someone(newcomer));
  await tabTo(visitor, visitor.link('Add a case'));
  await enter(visitor);
  await visitor.at('Add a case');
  await type(visitor, 'Receipt number', newcomer.receipt);
  await type(visitor, 'Access code', newcomer.accessCode);
  await tabTo(visitor, visitor.button('Add this case'));
  await enter(visitor);
  await expect(visitor.page).toHaveURL(`${visitor.portico.url}/cases/${newcomer.receipt}?added=0`);
  await visitor.look();
});
