import { describe, expect, it } from 'vitest';
import type { Access } from '../platform/http/index.ts';
import { type TestRoute, testApp, type Visit } from '../testing/app.ts';
import { emailedCode, PASSWORD, signIn, signUp } from '../testing/people.ts';

const app = await testApp({ people: true });
/** Where every request goes that cannot be read; it does nothing but say so. */
const UNREADABLE = '/unreadable-address';
const routes = app.routes.filter(({ url }) => !/^(\/api)?\/unreadable-address/.test(url));
const person = await signUp(app);
const newcomer = await signUp(app, { acknowledge: false });
/** A fresh session of a person, in a browser of its own. */
const session = async (of = person) => {
  const { visit } = await signIn(app, of);
  await visit.get('/help');
  return { visit };
};

/** Cases of a person of the demonstration: nobody's here. */
const SOMEONES_CASE = 'ARC2690001986';
/** The id of something that is nobody's. */
const NOBODYS = '018f0000-0000-7000-8000-000000000000';
/** Pages of a step that is not next for somebody who has begun nothing, and where they lead. */
const NOT_NEXT: Readonly<Record<string, string>> = {
  '/account/backup-codes': '/home',
  '/account/backup-codes/download': '/home',
  '/account/closing': '/account',
  '/account/data/download': '/account/data',
  '/account/security/protected': '/account/security',
  '/account/security/backup-codes/new': '/account/security/backup-codes',
  '/account/security/backup-codes/new/download': '/account/security/backup-codes',
  '/account/emails/code': '/account/emails',
  '/account/phones/code': '/account/phones',
  '/account/confirm': '/account/confirm/code?return=%2Fhome',
  '/account/confirm/password': '/home',
  '/account/confirm/passkey': '/account/confirm/code?return=%2Fhome',
  '/account/confirm/text-message': '/account/confirm/code?return=%2Fhome',
};
/** Where there is something to be had, but no page. */
const NO_PAGE: ReadonlySet<string> = new Set(['/changes']);
const addressOf = ({ url }: TestRoute) =>
  url.replace(':receipt', SOMEONES_CASE).replace(':id', NOBODYS).replace('*', 'nothing.css');

type Caller = { readonly visit: Visit };

const callers: Record<string, () => Promise<Caller>> = {
  stranger: async () => {
    const visit = app.visit();
    await visit.get('/sign-in');
    return { visit };
  },
  'signing up': async () => {
    app.clock.advance(301);
    const visit = app.visit();
    await visit.post('/sign-up', { email: `up${app.clock.now().getTime()}@example.org` }, '/sign-up');
    await visit.get('/sign-up/code');
    return { visit };
  },
  'signing in': async () => {
    const visit = app.visit();
    await visit.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
    await visit.get('/sign-in/code');
    return { visit };
  },
  'signed in': () => session(),
  'signed in, codes not acknowledged': () => session(newcomer),
  'timed out': async () => {
    const { visit } = await session();
    app.clock.advance(31 * 60);
    return { visit };
  },
  'signed out, cookie kept': async () => {
    const { visit } = await session();
    const cookies = new Map(visit.cookies);
    await visit.post('/sign-out');
    for (const [name, value] of cookies) visit.cookies.set(name, value);
    return { visit };
  },
  'made-up cookies': async () => {
    const visit = app.visit();
    for (const name of ['session', 'sign-in', 'sign-up', 'recovery', 'device'])
      visit.cookies.set(`__Host-portico-${name}`, 'A'.repeat(43));
    await visit.get('/sign-in');
    return { visit };
  },
};

/** Who alone gets on at a stage that a room has for people of its own; nobody here does with a recovery. */
const STAGES: Readonly<Record<Exclude<Access, 'anyone' | 'signed-in'>, string | null>> = {
  'signing-up': 'signing up',
  'signing-in': 'signing in',
  recovering: null,
};

/** Whose session is over without their doing in this browser: they are told so, and never that they are nobody. */
const HAD_A_SESSION: ReadonlySet<string> = new Set(['timed out', 'signed out, cookie kept']);
const isSignedIn = (caller: string) => caller.startsWith('signed in');
const pages = routes.filter(({ method }) => method === 'GET');
const everyPost = routes.filter(({ method }) => method === 'POST');
const posts = everyPost.filter(({ url }) => !url.startsWith('/api/'));
const locationOf = (response: { headers: Record<string, unknown> }) =>
  String(response.headers['location'] ?? '');

