import { withDevice } from './device.ts';
import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import {
  choosePassword,
  confirmAnswers,
  enterEmailedCode,
  enterPassword,
  expectSummary,
  giveEmail,
  introduce,
  saveBackupCodes,
  someone,
} from './steps.ts';
import type { Visitor } from './visitor.ts';

const LIST = '/account/security/passkeys';

/** Adds a passkey from the list of them, and comes back to it. */
async function addPasskey(visitor: Visitor, name: string): Promise<void> {
  await visitor.follow('Add a passkey');
  await visitor.at('Add a passkey');
  await visitor.press('Create a passkey');
  await visitor.at('Name your passkey');
  await visitor.fill({ Name: name });
  await visitor.press('Save');
  await visitor.at('Passkeys');
  await expect(visitor.page.getByRole('status')).toContainText(visitor.say('The name was changed.'));
  await expect(visitor.page.getByRole('row', { name })).toBeVisible();
}

for (const language of ['en', 'es'] as const) {
  test.describe(`passkeys (${language})`, () => {
    test.use({ language });
    test.skip(({ script }) => !script, 'passkeys need script');

    test('made to sign up with, and used alone', { tag: '@twice' }, async ({ visitor, portico }) => {
      const applicant = someone();
      await visitor.arrive();
      await giveEmail(visitor, applicant.email);
      await enterEmailedCode(visitor, applicant.email);
      await choosePassword(visitor, applicant.password);
      await visitor.at('About you');
      await introduce(visitor, applicant);
      await confirmAnswers(visitor);
      await withDevice(visitor);
      await visitor.at('Choose your second step');
      await visitor.follow('A passkey');
      await visitor.at('Create a passkey');
      await visitor.press('Create a passkey');
      await saveBackupCodes(visitor);
      await visitor.at('Home');
      await visitor.press('Sign out');
      await visitor.at('You are signed out');
      portico.clock.advance(60);
      await visitor.open('/sign-in');
      await visitor.at('Sign in');
      await visitor.press('Sign in with a passkey');
      await visitor.at('Home');
    });

    test('made, used alone and as the second step, renamed and removed', async ({ visitor, portico }) => {
      const { page } = visitor;
      const applicant = someone();
      await moveIn(visitor, applicant);
      await withDevice(visitor);
      await visitor.open(LIST);
      await visitor.at('Passkeys');
      await addPasskey(visitor, 'Pilar’s telephone');
      await visitor.press('Sign out');
      await visitor.at('You are signed out');

      portico.clock.advance(60);
      await visitor.open('/sign-in');
      await visitor.at('Sign in');
      await visitor.press('Sign in with a passkey');
      await visitor.at('Home');
      await expect(page.getByRole('banner')).toContainText(applicant.fullName);
      await visitor.press('Sign out');
      await visitor.at('You are signed out');

      portico.clock.advance(60);
      await visitor.open('/sign-in');
      await enterPassword(visitor, { username: applicant.email, password: applicant.password });
      await visitor.at('Use your passkey');
      await visitor.press('Use a passkey');
      await visitor.at('Home');

      portico.clock.advance(15 * 60);
      await visitor.open(LIST);
      await visitor.at('Use your passkey');
      await visitor.press('Use a passkey');
      await visitor.at('Passkeys');
      await visitor.follow(`${visitor.say('Rename')} Pilar’s telephone`, { exactly: true });
      await visitor.at('Name your passkey');
      await visitor.fill({ Name: '' });
      await visitor.press('Save', 422);
      await expectSummary(visitor, visitor.say('Enter a name'));
      await visitor.look();
      await visitor.fill({ Name: 'Old telephone' });
      await visitor.press('Save');
      await visitor.at('Passkeys');
      await visitor.follow(`${visitor.say('Remove')} Old telephone`, { exactly: true });
      // Somebody may have stolen the passkey: one thing takes nothing out.
      await visitor.at('Enter your password');
      await visitor.fill({ Password: applicant.password });
      await visitor.press('Continue');
      await visitor.at('Remove this passkey?');
      await visitor.press('Remove the passkey');
      await visitor.at('Passkeys');
      await expect(page.getByRole('heading', { name: visitor.say('You have no passkey yet') })).toBeVisible();
    });
  });
}

test.describe('passkeys', { tag: '@rule' }, () => {
  test.skip(({ script }) => !script, 'passkeys need script');

  test('what the device refuses is said on the page', async ({ visitor, portico }) => {
    const { page } = visitor;
    const applicant = someone();
    await moveIn(visitor, applicant);
    const { devtools, id } = await withDevice(visitor);
    await visitor.open(LIST);
    await addPasskey(visitor, 'Telephone');
    await visitor.follow('Add a passkey');
    await visitor.button('Create a passkey').click();
    const said = page.getByRole('main').getByRole('status');
    await expect(said).toHaveText('Your account has a passkey on this device already.');
    await visitor.look();

    await visitor.press('Sign out');
    await visitor.look();
    portico.clock.advance(60);
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
    await visitor.open('/sign-in');
    await visitor.button('Sign in with a passkey').click();
    await expect(said.last()).toHaveText('No passkey was used. Try again when you are ready.');
    await visitor.at('Sign in');

    await devtools.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: true });
    await visitor.press('Sign in with a passkey');
    await visitor.at('Home');
  });

  test('the browser offers a passkey on its own, and nothing is typed', async ({ visitor, portico }) => {
    const applicant = someone();
    await moveIn(visitor, applicant);
    await withDevice(visitor, { offers: true });
    await visitor.open(LIST);
    await addPasskey(visitor, 'Telephone');
    await visitor.press('Sign out');
    await visitor.look();
    portico.clock.advance(60);
    const cases = visitor.page.waitForResponse('**/cases');
    await visitor.page.goto(`${portico.url}/sign-in?return=%2Fcases`).catch(() => undefined);
    await Promise.all([cases, visitor.page.waitForURL('**/cases')]);
    await visitor.at('Your cases');
    visitor.passed('/sign-in');
  });

  test('a passkey that was removed no longer opens the account', async ({ visitor, portico }) => {
    const applicant = someone();
    await moveIn(visitor, applicant);
    await withDevice(visitor);
    await visitor.open(LIST);
    await addPasskey(visitor, 'Telephone');
    await visitor.follow('Remove Telephone', { exactly: true });
    await visitor.at('Remove this passkey?');
    await visitor.press('Remove the passkey');
    await visitor.at('Passkeys');
    await visitor.press('Sign out');
    await visitor.look();
    portico.clock.advance(60);
    await visitor.open('/sign-in');
    await visitor.at('Sign in');
    await visitor.press('Sign in with a passkey', 422);
    await expectSummary(
      visitor,
      'That passkey did not work, or was removed from your account. Sign in with your password',
    );
    await visitor.at('Sign in');
  });
});

test('without script a passkey is not offered to sign in, and the page to add one says why', async ({
  visitor,
}) => {
  test.skip(visitor.hasScript, 'with script it is');
  await moveIn(visitor, someone());
  await visitor.open(`${LIST}/add`);
  await visitor.at('Add a passkey');
  await expect(visitor.button('Create a passkey')).toBeHidden();
  await expect(
    visitor.page.getByText(
      'Passkeys need JavaScript and a browser that knows them. Turn JavaScript on, or use a newer browser.',
    ),
  ).toBeVisible();
  await visitor.press('Sign out');
  await visitor.look();
  await visitor.open('/sign-in');
  await expect(visitor.button('Sign in with a passkey')).toBeHidden();
  await visitor.at('Sign in');
});
