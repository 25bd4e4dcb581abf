import { describe, expect, it } from 'vitest';
import { testApp, type Visit } from '../../../testing/app.ts';
import { emailedCode, signIn, signUp } from '../../../testing/people.ts';

const app = await testApp();
const shown = (body: string) => body.replaceAll('<wbr/>', '');
const linkIn = (text: string, part: string) => {
  const link = text.match(/https?:\/\/\S+/g)?.find((each) => each.includes(part));
  if (link === undefined) throw new Error(`no link with ${part}`);
  return link.slice(new URL(link).origin.length);
};
/** Adds an address page by page. */
async function add(visit: Visit, email: string) {
  await visit.post('/account/emails/add', { email }, '/account/emails/add');
  return visit.post('/account/emails/code', { code: await emailedCode(app, email) }, '/account/emails/code');
}
/** The pages that the list links to for the address that is not the main one. */
const actionsOf = async (visit: Visit) =>
  /href="(\/account\/emails\/[\w-]+)\/primary"/.exec((await visit.get('/account/emails')).body)?.[1] ?? '';

describe('the pages of addresses', () => {
  it('lead from a new address to the main one, and whoever reads the old one back', async () => {
    const { visit, email: first } = await signUp(app);
    app.clock.advance(120);
    const second = 'second@example.org';
    const added = await visit.follow(await add(visit, second));
    expect(shown(added.body)).toContain(second);
    expect(added.body).toContain('role="status"');

    const actions = await actionsOf(visit);
    expect((await visit.get(`${actions}/primary`)).body).toContain(first);
    const done = await visit.post(`${actions}/primary`);
    expect(done.headers.location).toBe('/account/emails?done=main');
    const former = await actionsOf(visit);
    expect((await visit.get(`${former}/remove`)).body).toContain('can put it back for 7 days');
    expect((await visit.post(`${former}/remove`)).headers.location).toBe('/account/emails?done=removed');
    const link = linkIn((await app.mailTo(first)).at(-1)?.text ?? '', '/not-me');

    const reader = app.visit();
    const asked = await reader.get(link);
    expect([asked.statusCode, asked.body.includes('This email is put back into the account')]).toEqual([
      200,
      true,
    ]);
    // A mail program that opens the link has changed nothing.
    expect(shown((await visit.get('/account/emails')).body)).not.toContain(first);
    const token = new URL(link, 'https://x.example').searchParams.get('token') ?? '';
    const raised = await reader.post('/not-me', { token });
    expect((await reader.follow(raised)).body).toContain('Brought back: 1 email');
    expect((await reader.get(link)).statusCode).toBe(410);
    expect((await visit.get('/account/emails')).statusCode).toBe(303);
    for (const address of [first, second])
      expect((await app.mailTo(address)).at(-1)?.subject).toContain('We protected your account');
  });

  it('sign in with a new address and no longer with a removed one', async () => {
    const person = await signUp(app);
    app.clock.advance(120);
    const second = 'other@example.org';
    await add(person.visit, second);
    const { answer } = await signIn(app, { ...person, email: second });
    expect(answer.headers.location).toBe('/home');
    const { visit } = await signIn(app, person);
    const actions = await actionsOf(visit);
    expect((await visit.get(`${actions}/remove`)).body).toContain('It cannot be put back from there');
    expect((await visit.post(`${actions}/remove`)).headers.location).toBe('/account/emails?done=removed');
    expect((await visit.post(`${actions}/remove`, {}, '/account/emails')).headers.location).toBe(
      '/account/emails',
    );
    const again = await signIn(app, { ...person, email: second });
    expect(again.answer.headers.location).not.toBe('/home');
    // The address is told, without a way to act for the account that it is no longer of.
    const told = (await app.mailTo(second)).at(-1);
    expect(told?.subject).toContain('removed');
    expect(told?.text).not.toMatch(/\/help|\/undo/);
  });

  it('ask for a fresh second step before anything is changed, and keep what was typed until then (ASVS 7.5.1, 7.5.3)', async () => {
    const { visit } = await signUp(app);
    await add(visit, 'fresh@example.org');
    const actions = await actionsOf(visit);
    app.clock.advance(11 * 60);
    for (const path of ['/account/emails/add', `${actions}/primary`, `${actions}/remove`]) {
      // Taking one out asks for the password too, whatever the policy.
      const confirm = `/account/confirm?return=${encodeURIComponent(path)}${path.endsWith('/remove') ? '&ask=both' : ''}`;
      expect((await visit.get(path)).headers.location).toBe(confirm);
      const posted = await visit.post(path, { email: 'late@example.org' }, '/account/emails');
      expect(posted.headers.location).toBe(confirm);
    }
    expect((await visit.get('/account/emails')).body).toContain(`${actions}/primary`);
    expect((await app.mailTo('late@example.org')).length).toBe(0);
  });

  it('say how long to wait before the main address is changed once more', async () => {
    const { visit } = await signUp(app);
    await add(visit, 'often@example.org');
    const change = async () => visit.post(`${await actionsOf(visit)}/primary`);
    for (let times = 0; times < 5; times++)
      expect((await change()).headers.location).toBe('/account/emails?done=main');
    const late = await change();
    expect([late.statusCode, late.headers['retry-after']]).toEqual([429, '30']);
    expect(late.body).toContain(
      'You changed your main email several times. You can change it again in 30 seconds',
    );
    expect(late.body).toContain('Make this your main email?');
  });

  it('are the same to the letter for an address that another account has (ASVS 6.3.8)', async () => {
    const known = await signUp(app);
    const { visit } = await signUp(app);
    const walk = async (email: string) => {
      const posted = await visit.post('/account/emails/add', { email }, '/account/emails/add');
      const page = await visit.get('/account/emails/code');
      const wrong = await visit.post('/account/emails/code', { code: '000000' });
      const resent = await visit.post('/account/emails/code/instead', { instead: 'resend' });
      const list = await visit.get('/account/emails');
      return [posted, page, wrong, resent, list].map(({ statusCode, headers, body }) => [
        statusCode,
        headers.location,
        shown(body)
          .replaceAll(email, 'ADDRESS')
          .replaceAll(/value="[^"]{20,}"|csrf="[^"]+"/g, ''),
      ]);
    };
    expect(await walk(known.email)).toEqual(await walk(`${'k'.repeat(known.email.length - 12)}@example.org`));
    const mails = (await app.mailTo(known.email)).slice(-2);
    for (const { text } of mails) expect(text).not.toMatch(/\d{6}/);
  });

  it('show what is wrong, and keep what was typed but no code', async () => {
    const { visit } = await signUp(app);
    const wrong = await visit.post('/account/emails/add', { email: 'nobody' }, '/account/emails/add');
    expect([wrong.statusCode, wrong.body.includes('value="nobody"')]).toEqual([422, true]);
    await visit.post('/account/emails/add', { email: 'third@example.org' });
    const refused = await visit.post('/account/emails/code', { code: '135790' }, '/account/emails/code');
    expect([refused.statusCode, refused.body.includes('135790')]).toEqual([422, false]);
    for (let n = 0; n < 9; n++) await visit.post('/account/emails/code', { code: '135790' });
    const late = await visit.post('/account/emails/code', { code: '135790' });
    expect([late.statusCode, late.headers['retry-after']]).toEqual([429, '30']);
    const given = await visit.post('/account/emails/code/instead', { instead: 'give-up' });
    expect(given.headers.location).toBe('/account/emails');
    expect((await visit.get('/account/emails/code')).headers.location).toBe('/account/emails');
    expect((await visit.post('/account/emails/code', { code: '1' })).headers.location).toBe(
      '/account/emails',
    );
  });
});
