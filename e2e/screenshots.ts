import { join } from 'node:path';
import { withDevice } from './device.ts';
import { test as base } from './journey.ts';
import { signUpElsewhere } from './move-in.ts';
import { amina, appCode, mateo } from './people.ts';
import { answerQuestions, chooseQuestions, loseApp } from './questions.ts';
import {
  confirmAnswers,
  crowd,
  enterAppCode,
  enterEmailedCode,
  enterPassword,
  giveEmail,
  introduce,
  saveBackupCodes,
  signIn,
  signUp,
  someone,
} from './steps.ts';
import type { Visitor } from './visitor.ts';

// Pictures of the pages for people to look at, in test-results/screenshots/:
//   PORTICO_SCREENSHOTS=1 npx playwright test
const FOLDER = join(import.meta.dirname, '../test-results/screenshots');

async function shootOf(visitor: Visitor, name: string): Promise<void> {
  await visitor.look();
  const width = visitor.page.viewportSize()?.width;
  const path = join(FOLDER, `${name}-${width}-${visitor.language}.png`);
  await visitor.page.screenshot({ path, fullPage: true });
}

const test = base.extend<{ shoot: (name: string) => Promise<void> }>({
  shoot: ({ visitor }, use) => use((name) => shootOf(visitor, name)),
});

async function openReading(visitor: Visitor, path: string): Promise<void> {
  await visitor.arrive();
  await visitor.open(path);
}

