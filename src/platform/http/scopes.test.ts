import { afterAll, describe, expect, it } from 'vitest';
import { newVisit, testApp } from '../../testing/app.ts';
import { loadAgency } from '../agency/index.ts';
import { loadLanguages } from '../i18n/index.ts';
import { makeLog } from '../log/index.ts';
import {
  createServer,
  HttpRefusal,
  makeGate,
  openSessionScope,
  secretCookie,
  sessionCookie,
} from './index.ts';

const app = await testApp();
const agency = loadAgency(app.config.agencyFolder);
const anyone = { access: 'anyone' } as const;
const posted = { ...anyone, rateLimit: { max: 3 } };
const crowded = { ...posted, gate: makeGate({ places: 0, line: 0 }) };
const fails = async () => {
  throw new Error('column "secret_of_quill" does not exist');
};
let asked = 0;

const { server } = await createServer({
  ...app,
  agency,
  languages: loadLanguages(`${app.config.root}/locales`, agency),
  log: makeLog('silent'),
  navigation: () => [],
  pages: [
    (scope) => {
      scope.addHook('onRequest', async () => void asked++);
      scope.get('/page', { config: anyone }, async (request, reply) => {
        sessionCookie.set(reply, 'a'.repeat(43));
        return reply.send({ token: request.page(reply).csrf, scope: request.server.scope });
      });
      scope.post('/page', { config: posted }, async () => ({}));
      scope.post('/page/crowded', { config: crowded }, async () => ({}));
      openSessionScope(scope, (session) => {
        session.addContentTypeParser('application/offset+octet-stream', (_request, payload, done) => {
          payload.resume().once('end', () => done(null, undefined));
        });
        session.get('/live', { config: anyone }, async (request) => ({
          cookie: sessionCookie.read(request) ?? null,
          scope: request.server.scope,
        }));
        session.get('/live/fails', { config: anyone }, fails);
        session.patch('/live', { config: { ...anyone, rateLimit: { max: 30 } } }, async () => ({
          taken: true,
        }));
      });
    },
  ],
  api: [
    (scope) => {
      scope.get('/v1/echo', { config: anyone }, async (request) => ({
        cookies: request.cookies ?? null,
        scope: request.server.scope,
      }));
      scope.post('/v1/echo', { config: posted }, async (request) => ({ body: request.body }));
      scope.post('/v1/crowded', { config: crowded }, fails);
      scope.get('/v1/gone', { config: anyone }, async () => {
        throw new HttpRefusal(410);
      });
      scope.get('/v1/fails', { config: anyone }, fails);
    },
  ],
});
await server.ready();
afterAll(() => server.close());

/** That an answer is a problem document (RFC 9457 §3) which tells no more than its status. */
function expectProblem(
  answer: { statusCode: number; headers: object; body: string },
  status: number,
  title: string,
) {
  expect(answer.statusCode).toBe(status);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
  expect(answer.headers).not.toHaveProperty('set-cookie');
  expect(JSON.parse(answer.body)).toEqual({ title, status });
}

