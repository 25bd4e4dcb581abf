import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/app.ts';
import { signIn, signUp } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';

const app = await testApp({ people: true });
const { clock, server, database } = app;
const port = Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port);

const victim = await signUp(app);

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; drop table account; --",
  '{{7*7}}<%= 7*7 %>',
  '\u202egnp.exe',
  'a\u0000b',
  '\ud800',
  '%00%0d%0aSet-Cookie:%20x=y',
  'x'.repeat(20_000),
  '../../../../etc/passwd',
  'constructor',
  '__proto__',
  '{"$gt":""}',
  '١٢٣٤٥٦',
  '-1',
  '1e309',
];

describe('bad input', () => {
  it.each(HOSTILE.map((text) => [text.slice(0, 40), text]))(
    'in any field is a 4xx page and is stored nowhere (ASVS 1.2.1, 1.3.3, 2.2.1, 2.2.2): %j',
    async (_, text) => {
      clock.advance(3601);
      const { visit } = await signIn(app, victim);
      const fields: Array<[string, string, Record<string, string>]> = [
        ['/sign-in', '/cases/add', { identifier: text, password: text, return: text }],
        ['/cases/add', '/cases/add', { receipt: text, accessCode: text }],
        ['/demo/authenticator', '/demo/authenticator', { key: text }],
      ];
      const escaped = text.slice(0, 20).replaceAll('<', '&lt;');
      for (const [url, page, form] of fields) {
        const { statusCode, body } = await visit.post(url, form, page);
        expect([url, statusCode]).toEqual([url, 422]);
        if (text.startsWith('<') || text.startsWith('"><')) expect(body).not.toContain(text);
        if (text.startsWith('<script') && url !== '/demo/authenticator') expect(body).toContain(escaped);
        expect(body).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/);
      }
      for (const url of [
        `/status?receipt=${encodeURIComponent(text.toWellFormed())}`,
        `/status?receipt=x&${encodeURIComponent(text.toWellFormed().slice(0, 200))}=1`,
        `/verify?receipt=${encodeURIComponent(text.toWellFormed())}&code=${encodeURIComponent(text.toWellFormed())}`,
        `/cases/${encodeURIComponent(text.toWellFormed().slice(0, 3_000))}`,
        `/${encodeURIComponent(text.toWellFormed().slice(0, 3_000))}`,
        `/demo/mailbox.json?to=${encodeURIComponent(text.toWellFormed())}`,
        `/sign-in?return=${encodeURIComponent(text.toWellFormed())}`,
        `/?lang=${encodeURIComponent(text.toWellFormed())}`,
      ]) {
        const response = await visit.get(url);
        expect(response.statusCode, url.slice(0, 80)).toBeLessThan(500);
        expect(response.body).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/);
        expect(response.headers).not.toHaveProperty('x');
      }
      const stranger = app.visit();
      const begun = await stranger.post('/sign-up', { email: text }, '/sign-up');
      expect(begun.statusCode).toBe(422);
      expect(await database.selectFrom('sign_up').selectAll().execute()).toEqual([]);
    },
  );

  it('given twice, as an object or under a name of the prototype is a 4xx (ASVS 1.5.2, 15.3.6, 15.3.7)', async () => {
    const visit = app.visit();
    await visit.get('/sign-in');
    const bodies = [
      { identifier: ['a', 'b'], password: ['c', 'd'] },
      { 'identifier[]': 'a', 'password[x]': 'b' },
      { __proto__: 'x', constructor: 'y', toString: 'z', 'identifier.length': '1' } as never,
    ];
    for (const fields of bodies) expect((await visit.post('/sign-in', fields)).statusCode).toBe(422);
    for (const payload of [
      '{"__proto__":{"is":"x"}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '[1]',
      'null',
      '7',
      '"x"',
      '{"a":',
      '',
    ]) {
      const { statusCode } = await server.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { 'content-type': 'application/json' },
        payload,
      });
      expect([400, 403]).toContain(statusCode);
    }
    expect(({} as Record<string, unknown>)['is']).toBeUndefined();
  });

  it.each([
    ['a body that is no form', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--', 400],
    ['a body of an unknown kind', { 'content-type': 'application/x-thing' }, 'x', 400],
    [
      'a body too large',
      { 'content-type': 'application/x-www-form-urlencoded' },
      `a=${'x'.repeat(70_000)}`,
      413,
    ],
    ['a thousand fields', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1&'.repeat(5_000), 403],
    ['broken escapes', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=%zz&%=%', 403],
  ])('is a page with its status: %s', async (_, headers, payload, status) => {
    const response = await server.inject({ method: 'POST', url: '/sign-in', headers, payload });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toContain('text/html');
  });

  it('in an address is a page in the language of the person, never a failure', async () => {
    for (const url of [
      '//',
      '//?lang=en',
      '//evil.example/?lang=es',
      '/\\evil.example/?lang=en',
      '/.//evil.example?lang=en',
      '/%',
      '/%ff',
      '/cases/%c0%af',
      '/?%=%',
      '/cases/%00',
      '/status?receipt=%',
      '/sign-in/?return=/a',
      '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    ]) {
      const answer = await sendRaw(
        port,
        `GET ${url} HTTP/1.1\r\nHost: x\r\nAccept-Language: es\r\nConnection: close\r\n\r\n`,
      );
      const status = Number(answer.slice(9, 12));
      expect(status, url).toBeGreaterThanOrEqual(200);
      expect(status, url).toBeLessThan(500);
      const location = /^location: (.*)\r$/im.exec(answer)?.[1];
      if (location !== undefined) expect(location, url).toMatch(/^\/(?![/\\])/);
      else expect(answer, url).toContain('lang="es"');
    }
  });

  it('never fails, whatever the address', async () => {
    const path = fc.array(
      fc.oneof(
        fc.constantFrom(
          '/',
          '//',
          '%',
          '%00',
          '?',
          '&',
          '=',
          'lang=en',
          'return=',
          '#',
          '..',
          '\\',
          ';',
          'cases',
          'assets',
          'sign-in',
          'status',
          'receipt=',
          '\u00e9',
        ),
        fc.string({ maxLength: 4 }),
      ),
      { maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(path, async (parts) => {
        const url = `/${parts.join('')}`.replaceAll(/[^\x21-\x7e]/g, '_');
        const answer = await sendRaw(port, `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        expect(Number(answer.slice(9, 12)), url).toBeGreaterThanOrEqual(200);
        expect(Number(answer.slice(9, 12)), url).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });

  it.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])(
    'by %s is refused (ASVS 13.4.4)',
    async (method) => {
      const answer = await sendRaw(port, `${method} /home HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(Number(answer.slice(9, 12))).toBeGreaterThanOrEqual(400);
      expect(Number(answer.slice(9, 12))).toBeLessThan(500);
    },
  );
});

describe('names', () => {
  it.each([
    '<b>Ann</b> & "Co"',
    "Siobhán O'Rourke",
    '陈雨桐',
    'محمد علی‌رضا',
    'Wulandari',
    `${'Ñandú '.repeat(30)}Z`,
    '{name} {{x}}',
  ])('of any kind are kept and shown as they are (ASVS 1.1.2, 1.3.7, 1.3.10): %s', async (fullName) => {
    const { visit } = await signUp(app, { fullName });
    const { body } = await visit.get('/home');
    const shown = /<bdi class="portico-account__name">([^<]*)<\/bdi>/.exec(body)?.[1] ?? '';
    const text = shown
      .replaceAll('&lt;', '<')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
    expect(text).toBe(fullName.normalize('NFC'));
    clock.advance(60);
  });
});