for (const language of ['en', 'es'] as const) {
  test.describe(language, () => {
    test.use({ language });

    test('security questions', async ({ visitor, anotherBrowser, shoot }) => {
      const person = someone();
      await visitor.arrive();
      await signUp(visitor, person);
      await visitor.open('/account/security/questions');
      await shoot('questions');
      await visitor.press('Save my questions', 422);
      await shoot('questions-errors');
      await chooseQuestions(visitor);
      await shoot('questions-set');
      await visitor.open('/account/security');
      await shoot('security-questions-row');
      const other = await anotherBrowser();
      await other.arrive();
      await loseApp(other, person);
      await shootOf(other, 'recover-wait-sooner');
      await visitor.open('/recover/go-on');
      await shoot('recover-go-on');
      await other.follow('Answer my questions');
      await shootOf(other, 'recover-answers');
      await answerQuestions(other, ['Rex', 'Wilhelmina', 'Bamako'], 422);
      await shootOf(other, 'recover-answers-wrong');
      await answerQuestions(other, ['Rex', 'Wilhelmina', 'Bamako'], 422);
      await answerQuestions(other, ['Rex', 'Wilhelmina', 'Bamako']);
      await shootOf(other, 'recover-answers-spent');
      other.portico.clock.advance(60);
      await loseApp(other, person);
      await other.open('/recover/questions');
      await answerQuestions(other, ['Rex', 'Wilhelmina', 'Ouagadougou']);
      await shootOf(other, 'recover-answers-right');
    });

    test('for anybody', async ({ visitor, shoot }) => {
      await openReading(visitor, '/');
      await shoot('welcome');
      for (const [name, path] of [
        ['help', '/help'],
        ['status', '/status'],
        ['status-found', `/status?receipt=${amina.receipts[0]}`],
        ['status-wrong', '/status?receipt=123'],
        ['status-none', '/status?receipt=ARC9999999999'],
        ['not-found', '/nowhere'],
        ['demo-notices', '/demo/notices'],
        ['demo-mailbox', '/demo/mailbox'],
        ['demo-authenticator', '/demo/authenticator'],
      ] as const) {
        await visitor.open(path);
        await shoot(name);
      }
    });

    test('signing in', async ({ visitor, shoot }) => {
      await openReading(visitor, '/sign-in');
      await shoot('sign-in');
      await enterPassword(visitor, { username: amina.username, password: 'wrong' }, 422);
      await shoot('sign-in-wrong');
      await enterPassword(visitor, amina);
      await shoot('sign-in-code');
      await enterAppCode(visitor, '000000', 422);
      await shoot('sign-in-code-wrong');
      await visitor.follow('Use a backup code instead');
      await shoot('sign-in-backup-code');
      await visitor.follow('Use the app instead');
      await enterAppCode(visitor, appCode(amina.totpSecret, visitor.portico.clock.now()));
      await shoot('home');
      await visitor.press('Sign out');
      await shoot('signed-out');
    });

    test('signing in with a backup code', async ({ visitor, anotherBrowser }) => {
      const person = someone();
      const { backupCodes } = await signUpElsewhere(visitor, person);
      const other = await anotherBrowser();
      await other.arrive();
      await other.open('/sign-in');
      await enterPassword(other, { username: person.email, password: person.password });
      await other.at('Enter your code');
      await other.follow('Use a backup code instead');
      await other.at('Enter a backup code');
      await other.fill({ 'Backup code': backupCodes[0] ?? '' });
      await other.press('Continue');
      await shootOf(other, 'backup-code-used');
    });

    test('cases', async ({ visitor, shoot }) => {
      const person = language === 'es' ? mateo : amina;
      await openReading(visitor, '/sign-in');
      await signIn(visitor, person);
      await shoot('home-of-demo-person');
      await visitor.follow('Cases');
      await shoot('cases');
      for (const [index, receipt] of person.receipts.entries()) {
        await visitor.open(`/cases/${receipt}`);
        await shoot(`case-${index + 1}`);
      }
      await visitor.open('/cases/add');
      await shoot('add-case');
      await visitor.fill({ 'Receipt number': 'ARC2690019038', 'Access code': 'AAAA-BBBB-CCCC' });
      await visitor.press('Add this case', 422);
      await shoot('add-case-wrong');
    });

    test('name and birth', async ({ visitor, shoot }) => {
      await visitor.arrive();
      await signUp(visitor, someone());
      await visitor.open('/account');
      await shoot('account-newcomer');
      await visitor.open('/account/person');
      await shoot('person');
      await visitor.open('/account/person/change');
      await shoot('person-change');
      await visitor.press('Save');
      await visitor.look();
      await visitor.open('/cases/add');
      await visitor.look();
      await visitor.fill({ 'Receipt number': 'ARC2690005521', 'Access code': 'AAAA-AAAA-AAAA' });
      await visitor.press('Add this case', 422);
      await shoot('claim-no-match');
      await visitor.open('/status?receipt=ARC2690005521');
      await shoot('status-signed-in');
    });

    test('signing up', async ({ visitor, shoot }) => {
      const applicant = someone();
      await visitor.arrive();
      await visitor.open('/sign-up');
      await shoot('sign-up-1-email');
      await giveEmail(visitor, applicant.email);
      await shoot('sign-up-1-code');
      await enterEmailedCode(visitor, applicant.email);
      await shoot('sign-up-2-password');
      await visitor.fill({ Password: 'arcadia-arcadia' });
      await visitor.press('Continue', 422);
      await shoot('sign-up-2-password-refused');
      await visitor.fill({ Password: applicant.password });
      await visitor.press('Continue');
      await shoot('sign-up-3-about-you');
      await visitor.press('Continue', 422);
      await shoot('sign-up-3-about-you-empty');
      await introduce(visitor, applicant);
      await shoot('sign-up-3-check');
      await confirmAnswers(visitor);
      await shoot('sign-up-4-choice');
      await visitor.follow('A passkey');
      await shoot('sign-up-4-passkey');
      await visitor.follow('Choose another way');
      await visitor.follow('Text messages');
      await visitor.fill({ 'Mobile number': '555' });
      await visitor.press('Send the code', 422);
      await shoot('sign-up-4-phone-wrong');
      await visitor.fill({ 'Mobile number': `+1202555${visitor.language === 'en' ? '0161' : '0162'}` });
      await visitor.press('Send the code');
      await shoot('sign-up-4-phone-code');
      await visitor.follow('Choose another way');
      await visitor.follow('An app on your phone');
      await shoot('sign-up-4-app');
      const secret = (await visitor.page.locator('#key').textContent()) ?? '';
      await visitor.fill({ 'One-time code': appCode(secret.trim(), visitor.portico.clock.now()) });
      await visitor.press('Continue');
      await shoot('sign-up-5-backup-codes');
      await saveBackupCodes(visitor);
      await shoot('home-empty');
    });

    test('passkeys', async ({ visitor, shoot }) => {
      const applicant = someone();
      await visitor.arrive();
      await signUp(visitor, applicant);
      await withDevice(visitor);
      await visitor.open('/account/security/passkeys');
      await shoot('passkeys-empty');
      await visitor.follow('Add a passkey');
      await shoot('passkeys-add');
      await visitor.press('Create a passkey');
      await shoot('passkeys-name');
      await visitor.fill({ Name: 'Pilar’s telephone' });
      await visitor.press('Save');
      await shoot('passkeys');
      await visitor.follow('Add a passkey');
      await visitor.button('Create a passkey').click();
      await visitor.page
        .getByText(visitor.say('Your account has a passkey on this device already.'))
        .waitFor();
      await shoot('passkeys-add-known');
      await visitor.open('/account/security/passkeys');
      await visitor.look();
      await visitor.follow(`${visitor.say('Remove')} Pilar’s telephone`, { exactly: true });
      await shoot('passkeys-remove');
      await visitor.press('Sign out');
      await visitor.look();
      visitor.portico.clock.advance(60);
      await visitor.open('/sign-in');
      await enterPassword(visitor, { username: applicant.email, password: applicant.password });
      await shoot('sign-in-passkey');
      await visitor.press('Use a passkey');
      await visitor.look();
    });

    test('settings', async ({ visitor, shoot }) => {
      const applicant = someone({ fullName: 'Maximiliana Alexandrina Featherstonehaugh-Wolfeschlegelstein' });
      await visitor.arrive();
      const { secret } = await signUp(visitor, applicant);
      for (const [name, path] of [
        ['account', '/account'],
        ['account-name', '/account/name'],
        ['account-username', '/account/username'],
        ['account-language', '/account/language'],
        ['account-data', '/account/data'],
        ['account-close', '/account/close'],
        ['security', '/account/security'],
        ['security-password', '/account/security/password'],
        ['security-apps', '/account/security/apps'],
        ['security-apps-add', '/account/security/apps/add'],
        ['security-backup-codes', '/account/security/backup-codes'],
        ['security-sessions', '/account/security/sessions'],
        ['security-devices', '/account/security/devices'],
        ['security-activity', '/account/security/activity'],
        ['security-activity-none', '/account/security/activity?group=changes'],
        ['not-me', '/account/security/not-me'],
        ['not-me-gone', '/not-me?token=x'],
      ] as const) {
        await visitor.open(path);
        await shoot(name);
      }
      await visitor.open('/account/close');
      await visitor.look();
      await visitor.press('Close my account');
      await shoot('account-closed');
      visitor.portico.clock.advance(30);
      await visitor.open('/sign-in');
      await enterPassword(visitor, { username: applicant.email, password: applicant.password });
      await enterAppCode(visitor, appCode(secret, visitor.portico.clock.now()));
      await shoot('account-closing');
      await visitor.press('Keep my account');
      await visitor.look();
      await visitor.open('/account/security/not-me');
      await visitor.press('Protect my account');
      await shoot('not-me-done');
    });

    test('phones', async ({ visitor, shoot }) => {
      await openReading(visitor, '/sign-in');
      await signIn(visitor, amina);
      await visitor.look();
      await visitor.open('/account/phones');
      await shoot('phones-empty');
      await visitor.follow('Add a phone');
      await shoot('phones-add');
      await visitor.fill({ 'Mobile number': '555-01' });
      await visitor.press('Send the code', 422);
      await shoot('phones-add-wrong');
      for (const digits of ['2025550142', '2025550143', '2025550144']) {
        await visitor.open('/account/phones/add');
        await visitor.fill({ 'Mobile number': digits });
        await visitor.press('Send the code');
        await shoot('phones-code');
        await visitor.fill({ 'One-time code': await visitor.portico.code(`+1${digits}`) });
        await visitor.press('Add this phone');
        await shoot(`phones-${digits.at(-1)}`);
      }
      const notices = `${visitor.say('Send notices here too')} +1 202 555 0142`;
      await visitor.going(() => visitor.page.getByRole('button', { name: notices, exact: true }).click());
      await shoot('phones-notices');
      await visitor.follow(`${visitor.say('Remove')} +1 202 555 0142`, { exactly: true });
      await shoot('phones-remove');
      await visitor.press('Sign out');
      await visitor.look();
      visitor.portico.clock.advance(60);
      await visitor.open('/sign-in');
      await enterPassword(visitor, amina);
      await shoot('sign-in-code-with-phones');
      await visitor.press('Send a code to your phone instead');
      await shoot('sign-in-phone-choose');
      const choice = visitor.page.getByRole('button', { name: /42$/ });
      await visitor.going(() => choice.click());
      await shoot('sign-in-phone');
      await visitor.fill({ 'One-time code': '000000' });
      await visitor.press('Continue', 422);
      await shoot('sign-in-phone-wrong');
      for (let sent = 0; sent < 3; sent++) await visitor.press('Send another code');
      await visitor.press('Send another code', 429);
      await shoot('sign-in-phone-enough');
      await visitor.open('/sign-in/text-message');
      await visitor.look();
    });

    test('signing up in a crowd', async ({ visitor, shoot }) => {
      await visitor.arrive();
      await crowd(visitor.portico);
      await visitor.open('/sign-up');
      await visitor.page.locator('[data-state=done]').waitFor();
      await shoot('sign-up-proof-done');
      await visitor.page.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
      await visitor.open('/sign-up');
      await shoot('sign-up-proof-failed');
      await visitor.press('Continue', 422);
      await shoot('sign-up-proof-empty');
      await visitor.fill({ Email: someone().email });
      await visitor.press('Continue', 422);
      await shoot('sign-up-proof-needed');
    });

    test('a session that ends', async ({ visitor, shoot }) => {
      await visitor.page.clock.install({ time: visitor.portico.clock.now() });
      await openReading(visitor, '/sign-in');
      await signIn(visitor, amina);
      await visitor.page.clock.fastForward(28 * 60_000 + 1000);
      await shoot('session-dialog');
      visitor.portico.clock.advance(31 * 60);
      await visitor.open('/home');
      await shoot('sign-in-timed-out');
    });
  });
}
