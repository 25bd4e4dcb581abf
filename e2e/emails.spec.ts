import { expect, test } from './journey.ts';
import { settle } from './move-in.ts';
import { enterPassword, expectError, followRow, someone } from './steps.ts';

const UNDO = '/account/emails/undo';

for (const language of ['en', 'es'] as const) {
  test.describe(`emails (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('one is added and made the main one, and the old one takes it back', async ({
      visitor,
      anotherBrowser,
    }) => {
      const { email, password } = await settle(visitor);
      const { email: added } = someone();
      await visitor.follow('Account');
      await visitor.at('Your account');
      await followRow(visitor, 'Open', 'Emails');
      await visitor.at('Your emails');
      await visitor.follow('Add an email');
      await visitor.at('Add an email');
      await visitor.fill({ Email: email });
      await visitor.press('Continue', 422);
      await expectError(
        visitor,
        'Email',
        visitor.say('This email is already one of yours. Enter another one'),
      );
      await visitor.look();
      await visitor.fill({ Email: added });
      await visitor.press('Continue');
      await visitor.at('Enter the code that we sent');
      await visitor.fill({ 'One-time code': '1' });
      await visitor.press('Continue', 422);
      await visitor.at('Enter the code that we sent');
      await visitor.fill({ 'One-time code': await visitor.portico.code(added) });
      await visitor.press('Continue');
      await visitor.at('Your emails');
      await expect(visitor.page.getByRole('status').first()).toContainText(
        visitor.say('The email was added. We told all your emails.'),
      );
      const makeMain = `${visitor.say('Make it the main one')} ${added}`;
      await visitor.going(() => visitor.page.getByRole('link', { name: makeMain, exact: true }).click());
      await visitor.at('Make this your main email?');
      await visitor.press('Make it the main email');
      await visitor.at('Your emails');
      const entry = (address: string) =>
        visitor.page.getByRole('main').getByRole('listitem').filter({ hasText: address });
      await expect(entry(added)).toContainText(visitor.say('Main email'));

      // Somebody who reads only the old address stops what they did not do.
      const undo = await visitor.portico.link(email, UNDO);
      visitor.portico.clock.advance(6 * 24 * 3600);
      const other = await anotherBrowser();
      await other.arrive();
      await other.open(undo);
      await other.at('Undo a change of your emails');
      await other.press('Undo the change');
      await other.at('The change is undone');
      await other.open(undo);
      await other.at('This link no longer works');
      await other.open('/sign-in');
      await enterPassword(other, { username: email, password });
      await other.at('Enter your code');
    });
  });
}
