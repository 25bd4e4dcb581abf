import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testApp, type Visit } from '../../../testing/app.ts';
import { appCode, type Newcomer, signIn, signUp } from '../../../testing/people.ts';
import { NEW_PASSWORD } from '../../../testing/recovery.ts';
import { endingOf, withEnding } from './index.ts';

const app = await testApp();
const DAY = 24 * 3600;

/** Gets an account back by a new password, page by page. @returns the last answer */
async function getBack({ email, secret }: Newcomer, visit: Visit) {
  app.clock.advance(60);
  await visit.post('/recover/password', { identifier: email }, '/recover/password');
  const worker = await app.app.startWorker();
  await expect.poll(async () => (await app.mailTo(email)).at(-1)?.text).toContain('/recover/link');
  await worker.stop();
  const text = (await app.mailTo(email)).at(-1)?.text ?? '';
  const token = /\/recover\/link\?token=([\w-]+)/.exec(text)?.[1] ?? '';
  await visit.post('/recover/link', { token }, `/recover/link?token=${token}`);
  await visit.post('/recover/confirm/code', { code: appCode(app, secret) }, '/recover/confirm/code');
  return visit.post('/recover/new-password', { password: NEW_PASSWORD }, '/recover/new-password');
}

const newest = async (email: string) => (await app.mailTo(email)).at(-1);

describe('what ends well', () => {
  it('says that an account was made, on the page after it and by mail', async () => {
    const { visit, email } = await signUp(app, { acknowledge: false });
    const ended = await visit.post('/account/backup-codes', { saved: 'yes' }, '/account/backup-codes');
    expect((await visit.follow(ended)).body).toContain('Your account is ready');
    expect((await visit.get('/home')).body).not.toContain('Your account is ready');
    const mail = await newest(email);
    expect(mail?.subject).toContain('Your account was created');
    expect(mail?.text).toMatch(/This was not me:\s+\S+\/not-me\?token=/);
  });

  it('says that the person is back with the new password, and by mail', async () => {
    const person = await signUp(app);
    const visit = app.visit();
    const { body } = await visit.follow(await getBack(person, visit));
    expect(body).toContain('You are back in your account');
    expect(body).toContain('Use your new password from now on');
    expect(body).not.toContain('protection');
    const mail = await newest(person.email);
    expect(mail?.subject).toContain('You are back in your account');
    expect(mail?.text).not.toContain('protection');
  });

  it('says after "this wasn\'t me" what was taken out, and at the end that its protection is over', async () => {
    const person = await signUp(app);
    app.clock.advance(30 * DAY);
    const { visit } = await signIn(app, person);
    const second = `second-${person.email}`;
    await visit.post('/account/emails/add', { email: second }, '/account/emails/add');
    const code = /^ {4}(\d{6})$/m.exec((await newest(second))?.text ?? '')?.[1] ?? '';
    await visit.post('/account/emails/code', { code }, '/account/emails/code');

    const raised = await visit.post('/account/security/not-me', {}, '/account/security/not-me');
    const address = String(raised.headers.location);
    expect(address).toMatch(/^\/not-me\/done\?email=1&signed=/);
    const { body } = await visit.follow(raised);
    expect(body).toContain('Taken out: 1 email');
    for (const madeUp of [address.replace('email=1', 'email=3'), '/not-me/done?email=3&passkey=9']) {
      const { statusCode, body: plain } = await app.visit().get(madeUp);
      expect([statusCode, plain.includes('Taken out')]).toEqual([200, false]);
    }
    expect(body).toContain('href="/recover/password"');
    expect(body).not.toContain('Brought back');
    expect((await newest(person.email))?.text).toContain('1 email (se•••@ex•••)');
    // The address that is out is told that, and nothing more.
    const out = await newest(second);
    expect(out?.subject).toContain('This email was taken out of an account');
    expect(out?.text).not.toMatch(/•••|\/not-me|\/recover/);

    const again = app.visit();
    const home = await again.follow(await getBack(person, again));
    expect(home.body).toContain('The protection of your account has ended');
    expect((await newest(person.email))?.text).toContain('the protection ended');
    const activity = await again.get('/account/security/activity');
    expect(activity.body).toContain('Taken out: 1 email');
  });

  it('says that the account stays open', async () => {
    const person = await signUp(app);
    await person.visit.post('/account/close', {}, '/account/close');
    const { visit } = await signIn(app, person);
    const kept = await visit.post('/account/closing/cancel', {}, '/account/closing');
    expect((await visit.follow(kept)).body).toContain('Your account stays open');
  });
});

describe('an address that says how something ended', () => {
  it('is read as what it was written for, and as nothing where it is something else', () => {
    for (const ending of ['created', 'back', 'back-safe', 'anew', 'anew-safe', 'kept'] as const)
      expect(
        endingOf(Object.fromEntries(new URL(withEnding('/home', ending), 'http://x').searchParams)),
      ).toBe(ending);
    fc.assert(
      fc.property(fc.anything(), (query) => {
        expect(endingOf({ done: query })).toBeNull();
      }),
    );
    for (const query of [undefined, null, {}, { done: 'toString' }, { done: ['back'] }])
      expect(endingOf(query)).toBeNull();
  });
});
