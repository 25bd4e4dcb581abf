import { expect, test } from './journey.ts';
import { amina, appCode } from './people.ts';

for (const language of ['en', 'es'] as const) {
  test.describe(`sign in (${language})`, () => {
    test.use({ language });

    test('with a username, a password and the code of the app', async ({ visitor, portico }) => {
      await visitor.arrive();
      await visitor.follow('Sign in');
      await visitor.at('Sign in');
      await visitor.fill({ 'Email or username': amina.username, Password: amina.password });
      await visitor.press('Sign in');
      await visitor.at('Enter your code');
      await visitor.fill({ 'One-time code': appCode(amina.totpSecret, portico.clock.now()) });
      await visitor.press('Continue');
      await visitor.at('Home');
      await expect(visitor.page.getByRole('banner')).toContainText(amina.fullName);
    });
  });
}
