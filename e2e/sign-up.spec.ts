import { expect, test } from './journey.ts';
import { amina } from './people.ts';
import {
  arriveAndSignIn,
  choosePassword,
  confirmAnswers,
  enterEmailedCode,
  enterPassword,
  expectError,
  expectSummary,
  giveEmail,
  introduce,
  saveBackupCodes,
  setUpApp,
  someone,
} from './steps.ts';

/** Names as people have them: 120 letters, apostrophes, hyphens; and another script. */
const NAMES = {
  en: `María-José D’Angelo O'Neill ${'Fernández-Wołodyjowski '.repeat(4)}y García`,
  es: '陈雨桐',
};

for (const language of ['en', 'es'] as const) {
  test.describe(`sign up (${language})`, () => {
    test.use({ language });

    test('from nothing to home', async ({ visitor }) => {
      const { page, say } = visitor;
      const applicant = someone({ fullName: NAMES[language] });
      await visitor.arrive();
      await visitor.follow('Create an account');
      await visitor.at('What is your email?');
      await visitor.fill({ Email: 'not an email' });
      await visitor.press('Continue', 422);
      await visitor.at('What is your email?');
      await expectError(visitor, 'Email', say('Enter an email in the usual form, such as name@example.com'));
      await expect(visitor.field('Email')).toHaveValue('not an email');

      await giveEmail(visitor, applicant.email);
      await visitor.fill({ 'One-time code': '12345' });
      await visitor.press('Continue', 422);
      await visitor.at('Check your email');
      await expectError(visitor, 'One-time code', say('Enter the 6-digit code from the email'));
      const letter = await visitor.portico.letter(applicant.email);
      expect(letter.subject).toBe(
        say('Your code – {agency}', { agency: say('Arcadia Immigration Service') }),
      );
      expect(letter.codes).toEqual([await visitor.portico.code(applicant.email)]);
      await visitor.press('Send another code');
      await visitor.at('Check your email');
      await enterEmailedCode(visitor, applicant.email);

      const common =
        'Many people use this password, so it is one of the first that a thief tries. Choose another';
      const personal =
        'This is built from your own details or from our name, which are easy to guess. Choose other words';
      const tooShort = 'Use at least {shortest, number} characters. Four random words make a good password';
      const refused = {
        'too short': say(tooShort, { shortest: 12 }),
        passwordpassword: say(common),
        'Arcadia-Portico-1': say(personal),
        [applicant.email]: say(personal),
      };
      for (const [password, why] of Object.entries(refused)) {
        await visitor.at('Choose a password');
        if (visitor.hasScript) {
          await visitor.fill({ Password: password });
          await expect(page.getByRole('status').filter({ hasText: why })).toBeVisible();
        }
        await visitor.fill({ Password: password });
        await visitor.press('Continue', 422);
        await expectError(visitor, 'Password', why);
        await expect(visitor.field('Password')).toHaveValue('');
      }
      if (visitor.hasScript) {
        await visitor.fill({ Password: applicant.password });
        await expect(page.getByRole('status').filter({ hasText: say('Very strong') })).toBeVisible();
        await visitor.button('Show password').click();
        await expect(visitor.field('Password')).toHaveAttribute('type', 'text');
        await visitor.look();
      } else await expect(page.getByRole('button', { name: say('Show password') })).toHaveCount(0);
      await choosePassword(visitor, applicant.password);

      await visitor.at('About you');
      await visitor.press('Continue', 422);
      await visitor.at('About you');
      await expectError(visitor, 'Full name', say('Enter your full name'));
      await introduce(visitor, { ...applicant, born: '1979-02-31' }, 422);
      await visitor.at('About you');
      const noSuchDay = say('There is no such day in that month. Check the date of birth');
      await expectSummary(visitor, noSuchDay);
      await expect(page.getByRole('group', { name: say('Date of birth') })).toHaveAccessibleDescription(
        new RegExp(noSuchDay),
      );
      await expect(visitor.field('Full name')).toHaveValue(applicant.fullName);
      await introduce(visitor, { ...applicant, fullName: 'Somebody Else' });

      await visitor.at('Check your answers');
      const main = page.getByRole('main');
      await expect(main).toContainText('Somebody Else');
      await expect(main).toContainText(applicant.email);
      await visitor.page.getByRole('link', { name: say('Full name') }).click();
      await visitor.at('About you');
      await expect(visitor.field('Full name')).toHaveValue('Somebody Else');
      await visitor.fill({ 'Full name': applicant.fullName });
      await visitor.press('Continue');
      await visitor.at('Check your answers');
      await expect(main).toContainText(applicant.fullName.trim());
      await confirmAnswers(visitor);

      await visitor.at('Choose your second step');
      await visitor.follow('An app on your phone');
      await visitor.at('Set up an app');
      await expect(
        page.getByRole('img', {
          name: say('QR code for your authenticator app. The same key follows as text.'),
        }),
      ).toBeVisible();
      await visitor.fill({ 'One-time code': '000000' });
      await visitor.press('Continue', 422);
      await visitor.at('Set up an app');
      await visitor.follow('Choose another way');
      await setUpApp(visitor);

      await visitor.at('Save your backup codes');
      await visitor.open('/home');
      await visitor.at('Save your backup codes');
      await visitor.press('Continue', 422);
      await visitor.at('Save your backup codes');
      await expectSummary(visitor, say('Save your codes, then tick the box'));
      await saveBackupCodes(visitor);
      await visitor.at('Home');
      await expect(page.getByRole('banner')).toContainText(applicant.fullName.trim());
      await expect(page.getByRole('heading', { name: say('You have no case here yet') })).toBeVisible();
      await visitor.open('/account/backup-codes');
      await visitor.at('Home');
    });

    test('an address that has an account gets the same page and another letter', { tag: '@twice' }, async ({
      visitor,
    }) => {
      const applicant = someone();
      const seen = [];
      await visitor.arrive();
      for (const email of [amina.email, applicant.email]) {
        await visitor.open('/sign-up?again');
        await visitor.at('What is your email?');
        await visitor.fill({ Email: email });
        await visitor.press('Continue');
        await visitor.at('Check your email');
        seen.push(((await visitor.page.getByRole('main').textContent()) ?? '').replaceAll(email, ''));
      }
      expect(seen[0]).toBe(seen[1]);

      const letter = await visitor.portico.letter(amina.email);
      expect(letter.codes).toEqual([]);
      expect(letter.links).toContain(`${visitor.portico.url}/sign-in`);
      expect(letter.subject).toBe(
        visitor.say('About your account – {agency}', {
          agency: visitor.say('Arcadia Immigration Service'),
        }),
      );
      const code = await visitor.portico.code(applicant.email);
      await visitor.open('/sign-up?again');
      await visitor.fill({ Email: amina.email });
      await visitor.press('Continue');
      await visitor.fill({ 'One-time code': code });
      await visitor.press('Continue', 422);
      await visitor.at('Check your email');
    });
  });
}

