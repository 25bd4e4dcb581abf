import { expect, test } from './journey.ts';
import { settle } from './move-in.ts';
import { appCode } from './people.ts';
import { enterAppCode, enterPassword, expectError, followRow } from './steps.ts';
import type { Visitor } from './visitor.ts';

const NEW_PASSWORD = 'thimble gravel 71 oyster';

async function openSecurity(visitor: Visitor): Promise<void> {
  await visitor.follow('Account');
  await visitor.at('Your account');
  await followRow(visitor, 'Open', 'Security');
  await visitor.at('Security');
}

async function signInWith(
  visitor: Visitor,
  { email, password, secret }: { email: string; password: string; secret: string },
): Promise<void> {
  await visitor.open('/sign-in');
  await enterPassword(visitor, { username: email, password });
  await enterAppCode(visitor, appCode(secret, visitor.portico.clock.now()));
}

for (const language of ['en', 'es'] as const) {
  test.describe(`settings (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('the password is changed, and signs in', async ({ visitor }) => {
      const person = await settle(visitor);
      await openSecurity(visitor);
      await followRow(visitor, 'Change', 'Password');
      await visitor.at('Change your password');
      await visitor.fill({ 'Current password': 'not this one', 'New password': NEW_PASSWORD });
      await visitor.press('Change password', 422);
      await visitor.at('Change your password');
      await expectError(
        visitor,
        'Current password',
        visitor.say('This is not your current password. Check it and try again'),
      );
      await visitor.fill({ 'Current password': person.password, 'New password': NEW_PASSWORD });
      if (visitor.hasScript)
        await expect(visitor.page.getByText(visitor.say('Very strong'), { exact: true })).toBeVisible();
      await visitor.press('Change password');
      await visitor.at('Security');
      await expect(visitor.page.getByRole('status').first()).toContainText(
        visitor.say('Your password is changed. Use the new one from now on.'),
      );
      await visitor.press('Sign out');
      await visitor.at('You are signed out');
      await signInWith(visitor, { ...person, password: NEW_PASSWORD });
      await visitor.at('Home');
    });

    test('an app is added, named and removed; the last one stays', async ({ visitor }) => {
      await settle(visitor);
      await openSecurity(visitor);
      await followRow(visitor, 'Open', 'Authenticator apps');
      await visitor.at('Authenticator apps');
      await visitor.follow('Add an app');
      await visitor.at('Add an authenticator app');
      const key = ((await visitor.page.locator('#key').textContent()) ?? '').trim();
      await visitor.fill({ 'Name of this app (if you like)': 'Tablet' });
      await visitor.press('Continue', 422);
      await visitor.at('Add an authenticator app');
      await expectError(visitor, 'One-time code', visitor.say('Enter the 6-digit code from your app'));
      await visitor.fill({ 'One-time code': appCode(key, visitor.portico.clock.now()) });
      await visitor.press('Continue');
      await visitor.at('Authenticator apps');
      await expect(visitor.page.getByRole('term').filter({ hasText: 'Tablet' })).toBeVisible();
      await visitor.going(() =>
        visitor.page.getByRole('link', { name: `${visitor.say('Open')} Tablet`, exact: true }).click(),
      );
      await visitor.look();
      await visitor.press('Remove this app');
      await visitor.at('Authenticator apps');
      await visitor.going(() =>
        visitor.page.getByRole('link', { name: new RegExp(`^${visitor.say('Open')}`) }).click(),
      );
      await visitor.at('Authenticator app');
      await expect(visitor.page.getByRole('button', { name: visitor.say('Remove this app') })).toHaveCount(0);
      await visitor.follow('Add another second step');
      await visitor.at('Security');
    });

    test('new backup codes are shown once', async ({ visitor }) => {
      const { email } = await settle(visitor);
      await openSecurity(visitor);
      await followRow(visitor, 'Open', 'Backup codes');
      await visitor.at('Backup codes');
      await visitor.press('Make new codes');
      await visitor.at('Save your backup codes');
      const list = visitor.page.getByRole('list', { name: visitor.say('Your ten backup codes') });
      const codes = await list.getByRole('listitem').allTextContents();
      await visitor.page.emulateMedia({ media: 'print' });
      const tops = await list
        .locator('code')
        .evaluateAll((all) => all.flatMap((code) => [...code.getClientRects()].map(({ top }) => top)));
      expect([tops.length, new Set(tops).size]).toEqual([10, 10]);
      for (const role of ['banner', 'navigation', 'button', 'checkbox', 'link', 'contentinfo'] as const)
        await expect(visitor.page.getByRole(role)).toHaveCount(0);
      for (const fact of [visitor.portico.url, email])
        await expect(visitor.page.getByText(fact)).toBeVisible();
      await visitor.page.emulateMedia({ media: null });
      const download = visitor.page.waitForEvent('download');
      await visitor.link('Download as a text file').click();
      const file = await (await download).createReadStream();
      const text = Buffer.concat(await file.toArray()).toString();
      for (const code of codes) expect(text).toContain(code);
      await visitor.page.getByText(visitor.say('I have saved my backup codes')).click();
      await visitor.press('Continue');
      await visitor.at('Backup codes');
      await expect(visitor.page.getByRole('main')).not.toContainText(codes[0] ?? '');
    });

    test('other places are signed out, and what happened can be read', async ({
      visitor,
      anotherBrowser,
    }) => {
      const person = await settle(visitor);
      const other = await anotherBrowser();
      await other.arrive();
      await signInWith(other, person);
      await other.page.waitForURL('**/home');
      await other.look();
      await openSecurity(visitor);
      await followRow(visitor, 'Open', 'Signed in now');
      await visitor.at('Signed in now');
      await visitor.press('Sign out everywhere else');
      await visitor.at('Signed in now');
      await expect(visitor.page.getByText(visitor.say('You are signed in nowhere else.'))).toBeVisible();
      await other.open('/cases');
      await other.at('Sign in');

      await visitor.follow('Back to security');
      await visitor.at('Security');
      await followRow(visitor, 'Open', 'Known devices');
      await visitor.at('Known devices');
      await visitor.press('Forget all devices');
      await visitor.at('Known devices');
      await expect(visitor.page.getByText(visitor.say('No device is known'))).toBeVisible();

      await visitor.open('/account/security/activity');
      await visitor.at('Security activity');
      const happened = visitor.page.getByRole('heading', { level: 3 });
      await expect(happened.first()).toHaveText(visitor.say('All known devices were forgotten'));
      await visitor.field('What to show').selectOption({ label: visitor.say('Wrong tries') });
      await visitor.press('Show');
      await visitor.at('Security activity');
      await expect(happened).toHaveText([visitor.say('Nothing to show')]);
    });

    test('"this wasn’t me" signs out everywhere and holds what opens the account', async ({ visitor }) => {
      const person = await settle(visitor);
      await openSecurity(visitor);
      await visitor.follow('This wasn’t me');
      await visitor.at('This wasn’t me');
      await visitor.press('Protect my account');
      await visitor.at('Your account is protected');
      await visitor.open('/home');
      await visitor.at('Sign in');
      await signInWith(visitor, person);
      await visitor.at('Home');
      await expect(visitor.page.getByRole('heading', { level: 2 }).first()).toHaveText(
        visitor.say('Your account is protected'),
      );
      await visitor.open('/account/security/password');
      await visitor.at('Your account is protected');
      await visitor.open(`/not-me?token=${'x'.repeat(43)}`);
      await visitor.at('This link was used or is too old');
    });

    test('names and language are chosen, data is fetched, and the account closed and kept', async ({
      visitor,
    }) => {
      const person = await settle(visitor);
      await visitor.follow('Account');
      await visitor.at('Your account');
      await followRow(visitor, 'Change', 'Name in use');
      await visitor.at('What should we call you?');
      await visitor.fill({ 'Name in use': 'Maximiliana-Alexandrina Featherstonehaugh-Wolfeschlegelstein' });
      await visitor.press('Save');
      await visitor.at('Your account');
      await followRow(visitor, 'Choose', 'Username');
      await visitor.at('Choose a username');
      await visitor.fill({ Username: 'no spaces' });
      await visitor.press('Save', 422);
      await visitor.at('Choose a username');
      await visitor.fill({ Username: person.email.split('@')[0] ?? '' });
      await visitor.press('Save');
      await visitor.at('Your account');
      await followRow(visitor, 'Change', 'Language');
      await visitor.at('Choose your language');
      await visitor.press('Save');
      await visitor.at('Your account');

      await followRow(visitor, 'Open', 'Your data');
      await visitor.at('Your data');
      await visitor.press('Ask for a copy');
      await visitor.portico.settle();
      await visitor.open('/account/data');
      await visitor.at('Your data');
      const download = visitor.page.waitForEvent('download');
      await visitor.link('Download my data').click();
      expect((await download).suggestedFilename()).toBe('my-data.json');

      await visitor.open('/account/close');
      await visitor.at('Close your account');
      await visitor.press('Close my account');
      await visitor.at('Your account will be closed');
      visitor.portico.clock.advance(24 * 3600);
      await signInWith(visitor, person);
      await visitor.at('Your account is being closed');
      await visitor.press('Keep my account');
      await visitor.at('Home');
    });
  });
}
