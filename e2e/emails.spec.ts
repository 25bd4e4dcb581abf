import { expect, test } from './journey.ts';
import { settle } from './move-in.ts';
import { appCode } from './people.ts';
import { enterAppCode, enterPassword, expectError, expectSummary, followRow, someone } from './steps.ts';

for (const language of ['en', 'es'] as const) {
  test.describe(`emails (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('one is added and made the main one, the old one comes back by its message, and the owner decides', async ({
      visitor,
      anotherBrowser,
    }) => {
      const { email, password, secret } = await settle(visitor);
      const { email: added } = someone();
      // What is added in the first minute is as old as the account.
      visitor.portico.clock.advance(120);
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

      await visitor.going(() =>
        visitor.page.getByRole('link', { name: `${visitor.say('Remove')} ${email}`, exact: true }).click(),
      );
      await visitor.at('Remove this email?');
      await visitor.press('Remove the email');
      await visitor.at('Your emails');

      // Somebody who reads only the old address stops what they did not do.
      const report = await visitor.portico.link(email, '/not-me');
      visitor.portico.clock.advance(6 * 24 * 3600);
      const other = await anotherBrowser();
      await other.arrive();
      await other.open(report);
      await other.at('This wasn’t me');
      await expect(other.page.getByRole('main')).toContainText(
        other.say('This email is put back into the account. It has left it a short time ago.'),
      );
      await other.press('Protect my account');
      await other.at('Your account is protected');
      await other.open(report);
      await other.at('This link was used or is too old');

      // The owner, who has both steps, decides between the two.
      await visitor.open('/sign-in');
      await enterPassword(visitor, { username: added, password });
      await enterAppCode(visitor, appCode(secret, visitor.portico.clock.now()));
      await visitor.at('Home');
      await visitor.open('/account/security/protected');
      await visitor.at('Your account is protected');
      await visitor.press('End the protection', 422);
      await expectSummary(visitor, visitor.say('Choose at least one email that is yours'));
      await visitor.look();
      await visitor.page.getByText(added, { exact: true }).click();
      await visitor.press('End the protection');
      await visitor.at('Security');
      await expect(visitor.page.getByRole('status').first()).toContainText(
        visitor.say('The protection has ended. You can change how you sign in again.'),
      );
      await visitor.open('/account/emails');
      await visitor.at('Your emails');
      await expect(entry(email)).toHaveCount(0);
    });
  });
}
