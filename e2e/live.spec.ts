import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { withCase } from './own-case.ts';
import { someone } from './steps.ts';

/** How often a browser asked for the stream of changes. */
function streamsOf(context: BrowserContext): () => number {
  let asked = 0;
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/changes') asked += 1;
  });
  return () => asked;
}

const main = (page: Page) => page.getByRole('main');
const LABELS = {
  'under-review': { en: 'We are reviewing your case', es: 'Estamos revisando su caso' },
  'biometrics-taken': { en: 'We have your fingerprints', es: 'Ya tenemos sus huellas' },
  denied: { en: 'We said no', es: 'Dijimos que no' },
};

for (const language of ['en', 'es'] as const) {
  test.describe(`live (${language})`, () => {
    test.use({ language });
    test.skip(({ script }) => !script, 'without script a page is as it was when it was loaded');

    test('what the agency says stands on every open page at once', async ({
      visitor,
      anotherBrowser,
      context,
    }) => {
      const { page, say } = visitor;
      await visitor.arrive();
      const applicant = someone();
      await moveIn(visitor, applicant);
      const found = await withCase(visitor, applicant);
      const other = await anotherBrowser();
      await other.arrive();
      const stranger = someone();
      await moveIn(other, stranger);

      // A page without a stream, so that none is counted of the page before.
      await visitor.open('/help');
      const streams = streamsOf(context);
      await visitor.open(`/cases/${found.receipt}`);
      await visitor.look();
      await expect.poll(streams).toBe(1);
      const tab = await context.newPage();
      await tab.goto(`${visitor.portico.url}/home`);

      const print = page.getByRole('button', { name: say('Print') });
      await print.focus();
      await found.say('biometrics-taken');
      for (const each of [page, tab])
        await expect(main(each)).toContainText(LABELS['biometrics-taken'][language]);
      await expect(print).toBeFocused();
      await expect(page.locator('portico-live')).toHaveText(say('Something on this page has just changed.'));
      const timeline = page.getByRole('listitem').filter({ has: page.getByRole('time') });
      await expect(timeline, 'what happened before').toHaveCount(1);
      await expect(
        main(page).getByRole('heading', { name: LABELS['biometrics-taken'][language] }),
      ).toContainText(say('New'));
      await expect(main(tab).locator('[data-changes] h3')).toContainText(say('Changed'));
      await visitor.look();
      await expect(main(other.page)).not.toContainText(LABELS['biometrics-taken'][language]);
      expect(streams(), 'one stream for both tabs').toBe(1);

      // The tab that has the stream is closed, and the other one takes over.
      await visitor.open('/help');
      await visitor.at('Help');
      await expect.poll(streams).toBe(2);
      await found.say('under-review');
      await expect(main(tab)).toContainText(LABELS['under-review'][language]);

      // Back is a page as it is now, wherever the browser has it from.
      await found.say('denied');
      await visitor.going(() => page.goBack());
      await expect(main(page)).toContainText(LABELS.denied[language]);
      await visitor.look();

      // What is in the account no longer is on no page any more.
      await visitor.going(() => found.release());
      await visitor.at('We could not find that page');
      await expect(
        page.getByText(say('If it was about a case or a document, it may no longer be in your account.')),
      ).toBeVisible();
      await expect(main(tab)).not.toContainText(LABELS.denied[language]);
      await tab.close();
    });
  });
}

test('what a person typed, opened and went to stays as it is', { tag: '@rule' }, async ({
  visitor,
  script,
}) => {
  test.skip(!script, 'without script a page is as it was when it was loaded');
  const { page } = visitor;
  await visitor.arrive();
  const applicant = someone();
  await moveIn(visitor, applicant);
  const found = await withCase(visitor, applicant);
  const rows = ['a', 'b', 'c'];
  let drawn = 0;
  // As pages to come have them.
  await page.route(`**/cases/${found.receipt}`, async (route) => {
    const headers = await route.request().allHeaders();
    const response = await route.fetch({ headers });
    const items = rows.map((row) => `<li data-key="${row}">${row}</li>`).join('');
    const more = `<ul id="rows">${items}</ul><p id="count">${rows.length} rows</p>
      <details id="more"><summary>More</summary><p>${rows.length}</p></details>
      <form><label for="note">Note</label> <input id="note" name="note" />
      <input type="hidden" name="_csrf" value="${Math.random()}" /></form>`;
    await route.fulfill({
      response,
      body: (await response.text()).replace('</main>', `${more}</main>`),
    });
    drawn += 1;
  });
  await visitor.open(`/cases/${found.receipt}`);
  visitor.passed('/cases/RECEIPT');
  // A page that cannot know what it missed is drawn again once it listens. From then on it is so for what happens alone.
  await expect.poll(() => drawn).toBeGreaterThan(1);
  const note = page.getByLabel('Note');
  await page.locator('#more > summary').click();
  await note.pressSequentially('half a sen');
  const token = await page.locator('form:has(#note) [name=_csrf]').inputValue();
  await page.locator('#rows > [data-key=b]').evaluate((row) => Object.assign(row, { isTheSame: true }));
  rows.splice(0, 3, 'new', 'c', 'b');
  await found.say('under-review');
  await expect(page.locator('#rows > li')).toHaveText(['New new', 'c', 'b']);
  await note.pressSequentially('tence');
  await expect(note).toBeFocused();
  await expect(note).toHaveValue('half a sentence');
  await expect(page.locator('#more')).toHaveAttribute('open', '');
  expect(await page.locator('#rows > [data-key=b]').evaluate((row) => 'isTheSame' in row)).toBe(true);
  expect(await page.locator('form:has(#note) [name=_csrf]').inputValue()).toBe(token);
  // Read at the second change too, from what was drawn at the first.
  rows.push('last');
  await found.say('denied');
  await expect(page.locator('#rows > li')).toHaveText(['new', 'c', 'b', 'New last']);
  await expect(page.locator('#count')).toHaveText('4 rows');
  await expect(note).toHaveValue('half a sentence');
});
