import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { asAccountId } from '../identity/core/accounts/index.ts';
import { know } from '../identity/core/devices/index.ts';
import { newToken, tokenHash } from '../platform/crypto/index.ts';
import { formBody, testApp } from '../testing/app.ts';
import { appCode, emailedCode, PASSWORD, signIn, signUp } from '../testing/people.ts';

const app = await testApp({ people: true });
const { clock, server } = app;
const address = await server.listen({ port: 0, host: '127.0.0.1' });
const port = Number(new URL(address).port);

/** Where the links of messages are used, and what one answers that leads nowhere. */
const LINKS = [
  ['/not-me', 'token', 410],
  ['/recover/link', 'token', 410],
  ['/recover/cancel', 'link', 404],
] as const;

describe('an attacker', () => {
  it('cannot fix a session beforehand: signing in always gives a new one (ASVS 7.2.4)', async () => {
    const person = await signUp(app);
    const visit = app.visit();
    visit.cookies.set('__Host-portico-session', 'A'.repeat(43));
    visit.cookies.set('__Host-portico-sign-in', 'B'.repeat(43));
    const { answer } = await signIn(app, person, visit);
    expect(answer.statusCode).toBe(303);
    expect(visit.cookies.get('__Host-portico-session')).not.toBe('A'.repeat(43));
    expect(visit.cookies.has('__Host-portico-sign-in')).toBe(false);
  });

  it('cannot fix a device beforehand: a made-up token is none, and a new account gets one of its own', async () => {
    const [elsewhere, person] = [await signUp(app), await signUp(app)];
    const device = '__Host-portico-device';
    const planted = elsewhere.visit.cookies.get(device) ?? '';
    expect(planted).toHaveLength(43);
    const visit = app.visit();
    visit.cookies.set(device, planted);
    const newcomer = await signUp(app, { visit });
    const [own, ...others] = newcomer.visit.cookies.get(device)?.split('.') ?? [];
    expect(own).toHaveLength(43);
    expect(own).not.toBe(planted);
    expect(others).toEqual([planted]);
    const { account_id: accountId } = await app.database
      .selectFrom('session')
      .select('account_id')
      .where('token_hash', '=', tokenHash(person.visit.cookies.get('__Host-portico-session') ?? ''))
      .executeTakeFirstOrThrow();
    const unsigned = 'A'.repeat(43);
    const rememberUntil = new Date(clock.now().getTime() + 3_600_000);
    const sight = { accountId: asAccountId.parse(accountId), token: unsigned, userAgent: '', rememberUntil };
    await know(app.database, clock, sight);
    const thief = app.visit();
    thief.cookies.set(device, unsigned);
    const answer = await thief.post(
      '/sign-in',
      { identifier: person.email, password: person.password },
      '/sign-in',
    );
    expect(answer.headers.location).toBe('/sign-in/code');
  });

  it('gains nothing from a session that was replaced or signed out (ASVS 7.2.4, 7.4.1, 8.3.2)', async () => {
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    const stolen = app.visit();
    stolen.cookies.set('__Host-portico-session', visit.cookies.get('__Host-portico-session') ?? '');
    expect((await stolen.get('/home')).statusCode).toBe(200);
    await signIn(app, person, visit, '/help');
    expect((await visit.get('/home')).statusCode).toBe(200);
    expect((await stolen.get('/home')).statusCode).toBe(303);
    stolen.cookies.set('__Host-portico-session', visit.cookies.get('__Host-portico-session') ?? '');
    await visit.post('/sign-out', {}, '/home');
    expect((await stolen.get('/home')).statusCode).toBe(303);
  });

  it('gains nothing from a session that signing up as someone else replaced', async () => {
    clock.advance(301);
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    const stolen = app.visit();
    stolen.cookies.set('__Host-portico-session', visit.cookies.get('__Host-portico-session') ?? '');
    const email = 'a.second.account@example.org';
    await visit.post('/sign-up', { email }, '/help');
    await visit.post('/sign-up/code', { code: await emailedCode(app, email) }, '/sign-up/code');
    await visit.post('/sign-up/password', { password: PASSWORD });
    await visit.post('/sign-up/about-you', {
      fullName: 'Q',
      'born-day': '1',
      'born-month': '2',
      'born-year': '1990',
      birthCountry: 'PL',
    });
    await visit.post('/sign-up/check');
    const { body } = await visit.get('/sign-up/authenticator/code');
    const secret = /(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}/.exec(body)?.[0]?.replaceAll(' ', '') ?? '';
    const done = await visit.post('/sign-up/authenticator/code', { code: appCode(app, secret) });
    expect(done.headers.location).toBe('/account/backup-codes');
    expect((await stolen.get('/home')).statusCode).toBe(303);
  });

  it('cannot use the token of a form across a sign-in or a sign-out', async () => {
    const person = await signUp(app);
    const visit = app.visit();
    await visit.get('/sign-in');
    const before = visit.token();
    await signIn(app, person, visit);
    const refused = await visit.postRaw('/sign-out', { _csrf: before });
    expect(refused.statusCode).toBe(403);
    // What to do first stands first, and a link leads back to the page.
    expect(refused.body).toMatch(/keep cookies.+repeat what you did.+href="\/sign-out">Open the page again/s);
    await visit.get('/home');
    const during = visit.token();
    await visit.post('/sign-out');
    expect(
      (await visit.postRaw('/cases/add', { _csrf: during, receipt: 'ARC1', accessCode: 'x' })).statusCode,
    ).toBe(401);
  });

  it('cannot bring a form from another site, nor a token in an address or a header (ASVS 3.5.1)', async () => {
    const { visit } = await signUp(app);
    await visit.get('/cases/add');
    const token = visit.token();
    for (const [url, headers] of [
      [`/sign-out?_csrf=${token}`, {}],
      ['/sign-out', { 'csrf-token': token, 'x-csrf-token': token, 'xsrf-token': token }],
    ] as const)
      expect((await visit.postRaw(url, {}, headers)).statusCode).toBe(403);
    expect((await visit.get('/home')).statusCode).toBe(200);
  });

  it('cannot steer links or redirects by the Host header (ASVS 4.1.3)', async () => {
    clock.advance(3601);
    const email = 'host.header@example.org';
    const visit = app.visit();
    await visit.get('/sign-up', { host: 'evil.example' });
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    };
    const answer = await visit.postRaw('/sign-up', { email, _csrf: visit.token() }, headers);
    expect(answer.headers.location).toBe('/sign-up/code');
    const person = await signUp(app, { email: 'host.known@example.org' });
    await visit.postRaw('/sign-up', { email: person.email, _csrf: visit.token() }, headers);
    for (const to of [email, person.email])
      for (const { text, html, subject } of await app.mailTo(to)) {
        expect(`${subject} ${text} ${html}`).not.toContain('evil.example');
        expect(subject).not.toMatch(/\d{6}|@/);
      }
    expect((await visit.get('/home', headers)).headers.location).toBe('/sign-in?return=%2Fhome');
  });

  it('is not believed about an address by X-Forwarded-For, so that a limit holds (ASVS 2.4.1, 4.1.3, 15.3.4)', async () => {
    clock.advance(301);
    const visit = app.visit();
    const statuses: number[] = [];
    for (let n = 0; n < 61; n++)
      statuses.push(
        (await visit.get('/status?receipt=ARC0000000000', { 'x-forwarded-for': `198.51.100.${n}` }))
          .statusCode,
      );
    expect(statuses.slice(0, 60).every((status) => status === 404)).toBe(true);
    expect(statuses[60]).toBe(429);
    const refused = await visit.get('/status?receipt=ARC0000000000');
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['content-type']).toContain('text/html');
    expect(refused.headers['content-security-policy']).toContain("default-src 'none'");
    // What is counted for one page is not counted for another.
    expect((await visit.post('/sign-in', { identifier: 'x', password: 'y' }, '/sign-in')).statusCode).toBe(
      422,
    );
    clock.advance(301);
    expect((await visit.get('/status?receipt=ARC0000000000')).statusCode).toBe(404);
  });

  it('cannot shut the links of messages for all behind an address by asking without one (ASVS 2.4.1)', async () => {
    clock.advance(301);
    const { email } = await signUp(app);
    const [link = ''] =
      /(?<=\/not-me\?token=)[\w-]{43}/.exec((await app.mailTo(email)).at(-1)?.text ?? '') ?? [];
    for (const [path, field, page] of LINKS) {
      const visit = app.visit();
      await visit.get('/sign-in');
      const post = async (body: Record<string, string>) =>
        (await visit.postRaw(path, { ...body, _csrf: visit.token() })).statusCode;
      const statuses: number[] = [];
      // Nor does a made-up one that looks like one, and each of which is another, go beyond the limit.
      for (let n = 0; n < 61; n++)
        statuses.push(await post([{}, { [field]: 'short' }, { [field]: newToken() }][n % 3] ?? {}));
      // A cut one is not found; one that is whole has the answer of its page.
      const answers = [...new Set([404, page, 429])];
      expect([path, [...new Set(statuses)], statuses.at(-1)]).toEqual([path, answers, 429]);
      if (path === '/not-me') expect(await post({ token: link })).toBe(303);
    }
  });

  it('cannot guess an access code by trying: five wrong tries, then waits (ASVS 2.3.2, 2.4.1)', async () => {
    clock.advance(301);
    const { visit } = await signUp(app);
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++)
      statuses.push(
        (
          await visit.post(
            '/cases/add',
            { receipt: 'ARC2590061147', accessCode: `AAAA-AAAA-AAA${n}` },
            '/cases/add',
          )
        ).statusCode,
      );
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 429]);
  });

  it('cannot change the language of an account: a link changes the pages of this browser, and nothing that is kept (ASVS 3.5.3)', async () => {
    const { visit } = await signUp(app);
    const kept = async () =>
      app.database.selectFrom('account').select(['id', 'language']).orderBy('id').execute();
    const before = await kept();
    const answer = await visit.get('/cases?lang=es&x=1');
    expect(answer.headers.location).toBe('/cases?x=1');
    expect((await visit.get('/cases')).body).toContain('<html lang="es"');
    expect(await kept()).toEqual(before);
    expect((await visit.get('/account')).body).toMatch(/<dd[^>]*>English</);
    expect((await visit.post('/account/language', { language: 'es' }, '/account/language')).statusCode).toBe(
      303,
    );
    expect(await kept()).not.toEqual(before);
    for (const lang of ['xx', '../es', '__proto__', 'ES'])
      expect((await app.visit().get(`/help?lang=${lang}`)).statusCode).toBe(200);
  });

  it('that sends a request in pieces keeps nobody else waiting, and has a minute for it', async () => {
    const slow = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/sign-in',
      headers: { 'content-length': '1000', 'content-type': 'application/x-www-form-urlencoded' },
    });
    slow.on('error', () => {});
    slow.write('a=');
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    expect(server.server.requestTimeout).toBe(60_000);
    slow.destroy();
  });

  it('meets one answer for a form that is sent twice in a hurry', async () => {
    clock.advance(301);
    const email = 'double.click@example.org';
    const visit = app.visit();
    await visit.post('/sign-up', { email }, '/sign-up');
    const code = await emailedCode(app, email);
    await visit.get('/sign-up/code');
    const cookie = [...visit.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const send = () =>
      server.inject({
        method: 'POST',
        url: '/sign-up/code',
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
        payload: formBody({ code, _csrf: visit.token() }),
      });
    const answers = await Promise.all([send(), send(), send()]);
    for (const { statusCode } of answers) expect([303, 422]).toContain(statusCode);
    expect((await visit.get('/sign-up')).headers.location).toBe('/sign-up/password');
  });
});
