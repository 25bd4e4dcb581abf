import { describe, expect, it } from 'vitest';
import { type Answer, testApp, type Visit } from '../../../testing/app.ts';
import { type SoftPasskey, softAuthenticator, type Twist } from '../../../testing/authenticator.ts';
import { type Newcomer, signUp } from '../../../testing/people.ts';

const app = await testApp();
const { clock, database } = app;
const authenticator = softAuthenticator({ origin: app.config.publicUrl.origin });
const LIST = '/account/security/passkeys';
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36';

/** What the button on a page hands to the authenticator. */
function optionsOn({ body }: Answer) {
  const options = /<portico-passkey [^>]*\boptions="([^"]+)"/.exec(body)?.[1];
  if (options === undefined) throw new Error('no passkey is asked for');
  return JSON.parse(options.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
}

const passkeysOf = async (visit: Visit) =>
  [...(await visit.get(LIST)).body.matchAll(/passkeys\/([\w-]{36})\/remove/g)].map(([, id]) => id ?? '');

/** Adds a passkey page by page. */
async function addPasskey({ visit }: Newcomer) {
  clock.advance(1);
  const { answer, passkey } = authenticator.create(optionsOn(await visit.get(`${LIST}/add`)));
  const added = await visit.postRaw(
    `${LIST}/add`,
    { passkey: answer, _csrf: visit.token() },
    { 'user-agent': CHROME },
  );
  return { passkey, answer, added, name: String(added.headers.location) };
}

/** Signs in with a passkey alone. */
async function enter(visit: Visit, passkey: SoftPasskey, twist: Twist = {}, page = '/sign-in') {
  clock.advance(1);
  await visit.get(page);
  const options = JSON.parse((await visit.post('/sign-in/with-passkey/options')).body);
  const answer = authenticator.get(options, passkey, twist);
  return {
    answer,
    response: await visit.post('/sign-in/with-passkey', { passkey: answer, return: '/cases' }),
  };
}

