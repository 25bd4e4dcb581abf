import { describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { signIn, signUp } from '../../../testing/people.ts';

const app = await testApp();
const TITLE = 'You were signed out here';

/** Somebody who is signed in in two browsers, and signs the first out from the second. */
async function signedOutElsewhere() {
  const { visit, ...person } = await signUp(app);
  const { visit: other } = await signIn(app, person);
  await other.post('/account/security/sessions/end-others', {}, '/account/security/sessions');
  return { visit, other };
}

describe('a browser that was signed out from another', () => {
  it('says so at the next page, and leads back to it after signing in (ASVS 7.4.3)', async () => {
    const { visit, other } = await signedOutElsewhere();
    const answer = await visit.get('/account/emails?done=added');
    expect(answer.headers.location).toBe('/sign-in?return=%2Faccount%2Femails&ended=elsewhere');
    const page = await visit.follow(answer);
    expect(page.body).toContain(TITLE);
    expect(page.body).toContain('name="return" value="/account/emails"');
    expect((await other.get('/account/emails')).statusCode).toBe(200);
  });

  it('says so to what it sends, and keeps nothing of it for whoever signs in next', async () => {
    const { visit } = await signedOutElsewhere();
    const kept = () => app.database.selectFrom('kept_form').selectAll().execute();
    for (const [path, back] of [
      ['/account/name', '/account/name'],
      ['/session/time-out', '/home'],
    ] as const) {
      const answer = await visit.post(path, { name: 'Quill', path: '/home', kept: 'name=Quill' });
      expect(answer.headers.location).toBe(
        `/sign-in?${new URLSearchParams({ return: back, ended: 'elsewhere' })}`,
      );
    }
    expect(await kept()).toEqual([]);
  });

  it('says nothing of it to a browser that signed itself out, or never was signed in', async () => {
    const { visit } = await signUp(app);
    await visit.post('/sign-out', {});
    for (const browser of [visit, app.visit()])
      expect((await browser.follow(await browser.get('/home'))).body).not.toContain(TITLE);
  });
});
