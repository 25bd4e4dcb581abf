import { describe, expect, it } from 'vitest';
import { type Answer, testApp } from '../testing/app.ts';
import { emailedCode, PASSWORD, signIn, signUp } from '../testing/people.ts';

const local = await testApp({ people: true });
const secure = await testApp({
  environment: { PORTICO_DEMO: 'true', PORTICO_PUBLIC_URL: 'https://portal.arcadia.example' },
});

const CSP =
  "default-src 'none';script-src 'self';style-src 'self';img-src 'self';font-src 'self';connect-src 'self';" +
  "form-action 'self';base-uri 'none';frame-ancestors 'none';require-trusted-types-for 'script';trusted-types 'none'";

/** Every page that a journey meets, errors among them. */
async function everyPage(app: typeof local): Promise<Array<[string, Answer]>> {
  const met: Array<[string, Answer]> = [];
  const meet = (name: string, response: Answer) => {
    met.push([name, response]);
    return response;
  };
  const stranger = app.visit();
  for (const url of [
    '/',
    '/sign-in',
    '/sign-up',
    '/status',
    '/help',
    '/sign-out',
    '/demo/mailbox',
    '/demo/mailbox.json',
    '/demo/authenticator',
    '/demo/notices',
    '/healthz',
    '/readyz',
    '/no-such-page',
    '/cases/%zz',
    '/assets/none.css',
    '/home',
    '/status?receipt=',
    '/status?receipt=ARC0000000000',
    '/?lang=es',
  ])
    meet(url, await stranger.get(url));
  await stranger.get('/sign-in');
  meet('wrong password', await stranger.post('/sign-in', { identifier: 'x', password: 'y' }));
  meet('no token', await stranger.postRaw('/sign-in', {}));
  meet('lapsed', await stranger.post('/sign-in/code', { code: '1' }));
  meet('gone', await stranger.post('/sign-up/code', { code: '1' }));
  meet('too large', await stranger.post('/sign-in', { identifier: 'x'.repeat(70_000) }));
  meet(
    'not a form',
    await app.server.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { 'content-type': 'image/png' },
      payload: 'x',
    }),
  );
  const visit = app.visit();
  const email = 'headers@example.org';
  meet('begun', await visit.post('/sign-up', { email }, '/sign-up'));
  meet('code', await visit.get('/sign-up/code'));
  meet('wrong code', await visit.post('/sign-up/code', { code: 'x' }));
  await visit.post('/sign-up/code', { code: await emailedCode(app, email) });
  meet('password', await visit.get('/sign-up/password'));
  meet('weak', await visit.post('/sign-up/password', { password: 'weak' }));
  meet('strength', await visit.post('/sign-up/password/check', { password: 'weak' }));
  await visit.post('/sign-up/password', { password: PASSWORD });
  meet('about you', await visit.get('/sign-up/about-you'));
  meet('about nobody', await visit.post('/sign-up/about-you', {}));
  await visit.post('/sign-up/about-you', {
    fullName: 'Q',
    'born-day': '1',
    'born-month': '2',
    'born-year': '1990',
    birthCountry: 'PL',
  });
  meet('check', await visit.get('/sign-up/check'));
  const person = await signUp(app, { acknowledge: false });
  meet('backup codes', await person.visit.get('/account/backup-codes'));
  meet('not acknowledged', await person.visit.post('/account/backup-codes'));
  await person.visit.post('/account/backup-codes', { saved: 'yes' });
  for (const url of ['/home', '/cases', '/cases/add', '/cases/ARC2690001986'])
    meet(`signed in ${url}`, await person.visit.get(url));
  meet('no case', await person.visit.post('/cases/add', { receipt: 'ARC2690001986', accessCode: 'x' }));
  const { answer, visit: again } = await signIn(app, person);
  meet('signed in', answer);
  meet('way back', await again.post('/recover/both', { identifier: person.email }, '/recover/both'));
  meet('code of a way back', await again.get('/recover/code'));
  meet('extended', await again.post('/session/extend', {}, '/home'));
  meet('signed out', await again.post('/sign-out'));
  return met;
}

