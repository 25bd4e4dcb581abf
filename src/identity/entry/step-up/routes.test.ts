import { describe, expect, it } from 'vitest';
import { type Answer, type TestApp, testApp } from '../../../testing/app.ts';
import { softAuthenticator } from '../../../testing/authenticator.ts';
import { appCode, type Newcomer, PASSWORD, signUp } from '../../../testing/people.ts';

const standard = await testApp();
const strict = await testApp({ policy: { profile: 'strict' } });
const TEN_MINUTES = 600;
const ADD = '/account/emails/add';
const confirmFor = (path: string) => `/account/confirm?${new URLSearchParams({ return: path })}`;
const withReturn = (page: string, path: string) => `${page}?${new URLSearchParams({ return: path })}`;
const CODE_FOR_ADD = withReturn('/account/confirm/code', ADD);
const PASSWORD_FOR_ADD = withReturn('/account/confirm/password', ADD);

/** Somebody who signed up, ten minutes later. */
async function someone(app: TestApp): Promise<Newcomer> {
  const person = await signUp(app);
  app.clock.advance(TEN_MINUTES);
  return person;
}

/** Gives the second step at an address, and opens the page that follows. @returns the answer that leads there */
async function giveCode(app: TestApp, { visit, secret }: Newcomer, at: string): Promise<Answer> {
  const answer = await visit.post(at, { code: appCode(app, secret) }, at);
  await visit.follow(answer);
  return answer;
}

/** What the button on a page hands to the authenticator. */
const optionsOn = ({ body }: Answer) =>
  JSON.parse(
    (/<portico-passkey [^>]*\boptions="([^"]+)"/.exec(body)?.[1] ?? '')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  );

describe('a step-up in standard', () => {
  it('says why it asks, takes one code, and goes on with what was typed (ASVS 7.5.1)', async () => {
    const person = await someone(standard);
    const { visit } = person;
    const asked = await visit.post(ADD, { email: 'typed@example.org' }, '/account/emails');
    expect(asked.headers.location).toBe(confirmFor(ADD));
    const page = await visit.follow(asked);
    expect(page.body).toContain('To keep your account safe, confirm that it is you before you go on.');
    expect(page.body).not.toContain('we ask for your password');
    const confirmed = await giveCode(standard, person, CODE_FOR_ADD);
    expect(confirmed.headers.location).toBe(ADD);
    expect((await visit.follow(confirmed)).body).toContain('value="typed@example.org"');
    expect((await visit.get(PASSWORD_FOR_ADD)).headers.location).toBe(ADD);
  });

  it('asks for both steps where the agency wants that (ASVS 7.5.1)', async () => {
    const app = await testApp({ policy: { profile: 'standard', stepUp: { asks: 'both' } } });
    const person = await someone(app);
    const confirmed = await giveCode(app, person, CODE_FOR_ADD);
    expect(confirmed.headers.location).toBe(PASSWORD_FOR_ADD);
  });

  it('and a sign-in say nothing of why where everybody knows', async () => {
    const { email } = await signUp(standard);
    const visit = standard.visit();
    await visit.post('/sign-in', { identifier: email, password: PASSWORD }, '/sign-in');
    const { body } = await visit.get('/sign-in/code');
    expect(body).toContain('One-time code');
    expect(body).not.toContain('To keep your account safe');
  });
});

