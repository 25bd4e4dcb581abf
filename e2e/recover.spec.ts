import { expect, test } from './journey.ts';
import { signUpElsewhere } from './move-in.ts';
import { appCode } from './people.ts';
import {
  type Applicant,
  type Belongings,
  enterAppCode,
  enterPassword,
  expectError,
  expectSummary,
  saveBackupCodes,
  setUpNewApp,
  someone,
} from './steps.ts';
import type { Visitor } from './visitor.ts';

const HOUR = 3600;
const NEW_PASSWORD = 'violet saddle 41 harvest moon';

/** Has an account, made elsewhere, and the app's next code. */
async function leaveAccount(visitor: Visitor): Promise<{ person: Applicant; has: Belongings }> {
  const person = someone();
  const has = await signUpElsewhere(visitor, person);
  visitor.portico.clock.advance(60);
  return { person, has };
}

/** The code that the page of the wait shows. */
async function codeToGoOn(visitor: Visitor): Promise<string> {
  const shown = visitor.page.getByRole('list', { name: visitor.say('Code to go on') });
  return (await shown.getByRole('listitem').textContent()) ?? '';
}

const code = (visitor: Visitor, secret: string) => appCode(secret, visitor.portico.clock.now());

for (const language of ['en', 'es'] as const) {
  test.describe(`the way back (${language})`, () => {
    test.use({ language });

    test('of a lost password: an emailed link, the second step, a new password', async ({ visitor }) => {
      await visitor.arrive();
      const { person, has } = await leaveAccount(visitor);
      await visitor.open('/sign-in');
      await visitor.at('Sign in');
      await visitor.follow('I cannot sign in');
      await visitor.at('Get back into your account');
      await visitor.follow('I forgot my password');
      await visitor.at('I forgot my password');
      await visitor.press('Continue', 422);
      await expectError(visitor, 'Email or username', visitor.say('Enter your email or username'));
      await visitor.look();
      await visitor.fill({ 'Email or username': person.email });
      await visitor.press('Continue');
      await visitor.at('Check your email');

      const path = await visitor.portico.link(person.email, '/recover/link');
      await visitor.open(path);
      await visitor.at('Choose a new password');
      await visitor.press('Continue');
      await visitor.at('Enter your code');
      await visitor.follow('I no longer have a second step');
      await visitor.at('Get back into your account');
      await visitor.open('/recover/next');
      await enterAppCode(visitor, code(visitor, has.secret));
      await visitor.at('Choose a new password');
      await visitor.fill({ 'New password': 'password' });
      await visitor.press('Continue', 422);
      await visitor.at('Choose a new password');
      await visitor.fill({ 'New password': NEW_PASSWORD });
      await visitor.press('Continue');
      await visitor.at('Home');

      // The link has done its work.
      await visitor.press('Sign out');
      await visitor.at('You are signed out');
      const { status } = await visitor.open(path);
      expect(status).toBe(410);
      await expectSummary(visitor, visitor.say('This link was used already. Ask for another one below'));
      await visitor.at('Get back into your account');
      await visitor.open('/sign-in');
      await enterPassword(visitor, { username: person.email, password: person.password }, 422);
      await visitor.look();
      await enterPassword(visitor, { username: person.email, password: NEW_PASSWORD });
      await visitor.at('Enter your code');
    });

    test('of a lost app: the password, an emailed code and the wait, then a new app', {
      tag: '@twice',
    }, async ({ visitor, anotherBrowser }) => {
      await visitor.arrive();
      const { person } = await leaveAccount(visitor);
      const other = await anotherBrowser();
      await other.arrive();
      await other.open('/sign-in');
      await enterPassword(other, { username: person.email, password: person.password });
      await other.at('Enter your code');
      await other.follow('I no longer have a second step');
      await other.at('You do not have your second step');
      await other.press('Send me a code');
      await other.at('Enter the code from your email');
      await other.fill({ 'One-time code': '000000' });
      await other.press('Continue', 422);
      await expectError(
        other,
        'One-time code',
        other.say('That code is not right or is too old. Check the newest email, or ask for another code'),
      );
      await other.look();
      await other.fill({ 'One-time code': await other.portico.code(person.email) });
      await other.press('Continue');
      await other.at('You are on the way back');
      await other.portico.link(person.email, '/recover/cancel');

      other.portico.clock.advance(71 * HOUR);
      await other.open('/recover');
      await other.at('You are on the way back');
      const goOn = await codeToGoOn(other);

      // That was at a library; the rest is done at home.
      await visitor.open('/recover');
      await visitor.at('Get back into your account');
      await visitor.follow('I have a code to go on');
      await visitor.at('Go on here');
      await visitor.fill({ 'Code to go on': goOn.slice(5) });
      await visitor.press('Continue', 422);
      await expectError(
        visitor,
        'Code to go on',
        visitor.say('The code has 24 letters and numbers. Check that you entered all of them'),
      );
      await visitor.look();
      await visitor.fill({ 'Code to go on': goOn });
      await visitor.press('Continue');
      await visitor.at('You are on the way back');
      await other.open('/recover/wait');
      await other.at('Get back into your account');
      visitor.portico.clock.advance(HOUR);
      await visitor.open('/recover');
      const secret = await setUpNewApp(visitor);
      await saveBackupCodes(visitor);
      await visitor.at('Home');
      await visitor.press('Sign out');
      await visitor.at('You are signed out');
      visitor.portico.clock.advance(60);
      await visitor.open('/sign-in');
      await enterPassword(visitor, { username: person.email, password: person.password });
      await enterAppCode(visitor, code(visitor, secret));
      await visitor.at('Home');
    });

    test('of a wait after wrong tries: an emailed link ends it in this browser', { tag: '@twice' }, async ({
      visitor,
    }) => {
      await visitor.arrive();
      const { person } = await leaveAccount(visitor);
      const { email: username, password } = person;
      await visitor.open('/sign-in');
      for (let tries = 0; tries < 10; tries++) {
        if (tries >= 5) visitor.portico.clock.advance(30);
        await enterPassword(visitor, { username, password: `wrong ${tries}` }, 422);
      }
      await enterPassword(visitor, { username, password }, 429);
      await visitor.at('Sign in');
      await visitor.press('Do not want to wait? Get a link by email');
      await visitor.at('Check your email');
      const path = await visitor.portico.link(username, '/recover/try');
      await visitor.open(path);
      await visitor.at('Sign in without waiting');
      await visitor.press('Continue');
      await expect(visitor.page.getByRole('main')).toContainText(visitor.say('You can try again now'));
      await enterPassword(visitor, { username, password });
      await visitor.at('Enter your code');
    });

    test('that somebody else began is stopped by the link in the message', { tag: '@twice' }, async ({
      visitor,
      anotherBrowser,
    }) => {
      await visitor.arrive();
      const { person, has } = await leaveAccount(visitor);
      const stranger = await anotherBrowser();
      await stranger.arrive();
      await stranger.open('/recover/both');
      await stranger.at('I lost both');
      await stranger.fill({ 'Email or username': person.email });
      await stranger.press('Continue');
      await stranger.at('Enter the code from your email');
      await stranger.fill({ 'One-time code': await stranger.portico.code(person.email) });
      await stranger.press('Continue');
      await stranger.at('Enter a backup code');
      await stranger.fill({ 'Backup code': has.backupCodes[0] ?? '' });
      await stranger.press('Continue');
      await stranger.at('You are on the way back');

      const stop = await visitor.portico.link(person.email, '/recover/cancel');
      await visitor.open(stop);
      await visitor.at('Stop someone from getting in');
      await visitor.press('Stop it');
      await visitor.at('It is stopped');
      stranger.portico.clock.advance(73 * HOUR);
      await stranger.open('/recover/wait');
      await stranger.at('Get back into your account');
    });
  });
}

