import { describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { emailedCode, PASSWORD, signUpAsFarAsSecondStep } from '../../../testing/people.ts';

const app = await testApp();
const RESUMED = 'Welcome back. What you told us about yourself is still here.';

describe('a sign-up that goes on in another browser', () => {
  it('says what is kept and why a password is asked for again, and has what was said filled in', async () => {
    const email = 'resumed@example.org';
    const first = await signUpAsFarAsSecondStep(app, { email });
    const other = app.visit();
    await other.post('/sign-up', { email }, '/sign-up');
    const answer = await other.post(
      '/sign-up/code',
      { code: await emailedCode(app, email) },
      '/sign-up/code',
    );
    expect((await other.follow(answer)).body).toContain(RESUMED);
    const short = await other.post('/sign-up/password', { password: 'short' });
    expect(short.body).toContain(RESUMED);
    const done = await other.post('/sign-up/password', { password: PASSWORD });
    expect((await other.follow(done)).body).toContain('value="Zdzisława Ngọc Quill"');
    // The browser that was left is told so, once.
    const left = await first.follow(await first.get('/sign-up/about-you'));
    expect(left.body).toContain('If you went on in another browser, finish it there');
    expect((await first.get('/sign-up')).body).not.toContain('finish it there');
  });

  it('says nothing of it to whoever comes for the first time', async () => {
    const email = 'first@example.org';
    const visit = app.visit();
    await visit.post('/sign-up', { email }, '/sign-up');
    await visit.post('/sign-up/code', { code: await emailedCode(app, email) }, '/sign-up/code');
    const page = await visit.get('/sign-up/password');
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain(RESUMED);
  });
});
