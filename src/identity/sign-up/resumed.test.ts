import { describe, expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';
import { emailedCode, PASSWORD, signUpAsFarAsSecondStep } from '../../testing/people.ts';

const app = await testApp();
const RESUMED = 'Welcome back. What you told us about yourself is still here.';

describe('a sign-up that goes on in another browser', () => {
  it('says what is kept and why a password is asked for again, and has what was said filled in', async () => {
    const email = 'resumed@example.org';
    await signUpAsFarAsSecondStep(app, { email });
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
