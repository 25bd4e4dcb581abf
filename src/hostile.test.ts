import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formBody, testApp } from './testing/app.ts';
import { appCode, emailedCode, PASSWORD, signIn, signUp } from './testing/people.ts';

const app = await testApp({ people: true });
const { clock, server, database } = app;
const address = await server.listen({ port: 0, host: '127.0.0.1' });
const port = Number(new URL(address).port);

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

/** Sends bytes as they are and gives the first answer. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

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
      const answer = await raw(
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
        const answer = await raw(`GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        expect(Number(answer.slice(9, 12)), url).toBeGreaterThanOrEqual(200);
        expect(Number(answer.slice(9, 12)), url).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });

  it.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])(
    'by %s is refused (ASVS 13.4.4)',
    async (method) => {
      const answer = await raw(`${method} /home HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(Number(answer.slice(9, 12))).toBeGreaterThanOrEqual(400);
      expect(Number(answer.slice(9, 12))).toBeLessThan(500);
    },
  );
});

describe('a request whose end can be read in two ways', () => {
  const head = 'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n';
  const hidden = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

  it.each([
    [
      'a length and chunks',
      `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    ['two lengths', `${head}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`],
    ['chunks by another name', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a length that is no number', `${head}Content-Length: +4\r\n\r\na=1&${hidden}`],
  ])('is refused, and what hides behind it is not answered: %s (ASVS 4.2.1)', async (_, text) => {
    const answer = await raw(text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
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
    const { body } = await visit.get('/sign-up/authenticator');
    const secret = /(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}/.exec(body)?.[0]?.replaceAll(' ', '') ?? '';
    const done = await visit.post('/sign-up/authenticator', { code: appCode(app, secret) });
    expect(done.headers.location).toBe('/account/backup-codes');
    expect((await stolen.get('/home')).statusCode).toBe(303);
  });

  it('cannot use the token of a form across a sign-in or a sign-out', async () => {
    const person = await signUp(app);
    const visit = app.visit();
    await visit.get('/sign-in');
    const before = visit.token();
    await signIn(app, person, visit);
    expect((await visit.postRaw('/sign-out', { _csrf: before })).statusCode).toBe(403);
    await visit.get('/home');
    const during = visit.token();
    await visit.post('/sign-out');
    expect(
      (await visit.postRaw('/cases/add', { _csrf: during, receipt: 'ARC1', accessCode: 'x' })).statusCode,
    ).toBe(403);
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

  it('cannot hold a place in the language of another: a link changes this browser only', async () => {
    const { visit } = await signUp(app);
    const answer = await visit.get('/cases?lang=es&x=1');
    expect(answer.headers.location).toBe('/cases?x=1');
    expect((await visit.get('/cases')).body).toContain('<html lang="es"');
    for (const lang of ['xx', '../es', '__proto__', 'ES'])
      expect((await app.visit().get(`/help?lang=${lang}`)).statusCode).toBe(200);
  });

  it('that sends a request in pieces without end is dropped, and others are served meanwhile', async () => {
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
