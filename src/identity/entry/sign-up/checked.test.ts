import { describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { emailedCode, PASSWORD } from '../../../testing/people.ts';

const app = await testApp();
const SAID = {
  fullName: 'Zdzisława Ngọc Quill',
  'born-day': '2',
  'born-month': '9',
  'born-year': '1988',
  birthCountry: 'PL',
};

describe('the answers of a sign-up', () => {
  it('are all shown before an account is made of them, each with a link to where it is changed', async () => {
    const [visit, email] = [app.visit(), 'checked@example.org'];
    await visit.post('/sign-up', { email }, '/sign-up');
    await visit.post('/sign-up/code', { code: await emailedCode(app, email) }, '/sign-up/code');
    await visit.post('/sign-up/password', { password: PASSWORD });
    const said = await visit.follow(await visit.post('/sign-up/about-you', SAID));
    for (const shown of ['Zdzisława Ngọc Quill', 'September 2, 1988', 'Poland', email])
      expect(said.body).toContain(shown);
    for (const field of ['fullName', 'born-day', 'birthCountry']) {
      expect(said.body).toContain(`href="/sign-up/about-you#${field}"`);
      expect((await visit.get('/sign-up/about-you')).body).toContain(`id="${field}"`);
    }
    // What was typed is there again; a wrong date is refused there, and what was right before stays.
    expect((await visit.get('/sign-up/about-you')).body).toContain('value="Zdzisława Ngọc Quill"');
    const wrong = await visit.post('/sign-up/about-you', { ...SAID, 'born-day': '31' });
    expect(wrong.statusCode).toBe(422);
    expect((await visit.get('/sign-up/check')).body).toContain('September 2, 1988');
    const right = await visit.post('/sign-up/about-you', { ...SAID, 'born-day': '9', 'born-month': '2' });
    expect((await visit.follow(right)).body).toContain('February 9, 1988');
    const confirmed = await visit.follow(await visit.post('/sign-up/check'));
    expect(confirmed.body).toContain('Choose your second step');
    expect((await visit.get('/sign-up/check')).headers.location).toBe('/sign-up/authenticator');
    expect((await visit.get('/sign-up/about-you')).headers.location).toBe('/sign-up/authenticator');
  });
});
