import type { Locator } from '@playwright/test';
import { Client } from './http.ts';
import { expect, test } from './journey.ts';
import { crowd, someone } from './steps.ts';
import type { Visitor } from './visitor.ts';

/** What whoever cannot do the work waits instead. */
const WAIT = 30;

/** What the check says of itself, to those who see it and to those who hear it. */
const said = ({ page }: Visitor): Locator => page.getByRole('main').getByRole('status');

for (const language of ['en', 'es'] as const) {
  test.describe(`proof of work (${language})`, () => {
    test.use({ language });

    test('is done by the page itself, or else by a wait', { tag: '@twice' }, async ({ visitor }) => {
      const { page, portico, say } = visitor;
      const applicant = someone();
      await visitor.arrive();
      await visitor.open('/sign-up');
      await visitor.at('What is your email?');
      await crowd(portico);

      // The page was opened when nothing was asked yet.
      await visitor.fill({ Email: applicant.email });
      await visitor.press('Continue', 422);
      if (visitor.hasScript) {
        await expect(said(visitor)).toHaveText(say('We checked that you are not a robot. You can go on.'));
        await visitor.at('What is your email?');
      } else {
        await visitor.at('What is your email?');
        const seconds = new Intl.NumberFormat(language, {
          style: 'unit',
          unit: 'second',
          unitDisplay: 'long',
        });
        const asked =
          'We check that you are not a robot. If your browser does not run JavaScript, wait {time} before you press the button.';
        await expect(said(visitor)).toHaveText(say(asked, { time: seconds.format(WAIT) }));
        portico.clock.advance(WAIT - 10);
        await visitor.press('Continue', 422);
        await visitor.at('What is your email?');
        const early = 'Wait {time}, then press the button again';
        await expect(page.getByRole('alert')).toContainText(say(early, { time: seconds.format(10) }));
        portico.clock.advance(10);
      }
      await expect(visitor.field('Email')).toHaveValue(applicant.email);
      await visitor.press('Continue');
      await visitor.at('Check your email');
      expect((await portico.letter(applicant.email)).codes).toHaveLength(1);

      // Whoever comes now is asked from the first page on, and need not wait to press.
      if (!visitor.hasScript) return;
      await visitor.open('/sign-up?again');
      await visitor.fill({ Email: someone().email });
      await visitor.press('Continue');
      await visitor.at('Check your email');
    });

    test('is asked in the same way where many ways back begin', { tag: '@twice' }, async ({ visitor }) => {
      const { portico, say } = visitor;
      await visitor.arrive();
      for (let n = 0; n < 30; n++)
        await new Client(portico).post('/recover/both', `identifier=${encodeURIComponent(someone().email)}`);
      await visitor.open('/recover/both');
      await visitor.at('I lost both');
      await visitor.fill({ 'Email or username': someone().email });
      if (visitor.hasScript)
        await expect(said(visitor)).toHaveText(say('We checked that you are not a robot. You can go on.'));
      else portico.clock.advance(WAIT);
      await visitor.press('Continue');
      await visitor.at('Enter the code from your email');
    });
  });
}

test('a form that was sent meanwhile goes when its proof is done', { tag: '@rule' }, async ({ visitor }) => {
  test.skip(!visitor.hasScript, 'there is nothing to wait for without script');
  const { page, portico, say } = visitor;
  await page.addInitScript(() => {
    const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
    const released = new Promise((resolve) => addEventListener('release', resolve));
    crypto.subtle.deriveBits = async (...input) => {
      await released;
      return derive(...input);
    };
  });
  await crowd(portico);
  await visitor.open('/sign-up');
  await expect(said(visitor)).toHaveText(say('Checking that you are not a robot. This takes a second.'));
  await visitor.at('What is your email?');
  await visitor.fill({ Email: someone().email });
  await visitor.button('Continue').click();
  await expect(said(visitor)).toHaveText(
    say('Still checking that you are not a robot. We go on by ourselves when it is done.'),
  );
  await visitor.going(() => page.evaluate(() => dispatchEvent(new Event('release'))));
  await visitor.at('Check your email');
});

test('a browser that cannot do the work says so, and the person waits', { tag: '@rule' }, async ({
  visitor,
}) => {
  test.skip(!visitor.hasScript, 'there is nothing to fail without script');
  const { page, portico, say } = visitor;
  // What a page from an insecure address has.
  await page.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
  await crowd(portico);
  await visitor.open('/sign-up');
  const failed = 'The check did not work in this browser. Try it again, or wait {time} and press the button.';
  await expect(said(visitor)).toHaveText(say(failed, { time: `${WAIT} seconds` }));
  await visitor.at('What is your email?');
  await visitor.button('Check again').click();
  await expect(said(visitor)).toHaveText(say(failed, { time: `${WAIT} seconds` }));
  await visitor.fill({ Email: someone().email });
  portico.clock.advance(WAIT);
  await visitor.press('Continue');
  await visitor.at('Check your email');
});
