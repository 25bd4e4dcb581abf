import { expect, test } from './journey.ts';

/** A case that nobody has claimed, so that no other journey sees what happens in it. */
const RECEIPT = 'ARC2690019038';

for (const language of ['en', 'es'] as const) {
  test.describe(`playing the agency (${language})`, () => {
    test.use({ language });

    test('a visitor says what happens in a case, and it stands where people look', { tag: '@twice' }, async ({
      visitor,
    }) => {
      const { page, say } = visitor;
      const main = page.getByRole('main');
      const toCase = async () => {
        await visitor.open(`/demo/agency/${RECEIPT}`);
        await visitor.look();
      };
      const send = async () => {
        await visitor.look();
        await visitor.press('Send');
        await expect(main.getByRole('status').first()).toContainText(
          say('Open the applicant’s page in another window to see it arrive.'),
        );
        await main.locator('summary').click();
        await expect(main.locator('#sent-line')).toContainText(`"receipt":"${RECEIPT}"`);
        await visitor.look();
      };
      await visitor.arrive();
      await visitor.open('/demo/agency');
      await visitor.at('Play the agency');
      await visitor.going(() => main.locator(`a[href$="${RECEIPT}"]`).click());
      await visitor.look();

      await visitor.follow('Choose the next status');
      await visitor.at('Choose the next status');
      await visitor.press('Send', 422);
      await visitor.look();
      await main.getByRole('combobox').selectOption('approved');
      await send();

      await toCase();
      await visitor.going(() => main.locator('a[href$="template=interview"]').click());
      await send();
      await visitor.going(() => main.locator('a[href*="document-withdrawn"]').first().click());
      await send();

      await visitor.follow('Ask for papers');
      await visitor.at('Ask for papers');
      await send();
      await visitor.going(() => main.locator('a[href*="evidence-request-state"]').first().click());
      await send();

      await visitor.open('/status');
      await visitor.at('Check a case');
      await visitor.fill({ 'Receipt number': RECEIPT });
      await visitor.going(() => main.locator('form button[type=submit]').click());
      await expect(main).toContainText(language === 'en' ? 'Your case is approved' : 'Su caso está aprobado');
      await visitor.look();
    });
  });
}
