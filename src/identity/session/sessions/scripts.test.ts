import { afterAll, describe, expect, it } from 'vitest';
import { loadAgency } from '../../../platform/agency/index.ts';
import { createServer, openSessionScope } from '../../../platform/http/index.ts';
import { loadLanguages } from '../../../platform/i18n/index.ts';
import { makeLog } from '../../../platform/log/index.ts';
import { newVisit, testApp, type Visit } from '../../../testing/app.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { signUp } from '../../../testing/people.ts';
import { sessionRoutes, signedIn } from './index.ts';

const app = await testApp();
const identity = await testIdentity(app);
const agency = loadAgency(app.config.agencyFolder);
const { server } = await createServer({
  ...app,
  agency,
  languages: loadLanguages(`${app.config.root}/locales`, agency),
  log: makeLog('silent'),
  navigation: () => [],
  pages: [
    (scope) => {
      sessionRoutes(scope, identity);
      openSessionScope(scope, (session) => {
        const own = signedIn(async ({ accountId }) => ({ accountId }));
        session.get('/live', own);
        session.put('/live', { ...own, config: { ...own.config, rateLimit: false } });
        session.get('/live/fresh', { ...own, config: { ...own.config, stepUp: true } });
      });
    },
  ],
});
await server.ready();
afterAll(() => server.close());

/** The browser of a person, at a server whose scripts it asks. */
function scriptsOf({ cookies }: Visit): Visit {
  const visit = newVisit((request) => server.inject(request));
  for (const [name, value] of cookies) visit.cookies.set(name, value);
  return visit;
}
const said = async (visit: Visit, url: string) => {
  const { statusCode, headers, body } = await visit.get(url);
  return {
    statusCode,
    location: headers.location ?? null,
    title: (JSON.parse(body) as { title?: string }).title,
  };
};

describe('what scripts ask', () => {
  it('is answered to whoever is signed in, in their own name', async () => {
    const { visit } = await signUp(app);
    const { statusCode, body } = await scriptsOf(visit).get('/live');
    expect([statusCode, JSON.parse(body)]).toEqual([200, { accountId: expect.any(String) }]);
  });

  it('is refused by a status and leads nowhere, whoever may not ask (ASVS 8.2.1)', async () => {
    const unauthorized = { statusCode: 401, location: null, title: 'Unauthorized' };
    const forbidden = { statusCode: 403, location: null, title: 'Forbidden' };
    expect(await said(scriptsOf(app.visit()), '/live')).toEqual(unauthorized);
    const { visit } = await signUp(app);
    const scripts = scriptsOf(visit);
    app.clock.advance(11 * 60);
    expect((await said(scripts, '/live')).statusCode).toBe(200);
    expect(await said(scripts, '/live/fresh')).toEqual(forbidden);
    app.clock.advance(31 * 60);
    expect(await said(scripts, '/live')).toEqual(unauthorized);
    const out = await signUp(app);
    const left = scriptsOf(out.visit);
    await out.visit.post('/sign-out', {}, '/home');
    expect(await said(left, '/live')).toEqual(unauthorized);
    const unsaved = await signUp(app, { acknowledge: false });
    expect(await said(scriptsOf(unsaved.visit), '/live')).toEqual(forbidden);
  });

  it('changes nothing without a token, whoever asks', async () => {
    const { visit } = await signUp(app);
    const cookie = [...visit.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { statusCode } = await server.inject({ method: 'PUT', url: '/live', headers: { cookie } });
    expect(statusCode).toBe(403);
  });
});
