import { afterAll, describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { appCode, emailedCode, type Newcomer, PASSWORD, signIn, signUp } from '../../../testing/people.ts';
import { testRecovery } from '../../../testing/recovery.ts';
import { openHolds } from '../../core/open-recoveries/index.ts';

const identity = await testIdentity(await freshDatabase());
const { raiseAlarm, askingFor, clock, database } = identity;
const { beginWithPassword, enterCode, kindsTo, newAccount, progressOf, recovery } = testRecovery(identity);

/** Somebody who waits. */
async function waiting() {
  const account = await newAccount();
  const token = await beginWithPassword(account);
  await enterCode(token, account);
  return { account, token, id: (await progressOf(token)).id };
}

describe('a way back is stopped from a session', () => {
  it('of the account, of which every address hears, and nobody goes on with it (ASVS 6.3.7)', async () => {
    const { account, token, id } = await waiting();
    const begunAt = clock.now();
    const endsAt = new Date(begunAt.getTime() + 72 * 3_600_000);
    expect(await openHolds(database, clock, account.id)).toEqual([
      { id, lost: 'second-step', begunAt, endsAt, unsettled: false },
    ]);
    expect(await recovery.stop(await askingFor(account.id), id)).toEqual({ is: 'stopped' });
    expect(await recovery.find(token)).toBeNull();
    expect(kindsTo(account.email).at(-1)).toBe('recovery-cancelled');
    expect(await openHolds(database, clock, account.id)).toEqual([]);
  });

  it('once, whoever else stops it meanwhile', async () => {
    const { account, id } = await waiting();
    const asking = await askingFor(account.id);
    await Promise.all(Array.from({ length: 10 }, () => recovery.stop(asking, id)));
    expect(kindsTo(account.email).filter((kind) => kind === 'recovery-cancelled')).toHaveLength(1);
  });

  it('not from one of another account (ASVS 8.2.2)', async () => {
    const { account, token, id } = await waiting();
    const stranger = await newAccount();
    await recovery.stop(await askingFor(stranger.id), id);
    expect((await progressOf(token)).stage).toBe('hold');
    expect(kindsTo(account.email)).not.toContain('recovery-cancelled');
  });

  it('not from one that has ended', async () => {
    const { account, token, id } = await waiting();
    const asking = await askingFor(account.id);
    await identity.sessions.end(asking, 'signed-out');
    expect(await recovery.stop(asking, id)).toEqual({ is: 'gone' });
    expect((await progressOf(token)).stage).toBe('hold');
  });

  it('not behind an alarm, so that no thief’s session keeps the owner out', async () => {
    const account = await newAccount();
    await raiseAlarm(account.id);
    const token = await beginWithPassword(account);
    await enterCode(token, account);
    const asking = await askingFor(account.id);
    expect(await recovery.stop(asking, (await progressOf(token)).id)).toEqual({ is: 'alarmed' });
    expect((await progressOf(token)).stage).toBe('hold');
  });
});

const app = await testApp();
const worker = await app.app.startWorker();
afterAll(() => worker.stop());
const TEN_MINUTES = 600;
const OTHERS = 'Somebody else is getting back in here';
const TITLE = 'Someone is getting back into this account';
const stopLink = async ({ email }: Newcomer) =>
  /\/recover\/cancel\?link=\S+/.exec((await app.mailTo(email)).at(-1)?.text ?? '')?.[0] ?? '';
const codeIn = (body: string) => /(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}/.exec(body)?.[0] ?? '';
const STOP = '/account/security/recovery/stop';

/** Begins a way back up to its hold, in a browser of its own. */
async function holdOf(person: Newcomer) {
  const visit = app.visit();
  await visit.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
  await visit.post('/recover/second-step', {}, '/recover/second-step');
  await expect.poll(async () => (await app.mailTo(person.email)).at(-1)?.text).toContain('get back into');
  const code = await emailedCode(app, person.email);
  return { visit, answer: await visit.follow(await visit.post('/recover/code', { code }, '/recover/code')) };
}

describe('the pages of a way back that waits', () => {
  it('show it to whoever is signed in, who stops it behind both steps (ASVS 7.5.1)', async () => {
    const person = await signUp(app);
    expect((await person.visit.get('/home')).body).not.toContain(TITLE);
    const { visit } = await holdOf(person);
    for (const page of ['/home', '/account/security']) {
      const { body } = await person.visit.get(page);
      expect(body).toContain(TITLE);
      expect(body).toContain('November 25, 2026');
    }
    const id = /name="id" value="([^"]+)"/.exec((await person.visit.get('/home')).body)?.[1] ?? '';
    app.clock.advance(TEN_MINUTES);
    const asked = await person.visit.post(STOP, { id });
    const both = 'return=%2Faccount%2Fsecurity&ask=both';
    expect(asked.headers.location).toBe(`/account/confirm?${both}`);
    expect((await visit.get('/recover/wait')).statusCode).toBe(200);
    const half = await person.visit.post(`/account/confirm/code?${both}`, {
      code: appCode(app, person.secret),
    });
    expect(half.headers.location).toBe(`/account/confirm/password?${both}`);
    await person.visit.follow(half);
    const back = await person.visit.post(`/account/confirm/password?${both}`, { password: PASSWORD });
    expect(back.headers.location).toBe('/account/security');
    await person.visit.follow(back);
    const stopped = await person.visit.follow(await person.visit.post(STOP, { id }));
    expect(stopped.body).toContain('Nobody got in this way');
    expect(stopped.body).not.toContain(TITLE);
    const told = await visit.follow(await visit.get('/recover/wait'));
    expect(told.body).toContain('was stopped. Nobody got in by it');
    expect((await visit.get('/recover')).body).not.toContain('was stopped');
  });

  it('say to whoever begins again that one waits already, and only after the right password', async () => {
    const person = await signUp(app);
    await holdOf(person);
    const other = app.visit();
    expect((await other.get('/recover/second-step')).body).not.toContain('runs already');
    await other.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
    const { body } = await other.get('/recover/second-step');
    expect(body).toContain('runs already');
    expect(body).toContain('need not begin again');
  });

  it('say in both browsers where it goes on, and that the code is a new one', async () => {
    const person = await signUp(app);
    const { visit, answer } = await holdOf(person);
    const code = codeIn(answer.body);
    expect(answer.body).not.toContain('used up');
    const other = app.visit();
    const moved = await other.follow(await other.post('/recover/go-on', { code }, '/recover/go-on'));
    expect(moved.body).toContain('is used up');
    expect(moved.body).toContain('This is a new code');
    expect(codeIn(moved.body)).not.toBe(code);
    const left = await visit.follow(await visit.get('/recover/wait'));
    expect(left.body).toContain('goes on in another browser');
    expect((await app.visit().get('/recover')).body).not.toContain('goes on in another browser');
  });

  it('show nothing of it to whoever is signed in to another account in that browser (ASVS 8.2.2)', async () => {
    const [person, other] = [await signUp(app), await signUp(app)];
    const { visit, answer } = await holdOf(person);
    const code = codeIn(answer.body);
    await signIn(app, other, visit);
    const { body } = await visit.get('/recover/wait');
    expect(body).toContain(OTHERS);
    expect(body).not.toContain(code);
    expect(body).not.toContain('/recover/stop');
    for (const page of ['/recover', '/recover/stop', '/recover/leave', '/recover/questions', '/recover/next'])
      expect((await visit.follow(await visit.get(page))).body, page).toContain(OTHERS);
    const stopped = await visit.post('/recover/stop', {}, '/recover/wait');
    expect(stopped.headers.location).toBe('/recover/wait');
    // Signing out by the button of that page is not leaving.
    const out = await visit.post('/recover/sign-out', {}, '/recover/wait');
    const shown = await visit.follow(await visit.follow(out));
    expect(shown.body).toContain(code);
    expect((await visit.get('/home')).statusCode).toBe(303);
    await signIn(app, person, visit);
    expect((await visit.get('/recover/wait')).body).toContain(code);
  });

  it('let nobody who is signed in to another account choose a new second step for this one (ASVS 8.2.2)', async () => {
    const [person, other] = [await signUp(app), await signUp(app)];
    const { visit } = await holdOf(person);
    app.clock.advance(73 * 3600);
    const { body } = await visit.get('/recover/authenticator/code');
    const key = /(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}/.exec(body)?.[0]?.replaceAll(' ', '') ?? '';
    await signIn(app, other, visit);
    for (const page of ['/recover/wait', '/recover/authenticator', '/recover/authenticator/code'])
      expect((await visit.follow(await visit.get(page))).body, page).toContain(OTHERS);
    const tried = await visit.post('/recover/authenticator/code', { code: appCode(app, key) });
    expect(tried.headers.location).toBe('/recover/authenticator');
    expect((await visit.get('/home')).body).not.toContain('You have your account back');
    expect((await signIn(app, person)).answer.headers.location).toBe('/home');
  });

  it('take it off a device of others once that is confirmed, and it goes on', async () => {
    const person = await signUp(app);
    const { visit, answer } = await holdOf(person);
    expect((await visit.get('/recover/leave')).body).toContain('nothing is stopped');
    const gone = await visit.follow(await visit.post('/recover/leave'));
    expect(gone.body).toContain('no longer shows your way back');
    expect((await visit.get('/recover/wait')).headers.location).toBe('/recover');
    const goneOn = await visit.post('/recover/go-on', { code: codeIn(answer.body) }, '/recover/go-on');
    expect((await visit.follow(goneOn)).body).toContain('You are on the way back');
  });

  it('stop it in the browser that is on it, once that is confirmed', async () => {
    const person = await signUp(app);
    const { visit } = await holdOf(person);
    expect((await visit.get('/recover/stop')).body).toContain('Your account stays as it is');
    expect((await visit.get('/recover/wait')).statusCode).toBe(200);
    expect((await visit.post('/recover/stop', {}, '/recover/stop')).body).toContain('It is stopped');
    expect((await visit.get('/recover/wait')).headers.location).toBe('/recover');
    const { visit: owner } = await signIn(app, person);
    expect((await owner.get('/home')).body).not.toContain(TITLE);
  });

  it('are stopped by the link of a message once, and say later what became of it', async () => {
    const person = await signUp(app);
    await holdOf(person);
    const link = await stopLink(person);
    expect((await app.visit().get(link)).body).toContain('Stop someone from getting in');
    const [path = '', query = ''] = link.split('?');
    const stop = { link: new URLSearchParams(query).get('link') ?? '' };
    expect((await app.visit().post(path, stop, link)).body).toContain('It is stopped');
    expect((await app.visit().get(link)).body).toContain('It is stopped already');
    expect((await app.visit().get(`${path}?link=nonsense`)).statusCode).toBe(404);
  });

  it('say of a way back that nobody finished that it is over', async () => {
    const person = await signUp(app);
    await holdOf(person);
    const link = await stopLink(person);
    app.clock.advance(12 * 24 * 3600);
    expect((await app.visit().get(link)).body).toContain('It is over already');
  });

  it('name no doubt about an account to whoever gave its password, and leave it to everybody else', async () => {
    const person = await signUp(app);
    const visit = app.visit();
    await visit.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
    const known = await visit.follow(await visit.post('/recover/second-step', {}, '/recover/second-step'));
    expect(known.body).toContain('to your main email');
    const other = app.visit();
    const asked = await other.post('/recover/both', { identifier: person.email }, '/recover/both');
    expect((await other.follow(asked)).body).toContain('belongs to an account');
  });

  it('go on where they were in the browser that opened a link, when it is opened again', async () => {
    const person = await signUp(app);
    app.clock.advance(60);
    const visit = app.visit();
    await visit.post('/recover/password', { identifier: person.email }, '/recover/password');
    const worker = await app.app.startWorker();
    const mail = async () => (await app.mailTo(person.email)).at(-1)?.text ?? '';
    await expect.poll(mail).toContain('/recover/link');
    await worker.stop();
    const link = /\/recover\/link\?token=[\w-]+/.exec(await mail())?.[0] ?? '';
    const token = new URL(link, 'http://x').searchParams.get('token') ?? '';
    await visit.post('/recover/link', { token }, link);
    for (const again of [await visit.get(link), await visit.post('/recover/link', { token })])
      expect([again.statusCode, again.headers.location]).toEqual([303, '/recover/confirm']);
    await visit.post('/recover/confirm/code', { code: appCode(app, person.secret) }, '/recover/confirm/code');
    expect((await visit.get(link)).headers.location).toBe('/recover/new-password');
    const elsewhere = await app.visit().get(link);
    expect(elsewhere.statusCode).toBe(410);
    expect(elsewhere.body).toContain('This link was used already');
  });

  it('refuse a link of no way back before anything is pressed', async () => {
    for (const page of ['/recover/link', '/recover/try'])
      expect((await app.visit().get(`${page}?token=${'a'.repeat(43)}`)).statusCode).toBe(410);
  });
});

describe('a way back that was begun by a name', () => {
  it('says for an hour which it was, and not to whoever comes to the browser later', async () => {
    const visit = app.visit();
    const typed = 'secret.person@example.org';
    await visit.post('/recover/both', { identifier: typed }, '/recover/both');
    app.clock.advance(3599);
    expect((await visit.get('/recover/code')).body).toContain(`If ${typed} belongs to an account`);
    app.clock.advance(1);
    const later = await visit.get('/recover/code');
    expect(later.body).toContain('If what you typed belongs to an account');
    expect(later.body).not.toContain(typed);
  });
});
