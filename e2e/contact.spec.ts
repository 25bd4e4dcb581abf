import { expect, test } from './journey.ts';
import { settle } from './move-in.ts';
import { withCase } from './own-case.ts';
import { followRow } from './steps.ts';

for (const language of ['en', 'es'] as const) {
  test.describe(`contact details (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('an address is given by the fields of its country, doubted once, and reaches the office', async ({
      visitor,
    }) => {
      const { page, say } = visitor;
      const main = page.getByRole('main');
      const { receipt } = await withCase(visitor, await settle(visitor));
      await visitor.follow('Account');
      await visitor.at('Your account');
      await followRow(visitor, 'Open', 'Contact details');
      await visitor.at('Contact details');
      await visitor.follow('Add your address');
      await visitor.at('Change your address');
      await main.locator('#home-line1').fill('ul. Prosta 1');
      await main.locator('#home-country').selectOption('PL');
      if (!visitor.hasScript)
        await visitor.going(() => main.locator('button[name=redraw][value=home]').click());
      await expect(main.locator('#home-line1')).toHaveValue('ul. Prosta 1');
      // In Poland the postal code comes first, and there are no states to choose from.
      await expect(main.locator('#home-state')).toHaveCount(0);
      await visitor.look();
      await main.locator('#home-postcode').fill('310');
      await main.locator('#home-city').fill('Kraków');
      await visitor.press('Save', 422);
      await visitor.at('Change your address');
      await expect(main.getByRole('link', { name: /\(.*(Poland|Polonia)\)/ })).toHaveCount(1);
      await visitor.press('Use it as typed');
      await visitor.at('Contact details');
      await expect(main).toContainText('310 Kraków');
      await expect(main.getByRole('listitem').filter({ hasText: receipt })).toContainText(say('Sent'));
    });
  });
}
