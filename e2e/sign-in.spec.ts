import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { amina, appCode, mateo } from './people.ts';
import { arriveAndSignIn, enterAppCode, enterPassword, expectError, signIn, someone } from './steps.ts';

for (const language of ['en', 'es'] as const) {
  test.describe(`sign in (${language})`, () => {
    test.use({ language });

    test('the demonstration names its people, and the way to their codes', async ({ visitor, context }) => {
      await visitor.arrive();
      await visitor.follow('Sign in');
      await visitor.at('Sign in');
      const people = visitor.page.getByRole('complementary', {
        name: visitor.say('Try it as one of these people'),
      });
      for (const { username, password } of [amina, mateo]) {
        await expect(people).toContainText(username);
        await expect(people).toContainText(password);
      }
      for (const [link, heading] of [
        ['Demo authenticator: the codes for the second step', 'Demo authenticator'],
        ['Demo mailbox: the emails and text messages that were sent', 'Demo mailbox'],
        ['Demo notices: people with a case and no account yet', 'Demo notices'],
      ] as const) {
        const opened = context.waitForEvent('page');
        await people.getByRole('link', { name: visitor.say(link) }).click();
        const beside = await opened;
        await expect(beside.getByRole('heading', { level: 1 })).toHaveText(visitor.say(heading));
        await beside.close();
        await visitor.open(
          (await people.getByRole('link', { name: visitor.say(link) }).getAttribute('href')) ?? '',
        );
        await visitor.at(heading);
        await visitor.open('/sign-in');
      }

      await visitor.open('/demo/authenticator');
      const shown = visitor.page.getByRole('definition').first();
      await expect(shown).toContainText(appCode(amina.totpSecret, visitor.portico.clock.now()));
      await visitor.fill({ Key: 'not a key!' });
      await visitor.press('Show the code', 422);
      await visitor.at('Demo authenticator');
      await visitor.fill({ Key: mateo.totpSecret });
      await visitor.press('Show the code');
      await visitor.at('Demo authenticator');
      await expect(shown).toContainText(appCode(mateo.totpSecret, visitor.portico.clock.now()));
    });

    test('with a username, then out again: the session ends on the server', { tag: '@twice' }, async ({
      visitor,
    }) => {
      await arriveAndSignIn(visitor, amina);
      const { page } = visitor;
      await expect(page.getByRole('banner')).toContainText(amina.fullName);
      const cookies = await page.context().cookies();
      await visitor.press('Sign out');
      await visitor.at('You are signed out');
      await expect(page.getByText(visitor.say('Close every window of this browser.'))).toBeVisible();
      await expect(
        page.getByText(visitor.say('Delete documents that you downloaded, and empty the bin.')),
      ).toBeVisible();

      await page.goBack();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(visitor.say('Sign in'));
      await expect(page.getByText(amina.fullName)).toHaveCount(0);
      // Nor what was typed before the session began; without script a browser fills in by itself what it remembers.
      for (let back = 0; visitor.hasScript && back < 2; back++) {
        await visitor.going(() => page.goBack());
        await expect(visitor.field('Email or username')).toHaveValue('');
      }

      await page.context().addCookies(cookies);
      await visitor.open('/home');
      await visitor.at('Sign in');
    });

    test('what is wrong is said, and nothing is given away', { tag: '@twice' }, async ({ visitor }) => {
      await visitor.arrive();
      await visitor.follow('Sign in');
      await enterPassword(visitor, { username: '', password: '' }, 422);
      await expectError(visitor, 'Email or username', visitor.say('Enter your email or username'));
      await expectError(visitor, 'Password', visitor.say('Enter your password'));
      await visitor.at('Sign in');

      const wrong = visitor.say(
        'The email or username and the password do not match. Check both and try again',
      );
      const answers = [];
      for (const username of [amina.email, 'nobody@arcadia.example']) {
        await enterPassword(visitor, { username, password: 'not the password' }, 422);
        await expectError(visitor, 'Email or username', wrong);
        await expect(visitor.field('Email or username')).toHaveValue(username);
        await expect(visitor.field('Password')).toHaveValue('');
        answers.push(((await visitor.page.getByRole('main').textContent()) ?? '').replaceAll(username, ''));
      }
      expect(answers[0]).toBe(answers[1]);
    });
  });
}