// Their pages are met above, or in the settings, on both screens and in both languages.
test.describe('the way back (es)', () => {
  test.use({ language: 'es' });

  test('of a lost app with a backup code at hand: at once, then a new app', async ({
    visitor,
    anotherBrowser,
  }) => {
    await visitor.arrive();
    const { person, has } = await leaveAccount(visitor);
    const other = await anotherBrowser();
    await other.arrive();
    await other.open('/recover');
    await other.at('Get back into your account');
    await other.follow('I lost my phone or my app');
    await other.at('I lost my phone or my app');
    await other.follow('Sign in');
    await enterPassword(other, { username: person.email, password: person.password });
    await other.at('Enter your code');
    await other.follow('Use a backup code instead');
    await other.at('Enter a backup code');
    await other.fill({ 'Backup code': has.backupCodes[3] ?? '' });
    await other.press('Continue');
    await other.at('You used a backup code');
    await other.follow('Set up a new app');
    await other.at('Add an authenticator app');
    const secret = ((await other.page.locator('#key').textContent()) ?? '').trim();
    await other.fill({ 'One-time code': code(other, secret) });
    await other.press('Continue');
    await other.at('Authenticator apps');
    await other.press('Sign out');
    await other.at('You are signed out');
    other.portico.clock.advance(60);
    await other.open('/sign-in');
    await enterPassword(other, { username: person.email, password: person.password });
    await enterAppCode(other, code(other, secret));
    await other.at('Home');
  });
});

test('the way back of both: an emailed code, a backup code and the wait, then a new password and a new app', async ({
  visitor,
  anotherBrowser,
}) => {
  await visitor.arrive();
  const { person, has } = await leaveAccount(visitor);
  const other = await anotherBrowser();
  await other.arrive();
  await other.open('/recover');
  await other.at('Get back into your account');
  await other.follow('I lost both');
  await other.at('I lost both');
  await other.fill({ 'Email or username': person.email });
  await other.press('Continue');
  await other.at('Enter the code from your email');
  await other.fill({ 'One-time code': await other.portico.code(person.email) });
  await other.press('Continue');
  await other.at('Enter a backup code');
  await other.fill({ 'Backup code': has.backupCodes[5] ?? '' });
  await other.press('Continue');
  await other.at('You are on the way back');
  const goOn = await codeToGoOn(other);
  await other.follow('Take it off this device');
  await other.at('Take it off this device?');
  await other.look();
  await other.press('Yes, take it off');
  await other.at('Get back into your account');
  other.portico.clock.advance(72 * HOUR);
  await other.follow('I have a code to go on');
  await other.at('Go on here');
  await other.fill({ 'Code to go on': goOn });
  await other.press('Continue');
  await other.at('Choose a new password');
  await other.fill({ 'New password': NEW_PASSWORD });
  await other.press('Continue');
  const secret = await setUpNewApp(other);
  await saveBackupCodes(other);
  await other.at('Home');

  // What was lost opens nothing any more.
  other.portico.clock.advance(60);
  await visitor.open('/sign-in');
  await enterPassword(visitor, { username: person.email, password: person.password }, 422);
  await visitor.look();
  await enterPassword(visitor, { username: person.email, password: NEW_PASSWORD });
  await enterAppCode(visitor, code(visitor, has.secret), 422);
  await visitor.at('Enter your code');
  await enterAppCode(visitor, code(visitor, secret));
  await visitor.at('Home');
});
