import type { Page } from '@playwright/test';
import { caseOf, documentsOf, noticeName } from './agency.ts';
import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { withCase } from './own-case.ts';
import { amina } from './people.ts';
import { arriveAndSignIn, expectError, someone } from './steps.ts';
import type { Visitor } from './visitor.ts';

const RECEIPT = 'ARC2690001986';
/** Of Amina's notices that case has one of this kind. */
const KIND = 'request';
const TEMPLATE = 'request-for-evidence';

const main = (page: Page) => page.getByRole('main');
const listed = ({ page }: Visitor) => main(page).locator('.portico-document');

/** Has the page as it is now: by itself, or where no script runs by loading it again. */
async function lookAgain(visitor: Visitor): Promise<void> {
  if (!visitor.hasScript) await visitor.going(() => visitor.page.reload());
}

/** The address at which a notice says that it can be checked. */
async function addressToCheck({ page }: Visitor): Promise<URL> {
  const link = page.getByRole('article').locator('a[href*="/verify?"]');
  return new URL((await link.getAttribute('href')) ?? '');
}

for (const language of ['en', 'es'] as const) {
  test.describe(`documents (${language})`, () => {
    test.use({ language });

    test('a person finds a notice among all, reads it, prints it and keeps it as a file', {
      tag: '@twice',
    }, async ({ visitor, portico }) => {
      const { page, say } = visitor;
      const all = documentsOf(amina.receipts);
      const showing = async (count: number) => {
        await expect(main(page).getByRole('status')).toContainText(
          say('{count, plural, =0 {No document fits.} one {1 document.} other {# documents.}}', { count }),
        );
        await expect(listed(visitor)).toHaveCount(count);
        await visitor.look();
      };
      await arriveAndSignIn(visitor, amina);
      await visitor.follow('Documents');
      await visitor.at('Your documents');
      await expect(listed(visitor)).toHaveCount(all.length);
      await page.getByText(say('Find by case, kind or year')).click();
      await visitor.field('Case').selectOption(RECEIPT);
      await visitor.press('Show');
      const ofCase = documentsOf([RECEIPT]);
      await showing(ofCase.length);
      await visitor.field('Kind').selectOption(KIND);
      await visitor.press('Show');
      expect(ofCase.filter(({ type }) => type === KIND)).toHaveLength(1);
      await showing(1);

      const name = noticeName(TEMPLATE)[language];
      await visitor.going(() => listed(visitor).getByRole('link', { name }).click());
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
      await visitor.look();
      const letter = page.getByRole('article');
      await expect(letter).toContainText(amina.fullName);
      await expect(main(page)).toContainText(caseOf(RECEIPT).form.name[language]);

      await portico.settle();
      const download = page.waitForEvent('download');
      await visitor.link('Download PDF').click();
      const file = await download;
      expect(file.suggestedFilename()).toMatch(/^\d{4}-\d{2}-\d{2} /);
      expect(file.suggestedFilename().slice('2026-10-26 '.length)).toBe(`${name} ${RECEIPT}.pdf`);
      const bytes = Buffer.concat(await (await file.createReadStream()).toArray());
      expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
      const inBrowser = await page.request.get(
        (await visitor.link('Open in the browser').getAttribute('href')) ?? '',
      );
      expect(inBrowser.headers()['content-type']).toBe('application/pdf');
      expect(inBrowser.headers()['content-disposition']).toMatch(/^inline/);
      expect(await inBrowser.body()).toEqual(bytes);

      const print = page.getByRole('button', { name: say('Print'), exact: true });
      if (visitor.hasScript) {
        const printed = page.evaluate(
          () =>
            new Promise<boolean>((done) => {
              window.print = () => done(true);
            }),
        );
        await print.click();
        expect(await printed).toBe(true);
      } else await expect(print).toBeHidden();
      await page.emulateMedia({ media: 'print' });
      for (const role of ['banner', 'navigation', 'button', 'contentinfo'] as const)
        await expect(page.getByRole(role)).toHaveCount(0);
      await expect(letter).toBeVisible();
      await page.emulateMedia({ media: null });

      await visitor.follow('All your documents');
      await visitor.at('Your documents');
      const year = all.map(({ issuedOn }) => issuedOn.slice(0, 4)).sort()[0] ?? '';
      expect(ofCase.filter(({ issuedOn }) => issuedOn.startsWith(year))).toEqual([]);
      await page.getByText(say('Find by case, kind or year')).click();
      await visitor.field('Case').selectOption(RECEIPT);
      await visitor.field('Year').selectOption(year);
      await visitor.press('Show');
      await showing(0);
      await visitor.follow('Show all documents');
      await expect(listed(visitor)).toHaveCount(all.length);
    });

    test('a notice is asked for on paper, and whoever is shown it finds out what it is worth', {
      tag: '@twice',
    }, async ({ visitor, portico, anotherBrowser }) => {
      const { page, say } = visitor;
      const applicant = someone();
      await visitor.arrive();
      await moveIn(visitor, applicant);
      const { receipt, tell } = await withCase(visitor, applicant);
      const date = new Intl.DateTimeFormat(language, {
        dateStyle: 'long',
        timeZone: 'America/New_York',
      }).format(portico.clock.now());
      const notice = (id: string, more: object = {}) =>
        tell(id, {
          kind: 'document',
          type: 'receipt',
          issuedOn: '2026-11-20',
          template: { name: 'receipt', data: { received: '2026-11-19', applicant: applicant.fullName } },
          ...more,
        });
      await notice('first');
      await visitor.open('/documents');
      await visitor.at('Your documents');
      await visitor.going(() => listed(visitor).getByRole('link').click());
      await visitor.look();
      const first = await addressToCheck(visitor);
      expect(first.searchParams.get('receipt')).toBe(receipt);

      await visitor.press('Send me a paper copy');
      await expect(main(page)).toContainText(say('You asked for a paper copy'));
      await expect(main(page)).toContainText(
        say('You asked for a paper copy on {date}. We have not sent it yet.', { date }),
      );
      await expect(visitor.button('Send me a paper copy')).toHaveCount(0);
      await visitor.look();
      await tell('copy', { kind: 'paper-copy', document: `${receipt}-first`, state: 'sent' });
      await lookAgain(visitor);
      await expect(main(page)).toContainText(say('We sent you a paper copy on {date}.', { date }));
      await expect(visitor.button('Send me another paper copy')).toBeVisible();

      const other = await anotherBrowser();
      const code = first.searchParams.get('code') ?? '';
      await other.arrive();
      await other.open('/verify');
      await other.at('Check a notice');
      await other.press('Check this notice', 422);
      await expectError(other, 'Receipt number', say('Enter the receipt number'));
      await expectError(other, 'Code', say('Enter the code of the notice'));
      await other.look();
      await other.fill({ 'Receipt number': '12345', Code: code.slice(1) });
      await other.press('Check this notice', 422);
      await expectError(
        other,
        'Receipt number',
        say('This is not one of our receipt numbers. Enter it as on the notice'),
      );
      await expectError(
        other,
        'Code',
        say('This code is too short. It has 17 letters and digits: four groups of four, and one more'),
      );
      await other.look();
      await other.fill({ 'Receipt number': RECEIPT, Code: code });
      await other.press('Check this notice', 404);
      await expect(main(other.page)).toContainText(say('We do not know this notice'));
      await other.look();
      await other.fill({
        'Receipt number': ` ${receipt.toLowerCase()}`,
        Code: code.toLowerCase().replaceAll('-', ' '),
      });
      await other.press('Check this notice');
      await expect(main(other.page)).toContainText(say('This notice is genuine'));
      await expect(main(other.page)).toContainText(noticeName('receipt')[language]);
      await other.look();
      for (const part of applicant.fullName.split(' '))
        expect(await other.document.source).not.toContain(part);

      await notice('second', { replaces: `${receipt}-first` });
      await lookAgain(visitor);
      const replaced = say('Replaced on {date}', { date });
      await expect(main(page).getByRole('heading', { name: replaced })).toBeVisible();
      await expect(visitor.button('Send me another paper copy')).toHaveCount(0);
      await visitor.look();
      await other.open(`${first.pathname}${first.search}`);
      await expect(main(other.page)).toContainText(replaced);
      await other.look();

      await visitor.follow('Open the document that replaced it');
      await visitor.look();
      const second = await addressToCheck(visitor);
      await tell('withdrawn', { kind: 'document-withdrawn', document: `${receipt}-second` });
      await lookAgain(visitor);
      const withdrawn = say('Withdrawn on {date}', { date });
      await expect(main(page).getByRole('heading', { name: withdrawn })).toBeVisible();
      await visitor.look();
      await other.open(`${second.pathname}${second.search}`);
      await expect(main(other.page)).toContainText(withdrawn);
      await other.look();
    });
  });
}
