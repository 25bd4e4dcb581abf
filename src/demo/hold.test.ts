import { afterAll, expect, it } from 'vitest';
import { testApp } from '../testing/app.ts';
import { emailedCode, PASSWORD, signUp } from '../testing/people.ts';

const app = await testApp();
const worker = await app.app.startWorker();
afterAll(() => worker.stop());

it('a visitor lets the days of a hold pass, of their own way back and no other', async () => {
  const person = await signUp(app);
  const visit = app.visit();
  await visit.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
  await visit.post('/recover/second-step', {}, '/recover/second-step');
  await expect
    .poll(async () => (await app.mailTo(person.email)).at(-1)?.text, { timeout: 10_000 })
    .toContain('get back into');
  const code = await emailedCode(app, person.email);
  const hold = await visit.follow(await visit.post('/recover/code', { code }, '/recover/code'));
  expect(hold.body).toContain('Let the wait pass');
  const stranger = app.visit();
  await stranger.get('/sign-in');
  expect((await stranger.post('/demo/pass-hold', {})).headers.location).toBe('/recover/next');
  expect((await visit.get('/recover/wait')).statusCode).toBe(200);
  const before = await app.database.selectFrom('recovery').select('expires_at').executeTakeFirstOrThrow();
  const passed = await visit.post('/demo/pass-hold', {});
  expect(passed.headers.location).toBe('/recover/next');
  expect((await visit.follow(passed)).statusCode).toBe(200);
  expect((await visit.get('/recover/next')).headers.location).toBe('/recover/authenticator');
  const row = await app.database
    .selectFrom('recovery')
    .select(['hold_ends_at', 'next_notice_at', 'expires_at'])
    .executeTakeFirstOrThrow();
  expect(row.hold_ends_at).toEqual(app.clock.now());
  expect(row.next_notice_at).toEqual(app.clock.now());
  expect(row.expires_at < before.expires_at).toBe(true);
});