describe('access', () => {
  it('is said by every route, and the list is the whole app (ASVS 8.2.1)', () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(posts.length).toBeGreaterThan(10);
    for (const { method, url, config } of routes)
      expect([method, url, config.access]).toEqual([
        method,
        url,
        expect.toBeOneOf(['anyone', 'signed-in', ...Object.keys(STAGES)]),
      ]);
    expect(new Set(app.routes.filter(({ config }) => config.csrf === false).map(({ url }) => url))).toEqual(
      new Set([UNREADABLE]),
    );
    for (const known of [
      '/home',
      '/cases/:receipt',
      '/documents/:id',
      '/documents/:id/file',
      '/inbox',
      '/inbox/:id',
      '/inbox/files/:id',
      '/verify',
      '/sign-in/code',
      '/account/backup-codes',
      '/changes',
      '/demo/mailbox',
      '/demo/agency',
      '/demo/agency/:receipt/document',
    ])
      expect(pages.map(({ url }) => url)).toContain(known);
  });

  it('has no other methods: what changes something is a POST (ASVS 3.5.3)', () => {
    expect([...new Set(routes.map(({ method }) => method))].sort()).toEqual(['GET', 'HEAD', 'POST']);
  });

  it('has a limit by address to what takes something in, but for what stores nothing or must always work (ASVS 2.4.1)', () => {
    const unlimited = everyPost.filter(({ config }) => config.rateLimit === false).map(({ url }) => url);
    expect(new Set(unlimited)).toEqual(
      new Set(['/session/extend', '/sign-out', '/sign-in/with-passkey/options', '/demo/authenticator']),
    );
  });

  it('is refused at start to a route that does not say who may call it, or how often (ASVS 8.2.1, 16.5.3)', async () => {
    const { createServer } = await import('../platform/http/index.ts');
    const { loadLanguages } = await import('../platform/i18n/index.ts');
    const { loadAgency } = await import('../platform/agency/index.ts');
    const { makeLog } = await import('../platform/log/index.ts');
    const agency = loadAgency(app.config.agencyFolder);
    const languages = loadLanguages(`${app.config.root}/locales`, agency);
    const { server: bare } = await createServer({
      ...app,
      agency,
      languages,
      log: makeLog('silent'),
      navigation: () => [],
    });
    expect(() => bare.get('/open', async () => 'x')).toThrow('/open does not say who');
    expect(() => bare.post('/often', { config: { access: 'anyone' } }, async () => 'x')).toThrow(
      '/often does not say how often',
    );
    bare.get('/said', { config: { access: 'anyone' } }, async () => 'x');
    await bare.close();
  });

  describe.each(Object.keys(callers))('of a caller who is: %s', (caller) => {
    const make = callers[caller] ?? (() => Promise.reject(new Error(caller)));

    it('to every page is what the page says (ASVS 3.5.3, 7.2.1, 8.2.1, 8.3.1)', async () => {
      const { visit } = await make();
      const before = await state();
      for (const route of pages) {
        const url = addressOf(route);
        const cookies = new Map(visit.cookies);
        const response = await visit.get(url);
        visit.cookies.clear();
        for (const [name, value] of cookies) visit.cookies.set(name, value);
        const { statusCode: status } = response;
        const got = `${url} → ${status} ${locationOf(response)}`;
        expect(status, got).toBeLessThan(500);
        switch (route.config.access) {
          case 'anyone':
            expect([200, 303, 404, 410], got).toContain(status);
            break;
          case 'signing-in':
            // Nobody here has a passkey or a phone, so they are asked for what they have.
            if (caller === 'signing in' && /\/(passkey|text-message)$/.test(url))
              expect(locationOf(response), got).toBe('/sign-in/code');
            else if (caller === 'signing in') expect(status, got).toBe(200);
            else expect(locationOf(response), got).toBe('/sign-in');
            break;
          case 'signing-up':
            if (caller !== 'signing up') expect(locationOf(response), got).toBe('/sign-up');
            else if (url === '/sign-up/code') expect(status, got).toBe(200);
            else expect(locationOf(response), got).toBe('/sign-up/code');
            break;
          case 'recovering':
            expect(locationOf(response), got).toBe('/recover');
            break;
          case 'signed-in':
            // What a script asks for is sent nowhere.
            if (NO_PAGE.has(url)) {
              const isTold = { 'signed in': 404, 'signed in, codes not acknowledged': 403 }[caller] ?? 401;
              expect([status, locationOf(response)], got).toEqual([isTold, '']);
            } else if (caller === 'timed out')
              expect(locationOf(response), got).toBe(
                `/sign-in?return=${encodeURIComponent(url)}&ended=timed-out`,
              );
            else if (caller === 'signed out, cookie kept')
              expect(locationOf(response), got).toBe(
                `/sign-in?return=${encodeURIComponent(url)}&ended=elsewhere`,
              );
            else if (!isSignedIn(caller))
              expect(locationOf(response), got).toBe(`/sign-in?return=${encodeURIComponent(url)}`);
            else if (caller !== 'signed in')
              if (url.startsWith('/account/confirm')) expect([200, 303], got).toContain(status);
              else if (route.config.beforeAcknowledgement === true) expect(status, got).toBe(200);
              else expect(locationOf(response), got).toBe('/account/backup-codes');
            else if (NOT_NEXT[url] !== undefined) expect(locationOf(response), got).toBe(NOT_NEXT[url]);
            else if (url === '/account/confirm/backup-code') expect([200, 303], got).toContain(status);
            else expect(status, got).toBe(url.includes(SOMEONES_CASE) || url.includes(NOBODYS) ? 404 : 200);
            break;
          default:
            throw new Error(`nothing is known of who may call it: ${got}`);
        }
        // A redirect never leaves this host, and a page never shows what is another's.
        expect(locationOf(response), got).toMatch(/^($|\/(?!\/))/);
        // The people of the demonstration are made up, and played by anybody.
        if (!url.startsWith('/demo/agency')) expect(response.body, got).not.toContain('Haddad');
      }
      // Looking changes nothing.
      expect(await state()).toEqual(before);
    });

    it('by POST needs the token of this very browser (ASVS 3.5.1, 7.6.2)', async () => {
      const { visit } = await make();
      const other = app.visit();
      await other.get('/sign-in');
      const before = await state();
      for (const route of posts) {
        const url = addressOf(route);
        for (const fields of [
          {},
          { _csrf: '' },
          { _csrf: 'x'.repeat(300) },
          { _csrf: other.token() },
          { _csrf: [visit.token(), visit.token()] },
        ]) {
          const cookies = new Map(visit.cookies);
          const { statusCode } = await visit.postRaw(url, { ...fields, saved: 'yes' });
          // Who is signed out is told so.
          const why = route.config.access === 'signed-in' && !isSignedIn(caller) ? 401 : 403;
          expect([url, fields, statusCode]).toEqual([url, fields, why]);
          visit.cookies.clear();
          for (const [name, value] of cookies) visit.cookies.set(name, value);
        }
      }
      expect(await state()).toEqual(before);
    });

    it('by POST with the right token is never a failure, and never lets in (ASVS 6.3.3, 8.2.1)', async () => {
      for (const route of posts) {
        const { visit } = await make();
        const url = addressOf(route);
        const response = await visit.post(url, { saved: 'no' });
        const got = `${url} → ${response.statusCode}`;
        expect(response.statusCode, got).toBeLessThan(500);
        if (route.config.access === 'signed-in' && !isSignedIn(caller)) {
          if (HAD_A_SESSION.has(caller) && url !== '/session/extend')
            expect(response.statusCode, got).toBe(303);
          else expect(response.statusCode, got).toBe(401);
        }
        const { access = 'anyone' } = route.config;
        if (access !== 'anyone' && access !== 'signed-in' && STAGES[access] !== caller)
          expect(response.statusCode, got).toBe(410);
        if (!isSignedIn(caller)) {
          const home = await visit.get('/home');
          expect(home.statusCode, got).toBe(303);
        }
        await undo();
      }
    });
  });

  /** Takes back what a POST asked for that would turn the next one away. */
  async function undo() {
    await app.database.updateTable('account').set({ alarmed_at: null, closes_at: null }).execute();
  }

  /** What a POST could have changed. */
  async function state() {
    const { database } = app;
    const count = async (
      table: 'session' | 'sign_up' | 'sign_in' | 'kept_form' | 'case_link' | 'security_event',
    ) =>
      (
        await database
          .selectFrom(table)
          .select((eb) => eb.fn.countAll().as('count'))
          .executeTakeFirstOrThrow()
      ).count;
    const ended = await database
      .selectFrom('session')
      .select('id')
      .where('ended_at', 'is not', null)
      .execute();
    const acknowledged = await database
      .selectFrom('backup_code_set')
      .select('account_id')
      .where('acknowledged_at', 'is not', null)
      .execute();
    const languages = await database.selectFrom('account').select(['id', 'language']).orderBy('id').execute();
    return {
      languages,
      ended: ended.length,
      acknowledged: acknowledged.length,
      ...Object.fromEntries(
        await Promise.all(
          (['session', 'sign_up', 'sign_in', 'kept_form', 'case_link', 'security_event'] as const).map(
            async (table) => [table, await count(table)] as const,
          ),
        ),
      ),
    };
  }
});

