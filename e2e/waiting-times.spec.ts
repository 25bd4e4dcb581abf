import { caseOf } from './agency.ts';
import { expect, test } from './journey.ts';

/** A case of nobody's account, which still waits. */
const WAITING = 'ARC2690100238';

for (const language of ['en', 'es'] as const) {
  test.describe(`waiting times (${language})`, () => {
    test.use({ language });

    test('anybody sees how long each form takes, in each office, and where a case stands', {
      tag: '@twice',
    }, async ({ visitor }) => {
      const { page, say } = visitor;
      const main = page.getByRole('main');
      const { form } = caseOf(WAITING);
      await visitor.arrive();
      await visitor.follow('Waiting times');
      await visitor.at('How long it takes');
      const forms = main
        .getByRole('table')
        .getByRole('row')
        .filter({ has: page.getByRole('link') });
      await expect(forms).toHaveCount(4);
      await expect(main.getByRole('heading', { name: say('How we count') })).toBeVisible();

      await visitor.going(() => main.getByRole('link', { name: form.name[language] }).click());
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(form.name[language]);
      await visitor.look();
      await expect(main.getByRole('figure').locator('svg')).toBeVisible();
      // What the table has is what the picture shows.
      await main.locator('summary').click();
      const range = main
        .getByRole('figure')
        .getByRole('row')
        .filter({ hasText: say('8 of 10 take') });
      const [low = '', high = ''] = (await range.locator('td').textContent())?.match(/(?<!\d)\d{2,}/g) ?? [];
      for (const day of [low, high]) await expect(main.locator('svg').first()).toContainText(day);
      await expect(main.getByRole('heading', { name: say('By office') })).toBeVisible();

      await visitor.follow('Check a case');
      await visitor.at('Check a case');
      await visitor.fill({ 'Receipt number': WAITING });
      await visitor.press('Check');
      await visitor.look();
      const day = /\d+/.exec((await main.getByRole('figure').locator('b').first().textContent()) ?? '')?.[0];
      await expect(main.locator('svg').first()).toContainText(
        say('This case: day {day}', { day: Number(day) }),
      );
      await expect(main.locator('svg').first()).toContainText(say('You may ask from'));
    });
  });
}
