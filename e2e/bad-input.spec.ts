import { type Answer, Client } from './http.ts';
import { expect, test } from './journey.ts';
import { amina, appCode, type Resident } from './people.ts';
import type { Portico } from './portico.ts';

/** Characters that no honest answer has: NUL and other controls. */
const UNFIT = ['%00', '%07', '%1b%5b31m', '%0d%0aSet-Cookie:a=b'];
/** What nobody sees, and nobody means: marks that turn the direction of text, and one of the order of bytes. */
const UNSEEN = ['%e2%80%ae', '%e2%81%a6', '%ef%bb%bf'];
const LONG = 'x'.repeat(5_000);

async function signIn(portico: Portico, { username, password, totpSecret }: Resident): Promise<Client> {
  const client = new Client(portico);
  await client.post('/sign-in', new URLSearchParams({ identifier: username, password }).toString());
  const { status } = await client.post('/sign-in/code', `code=${appCode(totpSecret, portico.clock.now())}`);
  expect(status).toBe(303);
  return client;
}

/** Sends something bad, and sees a page that says so in the person's language, and nothing stored. */
async function expectRefusal(
  portico: Portico,
  send: () => Promise<Answer>,
  status?: number,
): Promise<string> {
  const before = await portico.rows();
  const answer = await send();
  const what = `${answer.status} ${answer.body.slice(0, 300)}`;
  if (status === undefined) {
    expect(answer.status, what).toBeGreaterThanOrEqual(400);
    expect(answer.status, what).toBeLessThan(500);
  } else expect(answer.status, what).toBe(status);
  expect(answer.headers['content-type'], what).toBe('text/html; charset=utf-8');
  expect(answer.body).toContain('<html lang="es"');
  for (const unfit of ['\0', '\u001b', '\u202e', '\u2066', '\ufeff'])
    expect(answer.body).not.toContain(unfit);
  for (const [table, rows] of Object.entries(await portico.rows()))
    expect(rows, `nothing stored in ${table}`).toBeLessThanOrEqual(before[table] ?? 0);
  return answer.body;
}

/** A client that asked for Spanish. */
async function reader(portico: Portico, client = new Client(portico)): Promise<Client> {
  expect((await client.get('/?lang=es')).status).toBe(303);
  return client;
}

const FORMS: ReadonlyArray<{ page: string; good: Readonly<Record<string, string>> }> = [
  { page: '/sign-in', good: { identifier: 'somebody', password: 'some password' } },
  { page: '/sign-up', good: { email: 'somebody@arcadia.example' } },
  { page: '/demo/authenticator', good: { key: 'JBSWY3DPEHPK3PXP' } },
];

for (const { page, good } of FORMS) {
  const query = (change: Readonly<Record<string, string>>) =>
    Object.entries({ ...good, ...change })
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
  const [field = ''] = Object.keys(good);

  test(`bad answers to ${page}`, async ({ portico }) => {
    const client = await reader(portico);
    const unseen = page === '/sign-up' ? [] : UNSEEN;
    for (const unfit of [...UNFIT, ...unseen])
      await expectRefusal(
        portico,
        () => client.post(page, query({ [field]: `a${unfit}b@arcadia.example` })),
        422,
      );
    await expectRefusal(portico, () => client.post(page, query({ [field]: LONG })), 422);
    await expectRefusal(portico, () => client.post(page, query({ [field]: '' })), 422);
    await expectRefusal(portico, () => client.post(page, `${query({})}&${field}=again`), 422);
    await expectRefusal(
      portico,
      () => client.post(page, '__proto__=a&constructor=b&prototype=c&toString=d'),
      422,
    );
    await expectRefusal(
      portico,
      () => client.post(page, `__proto__[${field}]=a&${field}[]=b&${field}[x]=c`),
      422,
    );
    await expectRefusal(portico, () => client.post(page, '%ff%fe=%c3%28&%zz=%'), 422);
  });

  test(`bad requests to ${page}`, async ({ portico }) => {
    const client = await reader(portico);
    const other = new Client(portico);
    const token = await client.token(page);
    await expectRefusal(portico, () => client.send('POST', page, query({})), 403);
    await expectRefusal(portico, () => client.send('POST', page, query({ _csrf: 'made-up' })), 403);
    await expectRefusal(portico, () => client.send('POST', page, `_csrf=a&_csrf=${token}&${query({})}`), 403);
    const foreign = await other.token(page);
    await expectRefusal(portico, () => client.send('POST', page, query({ _csrf: foreign })), 403);
    const oversized = `_csrf=${token}&${query({ [field]: 'x'.repeat(70_000) })}`;
    await expectRefusal(portico, () => client.send('POST', page, oversized), 413);
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=a', 'nonsense'])
      await expectRefusal(portico, () => client.send('POST', page, '{"a":1}', { 'content-type': type }));
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      await expectRefusal(portico, () => client.send(method, page));
    await expectRefusal(portico, () => client.send('PUT', page, `_csrf=${token}&${query({})}`));
  });
}

