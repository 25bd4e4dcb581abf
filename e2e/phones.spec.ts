import { expect, test } from './journey.ts';
import { amina, mateo } from './people.ts';
import { arriveAndSignIn, enterPassword, expectError } from './steps.ts';
import type { Visitor } from './visitor.ts';

/** Types the code of the newest text message to a number. */
async function enterTextedCode(visitor: Visitor, number: string): Promise<void> {
  await visitor.fill({ 'One-time code': await visitor.portico.code(number) });
}

for (const language of ['en', 'es'] as const) {
  test.describe(`phones (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('one is added, signs in by text message, and is removed', async ({ visitor }) => {
      const [person, digits] = language === 'en' ? [amina, '2025550142'] : [mateo, '2025550143'];
      const number = `+1${digits}`;
      await arriveAndSignIn(visitor, person);
      await visitor.follow('Account');
      await visitor.at('Your account');
      const row = `${visitor.say('Open')} ${visitor.say('Phones for text messages')}`;
      await visitor.going(() => visitor.page.getByRole('link', { name: row, exact: true }).click());
      await visitor.at('Phones for text messages');
      await visitor.follow('Add a phone');
      await visitor.at('Add a phone');
      await visitor.fill({ 'Mobile number': digits.slice(2) });
      await visitor.press('Send the code', 422);
      await expectError(
        visitor,
        'Mobile number',
        visitor.say(
          'Enter a whole mobile number. If it is from another country, begin with + and the country’s code',
        ),
      );
      await visitor.look();
      await visitor.fill({ 'Mobile number': digits });
      await visitor.press('Send the code');
      await visitor.at('Enter the code from your phone');
      await visitor.fill({ 'One-time code': '1' });
      await visitor.press('Add this phone', 422);
      await visitor.at('Enter the code from your phone');
      await enterTextedCode(visitor, number);
      await visitor.press('Add this phone');
      await visitor.at('Phones for text messages');
      await visitor.press('Sign out');
      await visitor.at('You are signed out');

      await visitor.open('/sign-in');
      await enterPassword(visitor, person);
      await visitor.at('Enter your code');
      await visitor.press('Send a code to your phone instead');
      await visitor.at('Use a code by text message');
      await enterTextedCode(visitor, number);
      await visitor.press('Send another code');
      await visitor.at('Use a code by text message');
      await enterTextedCode(visitor, number);
      await visitor.press('Continue');
      await visitor.at('Home');

      await visitor.open('/account/phones');
      await visitor.look();
      await visitor.going(() =>
        visitor.page.getByRole('link', { name: new RegExp(`^${visitor.say('Remove')} `) }).click(),
      );
      await visitor.at('Remove this phone?');
      await visitor.press('Remove the phone');
      await visitor.at('Phones for text messages');
      await expect(visitor.page.getByText(visitor.say('You have no phone here yet'))).toBeVisible();
    });
  });
}