const pages = await everyPage(local);
const securePages = await everyPage(secure);

describe('every answer', () => {
  it('is one of many kinds', () => {
    expect(new Set(pages.map(([, { statusCode }]) => statusCode))).toEqual(
      new Set([200, 303, 400, 403, 404, 410, 413, 422]),
    );
  });

  it.each(pages)(
    'has every security header and is not stored (ASVS 3.2.1, 3.4.2, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 14.2.2, 14.3.2): %s',
    (_, { headers }) => {
      expect(headers['content-security-policy']).toBe(CSP);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['referrer-policy']).toBe('same-origin');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers).not.toHaveProperty('strict-transport-security');
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  it.each(securePages)('says over https to stay there (ASVS 3.4.1, 12.2.1): %s', (_, { headers }) => {
    expect(headers['content-security-policy']).toBe(`${CSP};upgrade-insecure-requests`);
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });

  it.each(pages.filter(([, { headers }]) => String(headers['content-type']).startsWith('text/html')))(
    'has no script, style or handler within the page, and loads from here only (ASVS 1.2.2, 1.2.3, 14.2.3): %s',
    (_, { body }) => {
      expect(body).toMatch(/^<!doctype html>/);
      for (const [tag] of body.matchAll(/<script\b[^>]*>[^<]*/g))
        expect(tag).toMatch(/^<script type="module" src="\/assets\/[\w.-]+">$/);
      expect(body).not.toMatch(/<style\b|\sstyle=|\son[a-z]+=|javascript:|<iframe|<object|<embed|<base\b/i);
      for (const [, url = ''] of body.matchAll(/\s(?:src|action|href)="([^"]*)"/g))
        expect(url).toMatch(/^(\/(?!\/)|#|\?|tel:|mailto:|otpauth:|$)/);
    },
  );

  it('tells nothing of what it is made of when something fails (ASVS 16.5.1)', () => {
    for (const [, { body }] of pages)
      expect(body).not.toMatch(/node_modules|at \w+ \(|TypeError|SyntaxError|FST_|pg_|Kysely|ZodError/);
  });

  it.each(pages.filter(([, { body }]) => body !== ''))(
    'says what it is, and in which letters (ASVS 4.1.1): %s',
    (_, { headers, body }) => {
      const type = body.startsWith('<!doctype html>') ? 'text/html' : 'application/json';
      expect(headers['content-type']).toBe(`${type}; charset=utf-8`);
      if (type === 'application/json') expect(() => JSON.parse(body)).not.toThrow();
    },
  );

  it('to a sign-out takes every way in and way back out of the browser (ASVS 7.4.1)', () => {
    for (const met of [pages, securePages]) {
      const [, answer] = met.find(([name]) => name === 'signed out') ?? [];
      const cleared = [answer?.headers['set-cookie'] ?? []]
        .flat()
        .filter((cookie) => cookie.includes('Max-Age=0'));
      expect(new Set(cleared.map((cookie) => cookie.split('=')[0]))).toEqual(
        new Set(['recovery', 'session', 'sign-in', 'sign-up'].map((name) => `__Host-portico-${name}`)),
      );
    }
  });

  it('to a sign-out clears what the browser holds of the pages (ASVS 14.3.1)', () => {
    const cleared = pages.filter(([, { headers }]) => headers['clear-site-data'] === '"cache", "storage"');
    expect(cleared.map(([name]) => name)).toEqual(['signed out']);
  });

  it('keeps files of the client for a year, with their type (ASVS 4.1.1, 5.3.2, 13.4.3)', async () => {
    const href = /href="(\/assets\/[^"]+\.css)"/.exec(pages[0]?.[1].body ?? '')?.[1] ?? '';
    const { headers, statusCode } = await local.visit().get(href);
    expect(statusCode).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
    expect(headers['content-security-policy']).toBe(CSP);
    for (const other of [
      '/assets/',
      '/assets/manifest.json',
      '/.git/config',
      '/package.json',
      '/assets/../main.js',
      '/assets/%2e%2e/main.js',
      '/assets/..%2f..%2fpackage.json',
    ])
      expect([other, (await local.visit().get(other)).statusCode]).toEqual([other, 404]);
  });
});

describe('cookies', () => {
  const set = (met: typeof pages) => met.flatMap(([, { headers }]) => [headers['set-cookie'] ?? []].flat());

  it('that hold a token are bound to this host, to https and to the server, and all but those of the device and of a way back end with the browser (ASVS 3.3.1, 3.3.2, 3.3.3, 3.3.4)', () => {
    const secrets = set(pages).filter((cookie) => !/portico-(last-)?language=/.test(cookie));
    const names = new Set(secrets.map((cookie) => cookie.split('=')[0]));
    expect(names).toEqual(
      new Set(
        ['csrf', 'device', 'recovery', 'session', 'sign-in', 'sign-up', 'visit'].map(
          (name) => `__Host-portico-${name}`,
        ),
      ),
    );
    for (const cookie of secrets) {
      const attributes = cookie.split('; ').slice(1);
      expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']));
      const rest = attributes.filter(
        (attribute) => !['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'].includes(attribute),
      );
      const cleared = cookie.split('; ')[0]?.endsWith('=') === true;
      if (cookie.startsWith('__Host-portico-device=')) {
        expect(rest).toEqual(['Max-Age=34560000']);
        continue;
      }
      // A hold takes days.
      if (cookie.startsWith('__Host-portico-recovery=') && !cleared) {
        expect(rest).toEqual(['Max-Age=1209600']);
        continue;
      }
      expect(rest).toEqual(cleared ? ['Max-Age=0', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'] : []);
    }
  });

  it('never hold a name, an address or a code (ASVS 14.3.3)', () => {
    for (const cookie of set(pages)) expect(decodeURIComponent(cookie)).not.toMatch(/@|Quill|example/);
  });

  it('keep the language of a session for the pages after it, until the browser is closed', async () => {
    for (const [app, name, marked] of [
      [local, 'portico-last-language', ''],
      [secure, '__Host-portico-last-language', '; Secure'],
    ] as const) {
      const { visit } = await signUp(app);
      visit.cookies.delete(name);
      const { headers } = await visit.get('/home');
      const kept = [headers['set-cookie'] ?? []].flat().find((cookie) => cookie.startsWith(name));
      expect(kept).toBe(`${name}=en; Path=/; HttpOnly${marked}; SameSite=Lax`);
      await visit.post('/account/language', { language: 'es' }, '/account');
      visit.cookies.delete(marked === '' ? 'portico-language' : '__Host-portico-language');
      await visit.get('/home');
      const out = await visit.post('/sign-out', {}, '/home');
      expect((await visit.follow(out)).body).toContain('<html lang="es"');
      expect((await visit.get('/sign-in')).body).toContain('<html lang="es"');
      expect((await app.visit().get('/sign-in')).body).toContain('<html lang="en"');
      // What the browser was asked for comes first.
      await visit.get('/?lang=en');
      expect((await visit.get('/sign-in')).body).toContain('<html lang="en"');
    }
  });

  it('of a language is no secret, and goes over https only where there is https', () => {
    const language = (met: typeof pages) => set(met).find((cookie) => cookie.includes('portico-language='));
    const rest = 'portico-language=es; Max-Age=31536000; Path=/; HttpOnly';
    expect(language(pages)).toBe(`${rest}; SameSite=Lax`);
    expect(language(securePages)).toBe(`__Host-${rest}; Secure; SameSite=Lax`);
  });
});