test('bad addresses', async ({ portico }) => {
  const client = await reader(portico);
  for (const path of [
    '/%',
    '/%zz',
    '/%c3%28',
    '/cases/%00',
    '/cases/%e0%a4%a',
    `/${LONG}`,
    `/cases/${LONG}`,
    '/..%2f..%2fetc%2fpasswd',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%00',
    '//elsewhere.example/%2e%2e',
    '/__proto__',
    '/constructor?__proto__[a]=b',
    '/demo',
    '/healthz/x',
  ]) {
    const answer = await client.get(path);
    if (answer.status === 303) expect(answer.headers['location'], path).toMatch(/^\/sign-in\?return=/);
    else await expectRefusal(portico, () => client.get(path));
  }
  for (const query of [
    'receipt=a&receipt=b',
    `receipt=${LONG}`,
    'receipt=%00',
    'receipt=%e2%80%ae',
    'receipt=%',
  ])
    await expectRefusal(portico, () => client.get(`/status?${query}`), 422);
  // What nobody asks for is no fault.
  for (const query of ['receipt[]=x', '__proto__=x&constructor=y', 'lang=xx&lang=yy', 'lang=__proto__'])
    expect((await client.get(`/status?${query}`)).status, query).toBe(200);
});

test('what nobody sees in an answer is taken out', async ({ portico }) => {
  for (const unseen of UNSEEN) {
    const client = await reader(portico);
    const answer = await client.post('/sign-up', `email=a${unseen}b@arcadia.example`);
    expect(answer.status).toBe(303);
    const { body } = await client.get('/sign-up/code');
    expect(body).toContain('ab@arcadia.example');
    expect(body).not.toContain(decodeURIComponent(unseen));
  }
});

test('nobody is sent to another site (ASVS 3.7.2)', async ({ portico }) => {
  for (const elsewhere of [
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:alert(1)',
    '/%09/elsewhere.example',
    '@elsewhere.example',
  ]) {
    const client = new Client(portico);
    const { body } = await client.get(`/sign-in?return=${encodeURIComponent(elsewhere)}`);
    const kept = /name="return" value="([^"]*)"/.exec(body)?.[1] ?? '';
    expect(new URL(kept, portico.url).origin).toBe(portico.url);
    const answer = await client.get(`//elsewhere.example/?lang=es`);
    if (answer.status === 303)
      expect(new URL(String(answer.headers['location']), portico.url).origin).toBe(portico.url);
  }
});

test('bad answers of somebody who is signed in', async ({ portico }) => {
  const client = await reader(portico, await signIn(portico, amina));
  const add = '/cases/add';
  for (const unfit of [...UNFIT, ...UNSEEN])
    await expectRefusal(portico, () => client.post(add, `receipt=ARC${unfit}1&accessCode=b`), 422);
  await expectRefusal(portico, () => client.post(add, `receipt=${LONG}&accessCode=${LONG}`), 422);
  await expectRefusal(portico, () => client.post(add, 'receipt=a&receipt=b&accessCode=c'), 422);
  await expectRefusal(portico, () => client.post(add, '__proto__=a&accessCode[receipt]=c'), 422);
  const quoted = await expectRefusal(
    portico,
    () => client.post(add, `receipt=${encodeURIComponent('"><script>alert(1)</script>')}&accessCode=c`),
    422,
  );
  expect(quoted).not.toContain('<script>alert');
  await expectRefusal(portico, () => client.send('POST', '/session/extend', ''), 403);
  await expectRefusal(portico, () => client.send('POST', '/sign-out', ''), 403);
  await expectRefusal(portico, () => client.send('POST', '/account/backup-codes', 'saved=yes'), 403);
});

test('a form from before the sign-out is stale after it', async ({ portico }) => {
  const client = await reader(portico, await signIn(portico, amina));
  const token = await client.token('/cases/add');
  expect((await client.post('/home', '', '/sign-out')).status).toBe(303);
  await expectRefusal(
    portico,
    () => client.send('POST', '/cases/add', `_csrf=${token}&receipt=ARC2590061147&accessCode=W4HV-X5PJ-92NA`),
    401,
  );
  // And from before the sign-in: what a stranger's page carries is nothing to somebody signed in.
  const stranger = await reader(portico);
  const before = await stranger.token('/sign-in');
  portico.clock.advance(60);
  await stranger.post('/sign-in', `identifier=${amina.username}&password=${amina.password}`);
  await stranger.post('/sign-in/code', `code=${appCode(amina.totpSecret, portico.clock.now())}`);
  await expectRefusal(portico, () => stranger.send('POST', '/sign-out', `_csrf=${before}`), 403);
});

test('a step out of turn', async ({ portico }) => {
  const client = await reader(portico);
  for (const step of [
    'code',
    'code/resend',
    'password',
    'password/check',
    'about-you',
    'check',
    'authenticator/code',
    'authenticator/text-message/send',
  ])
    await expectRefusal(
      portico,
      () => client.post('/sign-in', 'code=123456&password=x', `/sign-up/${step}`),
      410,
    );
  for (const step of ['code', 'backup-code'])
    await expectRefusal(
      portico,
      () => client.post('/sign-in', 'code=123456&backupCode=x', `/sign-in/${step}`),
      410,
    );
  for (const path of ['/cases/add', '/account/backup-codes'])
    await expectRefusal(portico, () => client.post('/sign-in', 'saved=yes', path), 401);
});

test('cookies that were made up', async ({ portico }) => {
  for (const value of ['x', 'x'.repeat(43), 'x'.repeat(2_000), '%00', '__proto__']) {
    const cookie = `__Host-portico-session=${value}; __Host-portico-sign-in=${value}; __Host-portico-sign-up=${value}; __Host-portico-csrf=${value}; portico-language=${value}`;
    for (const path of ['/', '/sign-in', '/sign-in/code', '/sign-up/code', '/home', '/cases/add']) {
      const { status } = await new Client(portico).get(path, { cookie });
      expect([200, 303], `${path} with ${value.slice(0, 50)}`).toContain(status);
    }
    const answer = await new Client(portico).send('POST', '/sign-in', 'identifier=a&password=b', { cookie });
    expect(answer.status).toBe(403);
  }
});
