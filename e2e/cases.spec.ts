import { caseOf, needsDoing } from './agency.ts';
import { expect, test } from './journey.ts';
import { amina, withTwoCases } from './people.ts';
import { arriveAndSignIn, expectError } from './steps.ts';

for (const language of ['en', 'es'] as const) {
  test.describe(`cases (${language})`, () => {
    test.use({ language });

    test('home says first what needs doing, and a case says where it stands', async ({ visitor }) => {
      const { page, say } = visitor;
      await arriveAndSignIn(visitor, amina);
      const main = page.getByRole('main');
      const waiting = amina.receipts.map(caseOf).filter(needsDoing);
      expect(waiting.length, 'cases of the demonstration that wait for Amina').toBeGreaterThan(0);

      const [first] = await main.getByRole('heading', { level: 2 }).allTextContents();
      expect(first).toBe(say('What you need to do'));
      const receiptsIn = async (list: string) =>
        (await main.locator(list).getByRole('listitem').allTextContents()).map(
          (text) => /ARC\d{10}/.exec(text)?.[0],
        );
      expect([...new Set(await receiptsIn('.portico-tasks'))].sort()).toEqual(
        waiting.map(({ receipt }) => receipt).sort(),
      );
      const receipts = await receiptsIn('.portico-cards');
      expect([...receipts].sort()).toEqual([...amina.receipts].sort());
      expect(receipts.slice(0, waiting.length).sort()).toEqual(waiting.map(({ receipt }) => receipt).sort());

      await visitor.follow('See which papers');
      await expect(page.locator('.portico-request:target')).toContainText(say('Waiting for you'));
      const found = caseOf(/ARC\d{10}/.exec(page.url())?.[0] ?? '');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(found.form.name[language]);
      await visitor.look();
      const track = page.getByRole('list', { name: say('How far your case has come') });
      await expect(track.getByRole('listitem')).toHaveCount(found.form.phases.length);
      await expect(track.locator('[aria-current=step]')).toHaveCount(1);
      await expect(main).toContainText(found.status.text[language]);
      await expect(main).toContainText(found.status.todo?.[language] ?? 'something to do');
      await expect(page.getByRole('heading', { name: say('What happens next') })).toBeVisible();
      await expect(main).toContainText(found.status.next[language]);
      const changed = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'America/New_York' });
      await expect(main).toContainText(say('Changed on {date}', { date: changed.format(found.at) }));
      const newest = found.status.label[language];
      await expect(page.locator('.portico-timeline h3'), 'what happened before').toHaveCount(
        found.events - 1,
      );
      await expect(page.getByRole('heading', { name: newest })).toHaveCount(1);
    });

    test('anybody sees the public status of a case, and nothing of the person (ASVS 8.2.3)', {
      tag: '@twice',
    }, async ({ visitor }) => {
      const { page, say } = visitor;
      const { receipt } = withTwoCases;
      const found = caseOf(receipt);
      await visitor.arrive();
      await page
        .getByRole('main')
        .getByRole('link', { name: say('Check a case') })
        .click();
      await visitor.at('Check a case');
      await visitor.press('Check', 422);
      await visitor.at('Check a case');
      await expectError(visitor, 'Receipt number', say('Enter the receipt number'));
      await visitor.fill({ 'Receipt number': '12345' });
      await visitor.press('Check', 422);
      await visitor.at('Check a case');
      await expectError(
        visitor,
        'Receipt number',
        say('This is not one of our receipt numbers. Enter it as on the notice'),
      );
      await expect(visitor.field('Receipt number')).toHaveValue('12345');
      await visitor.fill({ 'Receipt number': 'ARC9999999999' });
      await visitor.press('Check', 404);
      await visitor.at('Check a case');
      await expectError(
        visitor,
        'Receipt number',
        say(
          'We have no case with this number. Check it against the notice. A new case can take a few days to show',
        ),
      );

      await visitor.fill({ 'Receipt number': `${receipt.slice(0, 3).toLowerCase()} ${receipt.slice(3)}` });
      await visitor.press('Check');
      await visitor.at('Check a case');
      const main = page.getByRole('main');
      await expect(main.getByRole('heading', { name: found.form.name[language] })).toBeVisible();
      await expect(main).toContainText(found.status.text[language]);
      await expect(main).toContainText(found.status.next[language]);
      const source = await visitor.document.source;
      for (const secret of found.personal) expect(source).not.toContain(secret);
    });
  });
}

test('on a phone the header is one row, and its menu has the pages, the languages and who is signed in', async ({
  visitor,
  isMobile,
}) => {
  test.skip(!isMobile, 'a wide screen shows all of it');
  const { page } = visitor;
  await arriveAndSignIn(visitor, amina);
  const [menu, close] = [visitor.button('Menu'), visitor.button('Close')];
  const name = page.getByRole('banner').getByText(amina.fullName);
  const top = (await page.getByRole('banner').boundingBox())?.height ?? 0;
  expect(top, 'height of the header').toBeLessThan(100);
  await expect(name).toBeHidden();
  await expect(menu).toHaveAttribute('popovertarget', 'menu');
  await menu.focus();
  await page.keyboard.press('Enter');
  await expect(name).toBeVisible();
  await visitor.look();
  await page.keyboard.press('Tab');
  await expect(close).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(name).toBeHidden();
  await expect(menu).toBeFocused();
  await menu.click();
  await close.click();
  await expect(name).toBeHidden();
  await visitor.follow('Documents');
  await visitor.at('Your documents');
  await visitor.follow('Español', { exactly: true });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sus documentos');
});

test('one address can ask for sixty public statuses in five minutes', { tag: '@rule' }, async ({
  visitor,
  portico,
}) => {
  const ask = async () => (await fetch(`${portico.url}/status?receipt=ARC9999999999`)).status;
  for (let asked = 0; asked < 60; asked++) expect(await ask()).toBe(404);
  const { status } = await visitor.open('/status?receipt=ARC9999999999');
  expect(status).toBe(429);
  await visitor.at('Too many tries');
  portico.clock.advance(5 * 60);
  expect(await ask()).toBe(404);
});

test('help, what the agency says of itself, and a page that is not there', async ({ visitor }) => {
  await visitor.arrive();
  await visitor.follow('Help');
  await visitor.at('Help');
  for (const statement of ['Privacy', 'Terms of use', 'Accessibility']) {
    await visitor.follow(statement);
    await visitor.at(statement);
  }
  const { status } = await visitor.open('/nowhere');
  expect(status).toBe(404);
  await visitor.at('We could not find that page');
  await visitor.follow('Go to the start page');
  await visitor.at('Your account and your cases, in one place');
});