describe('the scope of programs', () => {
  const post = (url: string, payload: string, type = 'application/json') =>
    server.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });

  it('knows no cookies, no session and no tokens of forms', async () => {
    const before = asked;
    const headers = { cookie: `__Host-portico-session=${'a'.repeat(43)}; portico-language=es` };
    const answer = await server.inject({ url: '/api/v1/echo?lang=es', headers });
    expect([answer.statusCode, answer.json()]).toEqual([200, { cookies: null, scope: 'api' }]);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect((await post('/api/v1/echo', '{"a":1}')).json()).toEqual({ body: { a: 1 } });
    expect(asked).toBe(before);
  });

  it('answers errors as problem documents, and tells nothing of its own faults (ASVS 16.5.1)', async () => {
    expectProblem(await server.inject('/api/v1/gone'), 410, 'Gone');
    expectProblem(await server.inject('/api/v1/fails'), 500, 'Internal Server Error');
    expectProblem(await post('/api/v1/echo', '{'), 400, 'Bad Request');
    for (const url of ['/api/%zz', `/api/${'x'.repeat(400)}`])
      expectProblem(await server.inject(url), 400, 'Bad Request');
    expectProblem(
      await post('/api/v1/echo', 'a=b', 'application/x-www-form-urlencoded'),
      415,
      'Unsupported Media Type',
    );
    expectProblem(await post('/api/v1/echo', `"${'x'.repeat(70_000)}"`), 413, 'Payload Too Large');
  });

  it('answers what it does not have in the same way', async () => {
    for (const url of ['/api', '/api/', '/api/v1', '/api/v1/none', '/api/v1/echo/more'])
      expectProblem(await server.inject(url), 404, 'Not Found');
    expectProblem(await post('/api/v1/none', '{}'), 404, 'Not Found');
    expectProblem(await server.inject({ method: 'DELETE', url: '/api/v1/echo' }), 404, 'Not Found');
  });

  it('has limits and gates', async () => {
    const full = await post('/api/v1/crowded', '{}');
    expectProblem(full, 503, 'Service Unavailable');
    expect(full.headers['retry-after']).toBe('5');
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await post('/api/v1/echo', '{}'));
    const last = answers.at(-1);
    if (last === undefined) throw new Error('no answer');
    expectProblem(last, 429, 'Too Many Requests');
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('the scope of pages', () => {
  it('answers with pages what it does not have, what lacks its token, and whom a gate refuses', async () => {
    const statuses = [];
    for (const [method, url] of [
      ['GET', '/none'],
      ['POST', '/page'],
      ['POST', '/page/crowded'],
      ['GET', '/apiary'],
    ] as const) {
      const answer = await server.inject({ method, url, headers: { 'accept-language': 'es' } });
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.body).toContain('<html lang="es"');
      statuses.push(answer.statusCode);
    }
    expect(statuses).toEqual([404, 403, 503, 404]);
  });

  it('counts what comes without a token against the limit of nobody behind that address', async () => {
    const visit = newVisit((request) => server.inject(request));
    await visit.get('/page');
    const { token } = JSON.parse((await visit.get('/page')).body) as { token: string };
    for (let n = 0; n < 20; n++)
      expect((await server.inject({ method: 'POST', url: '/page' })).statusCode).toBe(403);
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await visit.postRaw('/page', { _csrf: token })).statusCode);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('reads the language of a person also before its own hooks, where a gate refuses', async () => {
    const before = asked;
    const headers = { cookie: 'portico-language=es', 'accept-language': 'en' };
    const {
      statusCode,
      body,
      headers: sent,
    } = await server.inject({ method: 'POST', url: '/page/crowded', headers });
    expect([statusCode, sent['retry-after'], asked - before]).toEqual([503, '5', 0]);
    expect(body).toContain('<html lang="es"');
  });

  it('asks nobody who they are for a file of the client', async () => {
    const before = asked;
    const { body, statusCode } = await server.inject('/assets/none.css');
    expect([statusCode, body.startsWith('<!doctype html>'), asked - before]).toEqual([404, true, 0]);
  });
});

describe('the scope of sessions', () => {
  const visit = newVisit((request) => server.inject(request));
  const change = (headers: Record<string, string> = {}) =>
    server.inject({
      method: 'PATCH',
      url: '/live',
      payload: 'bytes',
      headers: {
        cookie: [...visit.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'content-type': 'application/offset+octet-stream',
        ...headers,
      },
    });

  it('knows who asks as a page does, and answers errors as problem documents', async () => {
    const before = asked;
    await visit.get('/page');
    const { body } = await visit.get('/live');
    expect(JSON.parse(body)).toEqual({ cookie: 'a'.repeat(43), scope: 'session' });
    expect(asked - before).toBe(2);
    expectProblem(await visit.get('/live/fails'), 500, 'Internal Server Error');
  });

  it('takes the token of a page from a header, whatever the body is, and nothing without it (ASVS 3.5.1)', async () => {
    const page = await visit.get('/page');
    const { token } = JSON.parse(page.body) as { token: string };
    expect((await change({ 'x-csrf-token': token })).json()).toEqual({ taken: true });
    expectProblem(await change(), 403, 'Forbidden');
    expectProblem(await change({ 'x-csrf-token': `${token}x` }), 403, 'Forbidden');
    const elsewhere = newVisit((request) => server.inject(request));
    const other = JSON.parse((await elsewhere.get('/page')).body) as { token: string };
    expectProblem(await change({ 'x-csrf-token': other.token }), 403, 'Forbidden');
  });
});

it('refuses at start a cookie of a name that is taken', () => {
  expect(() => secretCookie('session')).toThrow('two cookies session');
});

it.each(['pages', 'api'] as const)(
  'refuses at start a route of %s that does not say enough',
  async (kind) => {
    const start = (method: 'GET' | 'PUT', config: { access?: 'anyone' }) =>
      createServer({
        ...app,
        agency,
        languages: loadLanguages(`${app.config.root}/locales`, agency),
        log: makeLog('silent'),
        navigation: () => [],
        [kind]: [
          (scope: typeof server) => void scope.route({ method, url: '/open', config, handler: fails }),
        ],
      });
    await expect(start('GET', {})).rejects.toThrow('/open does not say who may call it');
    await expect(start('PUT', anyone)).rejects.toThrow('/open does not say how often');
  },
);
