import { expect, test } from './journey.ts';
import { amina } from './people.ts';
import { arriveAndSignIn } from './steps.ts';

for (const language of ['en', 'es'] as const) {
  test.describe(`appointments (${language})`, () => {
    // Somebody who reads by the clock of another continent.
    test.use({ language, timezoneId: 'Asia/Tokyo' });

    test('a person chooses when to come, moves it, and is told both times', { tag: '@twice' }, async ({
      visitor,
    }) => {
      const { page, say } = visitor;
      const main = page.getByRole('main');
      const choose = async () => {
        await visitor.look();
        await visitor.going(() => main.locator('button[name=slot]').first().click());
        await visitor.at('Check your appointment');
        if (visitor.hasScript) await expect(main.locator('portico-own-time')).toContainText(/Japan|Japón/);
      };
      await arriveAndSignIn(visitor, amina);
      await visitor.follow('Appointments');
      await visitor.at('Your appointments');
      await visitor.look();
      await visitor.going(() => main.locator('.portico-document__name a').first().click());
      await visitor.look();
      await visitor.follow('Choose a time');
      await visitor.at('Choose when to come');
      await choose();
      await main.getByRole('combobox').selectOption('ar');
      await visitor.look();
      await visitor.press('Take this time');
      await expect(main.getByRole('status').first()).toContainText(say('Your appointment is booked'));
      const first = await main.locator('time.portico-when').textContent();
      await visitor.look();

      await visitor.follow('Change the time');
      await visitor.at('Choose another time to come');
      await choose();
      await visitor.press('Take this time', 422);
      await visitor.look();
      await main.locator('label[for=reason]').click();
      await visitor.press('Take this time');
      await expect(main.getByRole('status').first()).toContainText(say('Your appointment was changed'));
      expect(await main.locator('time.portico-when').textContent()).not.toBe(first);
      await visitor.look();
    });
  });
}