test('with an email, and a code that was used before is refused', { tag: '@rule' }, async ({
  visitor,
  portico,
  anotherBrowser,
}) => {
  const code = appCode(mateo.totpSecret, portico.clock.now());
  await visitor.page.context().clearCookies();
  await visitor.arrive();
  await visitor.follow('Sign in');
  await enterPassword(visitor, { username: mateo.email.toUpperCase(), password: mateo.password });
  await enterAppCode(visitor, code);
  await visitor.page.waitForURL('**/home');

  const other = await anotherBrowser();
  await other.page.context().clearCookies();
  await other.open('/sign-in');
  await enterPassword(other, mateo);
  await enterAppCode(other, '', 422);
  await expectError(other, 'One-time code', other.say('Enter the 6-digit code from your app'));
  await enterAppCode(other, code, 422);
  await expect(other.page.getByRole('alert').first()).toContainText('used already');
  portico.clock.advance(30);
  await enterAppCode(other, appCode(mateo.totpSecret, portico.clock.now()));
  await other.page.waitForURL('**/home');

  // Mateo reads Spanish, wherever he signs in.
  for (const each of [visitor, other]) {
    await expect(each.page.locator('html')).toHaveAttribute('lang', 'es');
    await each.look();
  }
});

test('the person comes back to the page first asked for', async ({ visitor }) => {
  const [receipt] = amina.receipts;
  await visitor.open(`/cases/${receipt}`);
  await signIn(visitor, amina);
  await expect(visitor.page).toHaveURL(`${visitor.portico.url}/cases/${receipt}`);
  await visitor.look();
});

test('the second step cannot be had without the first, nor after a quarter of an hour (ASVS 2.3.1)', {
  tag: '@rule',
}, async ({ visitor, portico }) => {
  await visitor.open('/sign-in/code');
  await visitor.at('Sign in');
  await enterPassword(visitor, amina);
  portico.clock.advance(16 * 60);
  await enterAppCode(visitor, appCode(amina.totpSecret, portico.clock.now()), 410);
  await visitor.at('Sign in');
  await expect(visitor.page.getByRole('alert').first()).toContainText('That took too long');
});

test('a backup code works once', { tag: '@rule' }, async ({ visitor, portico, anotherBrowser }) => {
  const applicant = someone();
  const { backupCodes } = await moveIn(visitor, applicant);
  const [code = ''] = backupCodes;
  const person = { username: applicant.email, password: applicant.password };
  const wrong = 'That backup code is not right, or it was used already. Check it, or use another one';
  for (const last of [false, true]) {
    const other = await anotherBrowser();
    await other.open('/sign-in');
    await enterPassword(other, person);
    await other.at('Enter your code');
    await other.follow('Use a backup code instead');
    await other.at('Enter a backup code');
    await other.fill({ 'Backup code': code.toLowerCase().replaceAll('-', ' ') });
    await other.press('Continue', last ? 422 : 200);
    if (last) {
      await other.at('Enter a backup code');
      await expectError(other, 'Backup code', wrong);
      await other.fill({ 'Backup code': backupCodes[1] ?? '' });
      await other.press('Continue');
    }
    await other.at('You used a backup code');
    await expect(
      other.page.getByText(
        other.say('{count, plural, =0 {No code is left} one {# code is left} other {# codes are left}}', {
          count: last ? 8 : 9,
        }),
      ),
    ).toBeVisible();
    await other.follow('I still have it. Continue');
    await other.at('Home');
    portico.clock.advance(30);
  }
});

test('ten wrong tries make the person wait, and the page says how long', { tag: '@rule' }, async ({
  visitor,
  portico,
}) => {
  const { email: username } = someone();
  await visitor.open('/sign-in');
  for (let tries = 0; tries < 10; tries++) {
    // From the fifth on the browser proves some work, or its person waits as long.
    if (tries >= 5) portico.clock.advance(30);
    await enterPassword(visitor, { username, password: `wrong ${tries}` }, 422);
  }
  await enterPassword(visitor, { username, password: 'wrong again' }, 429);
  await expectError(visitor, 'Email or username', 'You can try again in 30 seconds');
  portico.clock.advance(29);
  await enterPassword(visitor, { username, password: 'too early' }, 429);
  await expect(visitor.page.getByRole('alert').first()).toContainText('You can try again in 1 second');
  portico.clock.advance(31);
  await enterPassword(visitor, { username, password: 'in time' }, 422);
  await expectError(visitor, 'Email or username', 'do not match');
});

test('ten wrong codes make the person wait, after which the right one works', { tag: '@rule' }, async ({
  visitor,
  portico,
}) => {
  const rightCode = () => appCode(amina.totpSecret, portico.clock.now());
  await visitor.open('/sign-in');
  await enterPassword(visitor, amina);
  const wrongCode = String((Number(rightCode()) + 1) % 1_000_000).padStart(6, '0');
  for (let tries = 0; tries < 10; tries++) await enterAppCode(visitor, wrongCode, 422);
  await enterAppCode(visitor, rightCode(), 429);
  await expectError(visitor, 'One-time code', 'You can try again in 30 seconds');
  portico.clock.advance(30);
  await enterAppCode(visitor, rightCode());
  await visitor.at('Home');
});