describe('a case', () => {
  it("of someone else is as absent as one that does not exist, and one's own is shown (ASVS 8.2.2)", async () => {
    const { visit } = await session();
    const theirs = await visit.get(`/cases/${SOMEONES_CASE}`);
    const nobodys = await visit.get('/cases/ARC9999999999');
    expect([theirs.statusCode, nobodys.statusCode]).toEqual([404, 404]);
    const plain = (body: string) => body.replaceAll(/value="[^"]{20,}"|csrf="[^"]+"|ARC\d{10}/g, '');
    expect(plain(theirs.body)).toBe(plain(nobodys.body));
    const amina = await signIn(app, {
      email: 'amina',
      password: 'copper-lantern-harbor-42',
      secret: 'IXTGJ3EOUKY6A3UHWD3QCF3JKCPHZOLH',
    });
    const own = await amina.visit.get(`/cases/${SOMEONES_CASE}`);
    expect(own.statusCode).toBe(200);
    expect(own.body).toContain('Haddad');
  });
});

describe('a document', () => {
  it("of someone else is as absent as one that does not exist, as a page, a file and a request, and one's own is there (ASVS 8.2.2)", async () => {
    const { id } = await app.database
      .selectFrom('document')
      .where('receipt', '=', SOMEONES_CASE)
      .select('id')
      .executeTakeFirstOrThrow();
    const { visit } = await session();
    const asked = () => app.database.selectFrom('paper_copy_request').selectAll().execute();
    const plain = (body: string) =>
      body.replaceAll(/value="[^"]{20,}"|csrf="[^"]+"|now="[^"]+"|ends-at="[^"]+"|path="[^"]+"/g, '');
    for (const rest of ['', '/file', '/file?inline']) {
      const [theirs, nobodys] = [
        await visit.get(`/documents/${id}${rest}`),
        await visit.get(`/documents/${NOBODYS}${rest}`),
      ];
      expect([theirs.statusCode, nobodys.statusCode]).toEqual([404, 404]);
      expect(plain(theirs.body)).toBe(plain(nobodys.body));
    }
    expect((await visit.post(`/documents/${id}`)).statusCode).toBe(404);
    expect(await asked()).toEqual([]);
    const amina = await signIn(app, {
      email: 'amina',
      password: 'copper-lantern-harbor-42',
      secret: 'IXTGJ3EOUKY6A3UHWD3QCF3JKCPHZOLH',
    });
    const own = await amina.visit.get(`/documents/${id}`);
    expect(own.statusCode).toBe(200);
    expect(own.body).toContain(SOMEONES_CASE);
  });
});