describe('the pages of passkeys', () => {
  it('add one, name it, rename it and remove it', async () => {
    const person = await signUp(app);
    const { visit } = person;
    expect((await visit.get(LIST)).body).toContain('You have no passkey yet');
    const { added, name, answer } = await addPasskey(person);
    expect(added.statusCode).toBe(303);
    const page = await visit.get(name);
    expect(page.body).toContain('Your passkey is ready');
    expect(page.body).toContain('value="Chrome on Linux"');

    const path = name.replace('?new', '');
    expect((await visit.post(path, { name: '' })).statusCode).toBe(422);
    const renamed = await visit.follow(await visit.post(path, { name: 'Blue <b>phone</b>' }));
    expect(renamed.body).toContain('Blue &lt;b>phone&lt;/b>');
    expect(renamed.body).toContain('The name was changed');

    expect((await visit.post(`${LIST}/add`, { passkey: answer })).statusCode).toBe(422);
    const [id = ''] = await passkeysOf(visit);
    expect((await visit.get(`${LIST}/${id}/remove`)).body).toContain('Blue &lt;b>phone&lt;/b>');
    const removed = await visit.follow(await visit.post(`${LIST}/${id}/remove`));
    expect(removed.body).toContain('The passkey was removed');
    expect(await passkeysOf(visit)).toEqual([]);
  });

  it("show and change nothing of another person's", async () => {
    const [one, other] = [await signUp(app), await signUp(app)];
    const { name } = await addPasskey(one);
    const path = name.replace('?new', '');
    for (const url of [path, path.replace('/name', '/remove')]) {
      expect((await other.visit.get(url)).statusCode).toBe(404);
      expect((await other.visit.post(url, { name: 'Mine' })).statusCode).toBe(404);
    }
    expect(await passkeysOf(one.visit)).toHaveLength(1);
  });

  it('ask for a second step that is older than ten minutes', async () => {
    const person = await signUp(app);
    const { visit } = person;
    const { name } = await addPasskey(person);
    clock.advance(10 * 60);
    const path = name.replace('?new', '');
    await visit.get('/home');
    for (const url of [LIST, `${LIST}/add`, path, path.replace('/name', '/remove')]) {
      const confirm = `/account/confirm?${new URLSearchParams({ return: url, ...(url.endsWith('/remove') ? { ask: 'both' } : {}) })}`;
      expect((await visit.get(url)).headers.location).toBe(confirm);
      if (url !== LIST) expect((await visit.post(url, { passkey: 'x' })).headers.location).toBe(confirm);
    }
    // What was posted is kept, but for the answer of an authenticator.
    expect(await database.selectFrom('kept_form').select('path').execute()).toEqual([]);
  });

  it('keep the last strong factor', async () => {
    const person = await signUp(app);
    const { visit } = person;
    await addPasskey(person);
    const [id = ''] = await passkeysOf(visit);
    const path = `${LIST}/${id}/remove`;
    expect((await visit.get(path)).body).toContain(`action="${path}"`);
    const { account_id } = await database
      .selectFrom('passkey')
      .select('account_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await database.deleteFrom('authenticator_app').where('account_id', '=', account_id).execute();
    const refused = await visit.follow(await visit.post(path));
    expect(refused.body).toContain('This is your only strong second step');
    expect(refused.body).not.toContain(`action="${path}"`);
    expect(await passkeysOf(visit)).toEqual([id]);
  });

  it('end at ten', async () => {
    const person = await signUp(app);
    for (let made = 0; made < 10; made++) expect((await addPasskey(person)).added.statusCode).toBe(303);
    const { body } = await person.visit.get(LIST);
    expect(body).toContain('You have 10 passkeys');
    expect(body).not.toContain(`href="${LIST}/add"`);
    expect((await person.visit.get(`${LIST}/add`)).headers.location).toBe(LIST);
  });
});

describe('signing in with a passkey alone', () => {
  it('leads to the page first asked for, with a session that needs no second step', async () => {
    const person = await signUp(app);
    const { passkey } = await addPasskey(person);
    const visit = app.visit();
    const { response } = await enter(visit, passkey);
    expect([response.statusCode, response.headers.location]).toEqual([303, '/cases']);
    expect((await visit.get('/home')).body).toContain(person.fullName);
    expect((await visit.get(LIST)).statusCode).toBe(200);
  });

  it('never leads away from this site', async () => {
    const { passkey } = await addPasskey(await signUp(app));
    const visit = app.visit();
    clock.advance(1);
    await visit.get('/sign-in');
    const options = JSON.parse((await visit.post('/sign-in/with-passkey/options')).body);
    const response = await visit.post('/sign-in/with-passkey', {
      passkey: authenticator.get(options, passkey),
      return: '//evil.example',
    });
    expect(response.headers.location).toBe('/home');
  });

  it('asks for no passkey in particular', async () => {
    const visit = app.visit();
    await visit.get('/sign-in');
    const options = JSON.parse((await visit.post('/sign-in/with-passkey/options')).body);
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required', timeout: 600_000 });
    expect(options).not.toHaveProperty('allowCredentials');
  });

  it('answers an unknown passkey as it answers a wrong one', async () => {
    const { passkey } = await addPasskey(await signUp(app));
    const told = async (twist: Twist) => {
      const { response } = await enter(app.visit(), passkey, twist);
      const { date: _d, 'set-cookie': _c, 'x-ratelimit-remaining': _r, ...rest } = response.headers;
      const { 'x-ratelimit-reset': _s, ...headers } = rest;
      const body = response.body.replaceAll(/name="_csrf" value="[^"]+"/g, '');
      return { status: response.statusCode, headers, body };
    };
    const [unknown, wrong] = [
      await told({ credentialId: 'A'.repeat(43) }),
      await told({ challenge: 'A'.repeat(75) }),
    ];
    expect(unknown).toEqual(wrong);
    expect(unknown.status).toBe(422);
    expect(unknown.body).toContain('or was removed from your account');
  });

  it('works in the browser that asked, and not in another', async () => {
    const { passkey } = await addPasskey(await signUp(app));
    const [asking, other] = [app.visit(), app.visit()];
    clock.advance(1);
    for (const each of [asking, other]) await each.get('/sign-in');
    const options = JSON.parse((await asking.post('/sign-in/with-passkey/options')).body);
    const answer = authenticator.get(options, passkey);
    expect((await other.post('/sign-in/with-passkey', { passkey: answer })).statusCode).toBe(422);
    expect((await asking.post('/sign-in/with-passkey', { passkey: answer })).statusCode).toBe(303);
    expect((await asking.post('/sign-in/with-passkey', { passkey: answer }, '/help')).statusCode).toBe(422);
  });

  it('says so when nothing was sent, as it is without script', async () => {
    const response = await app.visit().post('/sign-in/with-passkey', {}, '/sign-in');
    expect(response.statusCode).toBe(422);
    expect(response.body).toContain('No passkey came from your device');
  });
});

describe('a passkey as the second step', () => {
  it('is asked for first, and the others are offered beside it', async () => {
    const person = await signUp(app);
    const { passkey } = await addPasskey(person);
    clock.advance(1);
    const visit = app.visit();
    const first = await visit.post(
      '/sign-in',
      { identifier: person.email, password: person.password },
      '/sign-in',
    );
    expect(first.headers.location).toBe('/sign-in/passkey');
    const page = await visit.follow(first);
    expect(page.body).toContain('href="/sign-in/code"');
    expect(page.body).not.toContain('name="remember"');
    const wrong = await visit.post('/sign-in/passkey', {
      passkey: authenticator.get(optionsOn(page), passkey, { verified: false }),
    });
    expect(wrong.statusCode).toBe(422);
    const right = await visit.post('/sign-in/passkey', {
      passkey: authenticator.get(optionsOn(wrong), passkey),
    });
    expect([right.statusCode, right.headers.location]).toEqual([303, '/home']);
  });

  it('steps up', async () => {
    const person = await signUp(app);
    const { passkey } = await addPasskey(person);
    const { visit } = person;
    clock.advance(10 * 60);
    const page = await visit.follow(await visit.get(LIST));
    const confirm = `/account/confirm/passkey?${new URLSearchParams({ return: LIST })}`;
    const done = await visit.post(confirm, { passkey: authenticator.get(optionsOn(page), passkey) });
    expect(done.headers.location).toBe(LIST);
    expect((await visit.get(LIST)).statusCode).toBe(200);
  });
});
