import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { appCode } from './people.ts';
import { enterAppCode, expectError, someone } from './steps.ts';
import type { Visitor } from './visitor.ts';

test.use({ profile: 'strict' });

const ELEVEN_MINUTES = 660;

async function says(visitor: Visitor, text: string): Promise<void> {
  await expect(visitor.page.getByText(visitor.say(text), { exact: true })).toBeVisible();
}

for (const language of ['en', 'es'] as const) {
  test.describe(`changes where the agency is strict (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('an email is added after the code of now and the password', async ({ visitor }) => {
      const person = someone();
      const { secret } = await moveIn(visitor, person);
      const { clock } = visitor.portico;
      clock.advance(ELEVEN_MINUTES);
      await visitor.open('/account/emails/add');
      await says(
        visitor,
        'To keep your account safe, confirm that it is you before you go on. After this step we ask for your password.',
      );
      const old = appCode(secret, clock.now());
      clock.advance(30);
      await enterAppCode(visitor, old, 422);
      await expectError(
        visitor,
        'One-time code',
        visitor.say(
          'That code is not right, no longer shows in your app, or was used already. Enter the next one',
        ),
      );
      await enterAppCode(visitor, appCode(secret, clock.now()));
      await visitor.at('Enter your password');
      await visitor.fill({ Password: 'not this one' });
      await visitor.press('Continue', 422);
      await visitor.at('Enter your password');
      await expectError(
        visitor,
        'Password',
        visitor.say('This is not your current password. Check it and try again'),
      );
      await visitor.fill({ Password: person.password });
      await visitor.press('Continue');
      await visitor.at('Add an email');
    });

    test('the password is asked for once on the way to a new one', async ({ visitor }) => {
      const person = someone();
      const { secret } = await moveIn(visitor, person);
      visitor.portico.clock.advance(ELEVEN_MINUTES);
      await visitor.open('/account/security/password');
      await says(visitor, 'To keep your account safe, confirm that it is you before you go on.');
      await enterAppCode(visitor, appCode(secret, visitor.portico.clock.now()));
      await visitor.at('Change your password');
      await visitor.fill({ 'Current password': person.password, 'New password': 'thimble gravel 71 oyster' });
      await visitor.press('Change password');
      await visitor.at('Security');
    });
  });
}
