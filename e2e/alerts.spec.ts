import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { withCase } from './own-case.ts';
import { expectError, followRow, someone } from './steps.ts';

for (const language of ['en', 'es'] as const) {
  test.describe(`alerts (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('somebody chooses what they hear of, hears that something changed, and ends it by the link of the mail', async ({
      visitor,
    }) => {
      const applicant = someone();
      await moveIn(visitor, applicant);
      const found = await withCase(visitor, applicant);
      await visitor.follow('Account');
      await visitor.at('Your account');
      await followRow(visitor, 'Open', 'Alerts');
      await visitor.at('Alerts');
      const box = (name: string) =>
        visitor.page.getByRole('checkbox', { name: visitor.say(name), exact: true });
      for (const name of ['The status of a case', 'Documents', 'Papers that we ask you for'])
        await expect(box(name)).toBeChecked();
      // The label covers its box.
      await visitor.page.getByText(visitor.say('Documents'), { exact: true }).last().click();
      await visitor.page
        .getByText(visitor.say('Do not tell me between these hours'), { exact: true })
        .click();
      // Of noon, in which no journey is.
      await visitor.field('From').selectOption('720');
      await visitor.field('Until').selectOption('720');
      await visitor.press('Save', 422);
      await expectError(visitor, 'Until', visitor.say('Choose two different times'));
      await visitor.look();
      await expect(box('Documents')).not.toBeChecked();
      await visitor.field('Until').selectOption('750');
      await visitor.press('Save');
      await visitor.at('Alerts');
      await expect(visitor.page.getByRole('status').first()).toContainText(
        visitor.say('We have saved how we tell you.'),
      );

      visitor.portico.clock.advance(60);
      await found.say('under-review');
      const link = await visitor.portico.link(applicant.email, '/alerts/unsubscribe');
      await visitor.open(link);
      await visitor.at('Stop alerts by email');
      await visitor.press('Stop these emails');
      await visitor.at('You get no more alerts by email');
      await visitor.follow('Choose your alerts');
      await visitor.at('Alerts');
      await expect(box('The status of a case')).not.toBeChecked();
    });
  });
}
