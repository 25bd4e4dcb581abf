import { expect, test } from './journey.ts';
import { amina, mateo, type Resident } from './people.ts';
import { arriveAndSignIn, signIn } from './steps.ts';
import type { Visitor } from './visitor.ts';

const MINUTE = 60;
const TYPED = { 'Receipt number': 'ARC26 900', 'Access code': 'P8TE-1' };

/** Lets time go by for the server and for the browser. */
async function pass(visitor: Visitor, seconds: number): Promise<void> {
  visitor.portico.clock.advance(seconds);
  if (visitor.hasScript) await visitor.page.clock.fastForward(seconds * 1000);
}

/** Opens the form for adding a case, on a browser whose time can be moved. */
async function startTyping(visitor: Visitor, person: Resident): Promise<void> {
  if (visitor.hasScript) await visitor.page.clock.install({ time: visitor.portico.clock.now() });
  await arriveAndSignIn(visitor, person);
  await visitor.open('/cases/add');
  await visitor.at('Add a case');
  await visitor.fill(TYPED);
}

/** Lets the session end: a page with script leaves by itself, one without when its form is sent. */
async function timeOut(visitor: Visitor): Promise<void> {
  if (visitor.hasScript) await visitor.going(() => pass(visitor, 31 * MINUTE));
  else {
    await pass(visitor, 31 * MINUTE);
    await visitor.press('Add this case');
  }
  await visitor.at('Sign in');
  await expect(
    visitor.page.getByText(visitor.say('You were signed out because you were away for a while')),
  ).toBeVisible();
}

for (const language of ['en', 'es'] as const) {
  test.describe(`time-out (${language})`, () => {
    test.use({ language });

    test('the person comes back to the same page with what they had typed', { tag: '@twice' }, async ({
      visitor,
    }) => {
      await startTyping(visitor, amina);
      await timeOut(visitor);
      await signIn(visitor, amina);
      await expect(visitor.page).toHaveURL(`${visitor.portico.url}/cases/add`);
      await visitor.at('Add a case');
      await expect(visitor.page.getByText(visitor.say('We kept what you typed'))).toBeVisible();
      for (const [label, text] of Object.entries(TYPED)) await expect(visitor.field(label)).toHaveValue(text);
    });
  });
}

test('a page that is asked for after the time-out comes after signing in', { tag: '@rule' }, async ({
  visitor,
  portico,
}) => {
  await arriveAndSignIn(visitor, amina);
  portico.clock.advance(31 * MINUTE);
  await visitor.follow('Cases');
  await signIn(visitor, amina);
  await visitor.at('Your cases');
});

test.describe('on one browser', () => {
  // Mateo reads Spanish.
  test.use({ language: 'es' });

  test('somebody else does not see what was typed', { tag: '@rule' }, async ({ visitor }) => {
    await startTyping(visitor, amina);
    await timeOut(visitor);
    await signIn(visitor, mateo);
    await expect(visitor.page).toHaveURL(`${visitor.portico.url}/cases/add`);
    await visitor.at('Add a case');
    for (const label of Object.keys(TYPED)) await expect(visitor.field(label)).toHaveValue('');
    const source = await visitor.document.source;
    for (const text of Object.values(TYPED)) expect(source).not.toContain(text);
  });
});

test('two minutes before the end a dialog asks, and the person stays', async ({
  visitor,
  script,
  context,
}) => {
  test.skip(!script, 'without script no page can speak up by itself; what was typed is kept all the same');
  const { page } = visitor;
  const dialog = page.getByRole('dialog', { name: 'Do you need more time?' });
  await page.clock.install({ time: visitor.portico.clock.now() });
  await arriveAndSignIn(visitor, amina);
  const second = await context.newPage();
  await second.goto(`${visitor.portico.url}/cases`);
  const otherDialog = second.getByRole('dialog');
  // The browser's time goes by as well while the page is at work, so there is a minute of it to spare.
  await visitor.open('/cases/add');
  await visitor.fill(TYPED);

  await pass(visitor, 27 * MINUTE);
  await expect(dialog).toBeHidden();
  await pass(visitor, MINUTE);
  await expect(dialog).toBeVisible();
  await expect(otherDialog).toBeVisible();
  await expect(dialog).toContainText('We will sign you out in 2 minutes.');
  await pass(visitor, MINUTE);
  await expect(dialog).toContainText('We will sign you out in 1 minute.');
  await visitor.button('Stay signed in').click();
  await expect(dialog).toBeHidden();
  await expect(otherDialog, 'the other tab heard it').toBeHidden();
  for (const [label, text] of Object.entries(TYPED)) await expect(visitor.field(label)).toHaveValue(text);

  // On for another half an hour, of which the dialog again asks for the last two minutes.
  await pass(visitor, 27 * MINUTE);
  await expect(dialog).toBeHidden();
  await pass(visitor, MINUTE);
  await expect(dialog).toBeVisible();
  await visitor.look();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await visitor.open('/cases/add');
  await visitor.at('Add a case');
});

test('after twelve hours the person signs in again, whatever they did', { tag: '@rule' }, async ({
  visitor,
  portico,
  script,
}) => {
  const { page } = visitor;
  if (script) await page.clock.install({ time: portico.clock.now() });
  await arriveAndSignIn(visitor, amina);
  for (let minutes = 0; minutes < 11 * 60 + 50; minutes += 10) {
    portico.clock.advance(10 * MINUTE);
    const response = await page.request.get('/home', { maxRedirects: 0 });
    expect(response.status(), `after ${minutes} minutes`).toBe(200);
  }
  await visitor.open('/cases/add');
  await visitor.at('Add a case');
  await visitor.fill(TYPED);
  if (script) {
    await pass(visitor, 8 * MINUTE);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('a sign-in lasts only so long');
    await expect(visitor.button('Stay signed in')).toBeHidden();
    await visitor.look();
    await visitor.button('Continue').click();
    await expect(dialog).toBeHidden();
  }
  await timeOut(visitor);
});