describe('a sign-up in progress', () => {
  it('is at one stage: every other page leads back to it (ASVS 2.3.1)', async () => {
    const visit = app.visit();
    const email = 'stages@example.org';
    const stages = ['code', 'password', 'about-you', 'check', 'authenticator'] as const;
    const move: Record<(typeof stages)[number], () => Promise<unknown>> = {
      code: async () => visit.post('/sign-up/code', { code: await emailedCode(app, email) }),
      password: () => visit.post('/sign-up/password', { password: PASSWORD }),
      'about-you': () =>
        visit.post('/sign-up/about-you', {
          fullName: 'Q',
          'born-day': '1',
          'born-month': '2',
          'born-year': '1990',
          birthCountry: 'PL',
        }),
      check: () => visit.post('/sign-up/check'),
      authenticator: async () => undefined,
    };
    await visit.post('/sign-up', { email }, '/sign-up');
    for (const stage of stages) {
      for (const other of stages) {
        const page = await visit.get(`/sign-up/${other}`);
        // Whoever checks their answers may still change them.
        const isOpen = other === stage || (stage === 'check' && other === 'about-you');
        if (isOpen) expect(page.statusCode).toBe(200);
        else expect(page.headers.location).toBe(`/sign-up/${stage}`);
        if (other !== stage && other !== 'authenticator') await move[other]();
      }
      expect((await visit.get('/sign-up')).headers.location).toBe(`/sign-up/${stage}`);
      await visit.get(`/sign-up/${stage}`);
      await move[stage]();
    }
  });
});