describe('a step-up in strict', () => {
  it('takes the code, then the password, and goes on with what was typed (ASVS 7.5.1)', async () => {
    const person = await someone(strict);
    const { visit } = person;
    const asked = await visit.post(ADD, { email: 'typed@example.org' }, '/account/emails');
    const page = await visit.follow(asked);
    expect(page.body).toContain('After this step we ask for your password.');
    const confirmed = await giveCode(strict, person, CODE_FOR_ADD);
    expect(confirmed.headers.location).toBe(PASSWORD_FOR_ADD);
    const second = await visit.follow(confirmed);
    expect(second.body).toContain('we also ask for your password before you go on.');

    // Halfway nothing is changed, and whoever leaves comes back to the half that is missing.
    const early = await visit.post(ADD, { email: 'early@example.org' });
    expect(early.headers.location).toBe(confirmFor(ADD));
    expect((await visit.get(confirmFor(ADD))).headers.location).toBe(PASSWORD_FOR_ADD);
    expect(await strict.mailTo('early@example.org')).toEqual([]);

    const none = await visit.post(PASSWORD_FOR_ADD, {}, PASSWORD_FOR_ADD);
    expect([none.statusCode, none.body.includes('Enter your password')]).toEqual([422, true]);
    const wrong = await visit.post(PASSWORD_FOR_ADD, { password: 'not it at all' });
    expect([wrong.statusCode, wrong.body.includes('not it at all')]).toEqual([422, false]);
    const right = await visit.post(PASSWORD_FOR_ADD, { password: PASSWORD });
    expect(right.headers.location).toBe(ADD);
    expect((await visit.follow(right)).body).toContain('value="early@example.org"');
    const added = await visit.post(ADD, { email: 'added@example.org' });
    expect(added.headers.location).toBe('/account/emails/code');
    expect((await visit.get(PASSWORD_FOR_ADD)).headers.location).toBe(ADD);
    const kept = await strict.database.selectFrom('kept_form').select('path').execute();
    expect(kept.map(({ path }) => path)).not.toContain('/account/confirm/password');
  });

  it('ends nothing but the waiting where the password comes too late: it begins with the code again', async () => {
    const person = await someone(strict);
    await giveCode(strict, person, CODE_FOR_ADD);
    strict.clock.advance(TEN_MINUTES);
    const late = await person.visit.post(PASSWORD_FOR_ADD, { password: PASSWORD });
    expect((await person.visit.follow(late)).body).toContain('One-time code');
    expect((await person.visit.get(ADD)).headers.location).toBe(confirmFor(ADD));
  });

  it('makes whoever guesses the password wait, and says for how long (ASVS 6.3.1)', async () => {
    const person = await someone(strict);
    await giveCode(strict, person, CODE_FOR_ADD);
    for (let failure = 0; failure < 10; failure++)
      await person.visit.post(PASSWORD_FOR_ADD, { password: 'not it' });
    const waits = await person.visit.post(PASSWORD_FOR_ADD, { password: PASSWORD });
    expect([waits.statusCode, waits.headers['retry-after']]).toEqual([429, '30']);
    expect(waits.body).toContain('You can try again in 30 seconds');
    strict.clock.advance(30);
    const right = await person.visit.post(PASSWORD_FOR_ADD, { password: PASSWORD });
    expect(right.headers.location).toBe(ADD);
  });

  it('to change the password asks for the code alone, since that page asks for the password (ASVS 6.2.3, 7.5.1)', async () => {
    const person = await someone(strict);
    const { visit } = person;
    const page = '/account/security/password';
    const asked = await visit.get(page);
    const code = String((await visit.get(String(asked.headers.location))).headers.location);
    expect((await visit.get(code)).body).not.toContain('After this step we ask for your password.');
    const confirmed = await giveCode(strict, person, code);
    expect(confirmed.headers.location).toBe(page);
    const password = 'thimble-gravel-71-oyster';
    const wrong = await visit.post(page, { currentPassword: 'not it', password }, page);
    expect(wrong.statusCode).toBe(422);
    const done = await visit.post(page, { currentPassword: PASSWORD, password });
    expect(done.headers.location).toBe('/account/security?done=password');
  });

  it('is no shorter for whoever says in the address that the code is enough (ASVS 7.5.1)', async () => {
    const person = await someone(strict);
    const { visit } = person;
    const confirmed = await giveCode(strict, person, `${CODE_FOR_ADD}&ask=second-step`);
    expect(confirmed.headers.location).toBe(ADD);
    expect((await visit.get(ADD)).headers.location).toBe(confirmFor(ADD));
    expect((await visit.follow(await visit.get(ADD))).body).toContain(
      'we also ask for your password before you go on.',
    );
  });

  it('is a passkey alone, which is both steps (ASVS 7.5.1)', async () => {
    const person = await signUp(strict);
    const { visit } = person;
    const authenticator = softAuthenticator({ origin: strict.config.publicUrl.origin });
    const list = '/account/security/passkeys';
    const { passkey, answer } = authenticator.create(optionsOn(await visit.get(`${list}/add`)));
    await visit.post(`${list}/add`, { passkey: answer });
    strict.clock.advance(TEN_MINUTES);
    const page = await visit.follow(await visit.get(ADD));
    expect(page.body).not.toContain('we ask for your password');
    // Whoever began with the code and does not know the password goes on with the passkey.
    const confirm = withReturn('/account/confirm/passkey', ADD);
    await giveCode(strict, person, CODE_FOR_ADD);
    expect((await visit.get(PASSWORD_FOR_ADD)).body).toContain(`href="${confirm}"`);
    const done = await visit.post(confirm, {
      passkey: authenticator.get(optionsOn(await visit.get(confirm)), passkey),
    });
    const at = await visit.follow(done);
    expect([at.statusCode, at.body.includes('Add an email')]).toEqual([200, true]);
  });

  it('stands before every route that asks for one, with nothing proven and with half of it (ASVS 7.5.1)', async () => {
    const asking = strict.routes.filter(
      ({ method, config: { stepUp } }) =>
        method !== 'HEAD' && stepUp !== undefined && stepUp !== 'once' && stepUp !== 'second-step',
    );
    expect(asking.length).toBeGreaterThan(30);
    const person = await someone(strict);
    const { visit } = person;
    const turnedAway = async () => {
      await visit.get('/account/security');
      for (const { method, url } of asking) {
        const at = url.replace(':id', '018f0000-0000-7000-8000-000000000000');
        const { statusCode, headers } = method === 'GET' ? await visit.get(at) : await visit.post(at);
        expect([method, at, statusCode, headers.location]).toEqual([
          method,
          at,
          303,
          expect.stringMatching(/^\/account\/confirm\?return=/),
        ]);
      }
    };
    await turnedAway();
    await giveCode(strict, person, CODE_FOR_ADD);
    await turnedAway();
  });

  it('takes no password from whoever has the cookie alone, and tells them nothing of it (ASVS 6.3.1)', async () => {
    const { visit } = await someone(strict);
    const answers = [];
    for (const password of [PASSWORD, 'not it'])
      answers.push(await visit.post(PASSWORD_FOR_ADD, { password }, '/account/security'));
    for (const { statusCode, headers } of answers)
      expect([statusCode, headers.location]).toEqual([303, PASSWORD_FOR_ADD]);
    expect((await visit.get(PASSWORD_FOR_ADD)).headers.location).toBe(confirmFor(ADD));
  });
});