for (const language of ['en', 'es'] as const) {
  test.describe(`sign up with a phone (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('that gets text messages, and sign in by it', async ({ visitor, portico }) => {
      const applicant = someone();
      const number = language === 'en' ? '+12025550151' : '+12025550152';
      await visitor.arrive();
      await giveEmail(visitor, applicant.email);
      await enterEmailedCode(visitor, applicant.email);
      await choosePassword(visitor, applicant.password);
      await visitor.at('About you');
      await introduce(visitor, applicant);
      await confirmAnswers(visitor);
      await visitor.at('Choose your second step');
      await visitor.follow('Text messages');
      await visitor.at('Set up text messages');
      await visitor.fill({ 'Mobile number': '555-01' });
      await visitor.press('Send the code', 422);
      await visitor.at('Set up text messages');
      await expectError(
        visitor,
        'Mobile number',
        visitor.say(
          'Enter a whole mobile number. If it is from another country, begin with + and the country’s code',
        ),
      );
      await visitor.fill({ 'Mobile number': '+1 202 555 0150' });
      await visitor.press('Send the code');
      await visitor.at('Set up text messages');
      // A digit was wrong, so nothing comes.
      await visitor.fill({ 'Mobile number': number });
      await visitor.press('Send another code');
      const sent = await portico.code(number);
      await visitor.fill({ 'One-time code': sent === '000000' ? '111111' : '000000' });
      await visitor.press('Continue', 422);
      await visitor.at('Set up text messages');
      await expectError(
        visitor,
        'One-time code',
        visitor.say(
          'That code is not right or is too old. Check the newest text message, or ask for another code',
        ),
      );
      await visitor.fill({ 'One-time code': sent });
      await visitor.press('Continue');
      await saveBackupCodes(visitor);
      await visitor.at('Home');
      await visitor.press('Sign out');
      await visitor.at('You are signed out');

      portico.clock.advance(60);
      await visitor.open('/sign-in');
      await enterPassword(visitor, { username: applicant.email, password: applicant.password });
      await visitor.at('Use a code by text message');
      await visitor.fill({ 'One-time code': await portico.code(number) });
      await visitor.press('Continue');
      await visitor.at('Home');
    });
  });
}

test('whoever leaves halfway comes back to where they were', { tag: '@rule' }, async ({
  visitor,
  anotherBrowser,
}) => {
  const applicant = someone();
  await giveEmail(visitor, applicant.email);
  await enterEmailedCode(visitor, applicant.email);
  await choosePassword(visitor, applicant.password);
  await visitor.at('About you');

  await visitor.open('/sign-up');
  await visitor.at('About you');
  // Whoever finds it there sees whose it is.
  await expect(visitor.page.getByRole('main')).toContainText(applicant.email);
  await introduce(visitor, applicant);
  await visitor.at('Check your answers');
  await visitor.open('/sign-up');
  await confirmAnswers(visitor);
  await visitor.at('Choose your second step');

  // Elsewhere she proves the address anew: what she said of herself is there, the password and the key are not.
  const later = await anotherBrowser();
  await giveEmail(later, applicant.email);
  await enterEmailedCode(later, applicant.email);
  await choosePassword(later, applicant.password);
  await later.at('About you');
  await expect(later.page.getByLabel('Full name')).toHaveValue(applicant.fullName);
  await later.press('Continue');
  await confirmAnswers(later);
  await setUpApp(later);
  await later.at('Save your backup codes');

  // The first browser was left behind: its sign-up has become the other's.
  await visitor.open('/sign-up/authenticator/code');
  await visitor.at('What is your email?');
});

test('no step can be skipped by its address', { tag: '@rule' }, async ({ visitor }) => {
  const steps = ['code', 'password', 'about-you', 'check', 'authenticator'];
  for (const step of steps) {
    await visitor.open(`/sign-up/${step}`);
    await visitor.at('What is your email?');
  }
  const applicant = someone();
  await giveEmail(visitor, applicant.email);
  for (const step of steps) {
    await visitor.open(`/sign-up/${step}`);
    await visitor.at('Check your email');
  }
  await enterEmailedCode(visitor, applicant.email);
  for (const step of steps) {
    await visitor.open(`/sign-up/${step}`);
    await visitor.at('Choose a password');
  }
  for (const path of ['/home', '/account/backup-codes', '/cases/add']) {
    await visitor.open(path);
    await visitor.at('Sign in');
  }
});

test('an emailed code works once, for ten minutes, in the browser that asked for it', {
  tag: '@rule',
}, async ({ visitor, portico, anotherBrowser }) => {
  const applicant = someone();
  await giveEmail(visitor, applicant.email);
  const first = await portico.code(applicant.email);
  const other = await anotherBrowser();
  await giveEmail(other, applicant.email);
  await other.fill({ 'One-time code': first });
  await other.press('Continue', 422);
  await other.at('Check your email');

  portico.clock.advance(11 * 60);
  await visitor.fill({ 'One-time code': first });
  await visitor.press('Continue', 422);
  await visitor.at('Check your email');
});

test('whoever is signed in needs no account', { tag: '@rule' }, async ({ visitor }) => {
  await arriveAndSignIn(visitor, amina);
  for (const path of ['/sign-up', '/sign-in', '/']) {
    await visitor.open(path);
    await visitor.at('Home');
  }
});
