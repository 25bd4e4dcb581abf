import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { connect, type Database, takeTransactionLock } from '../platform/database/index.ts';
import { type Answer, testApp, type Visit } from '../testing/app.ts';
import { appCode, signIn, signUp } from '../testing/people.ts';

const app = await testApp({ people: true });
const SITE = app.config.publicUrl.origin;
/** What a browser says of a form that a page of this site sends. */
const FROM_HERE = { origin: SITE, 'sec-fetch-site': 'same-origin' };
const ELSEWHERE = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'https://other.localhost', 'sec-fetch-site': 'same-site' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'none' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  {},
];
const RECEIPT = 'ARC2690001986';
const CLAIM = { receipt: RECEIPT, accessCode: 'W4HV-X5PJ-92NA' };

/** A page as it lies open in a tab, with what its forms send unseen. */
type Tab = { readonly hidden: Readonly<Record<string, string>> };

async function open(visit: Visit, url: string): Promise<Tab> {
  return tabOf(await visit.get(url));
}

function tabOf({ body }: Answer): Tab {
  const main = body.slice(body.indexOf('<main'));
  const hidden = [...main.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as const,
  );
  return { hidden: Object.fromEntries(hidden) };
}

const send = (visit: Visit, { hidden }: Tab, url: string, typed: Readonly<Record<string, string>>) =>
  visit.postRaw(url, { ...hidden, ...typed }, FROM_HERE);

describe('signing out', () => {
  it('ends signed out, however old the page is whose button is pressed', async () => {
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    const before = await open(visit, '/cases/add');
    await signIn(app, person, visit);
    for (const tab of [before, { hidden: {} }]) {
      const answer = await send(visit, tab, '/sign-out', {});
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-out']);
      expect((await visit.get('/home')).statusCode).toBe(303);
    }
  });

  it.each(ELSEWHERE)('is done for no other site: %j', async (headers) => {
    const { visit } = await signUp(app);
    expect((await visit.postRaw('/sign-out', {}, headers)).statusCode).toBe(403);
    expect((await visit.get('/home')).statusCode).toBe(200);
  });
});

describe('a form whose page is older than a sign-in', () => {
  it('comes back filled in, and is taken when it is sent again', async () => {
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    const tab = await open(visit, '/cases/add');
    await visit.post('/sign-out', {}, '/home');
    await signIn(app, person, visit);
    const refused = await send(visit, tab, '/cases/add', CLAIM);
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain('Nothing was sent yet');
    for (const text of Object.values(CLAIM)) expect(refused.body).toContain(`value="${text}"`);
    const again = await send(visit, tabOf(refused), '/cases/add', CLAIM);
    expect(again.statusCode).toBe(422);
  });

  it('is shown to no other site, in no part (ASVS 3.5.1)', async () => {
    const { visit } = await signUp(app);
    for (const headers of ELSEWHERE) {
      const { statusCode, body } = await visit.postRaw('/cases/add', { ...CLAIM, _csrf: 'x' }, headers);
      expect(statusCode).toBe(403);
      expect(body).toContain('This page was out of date');
      expect(body).not.toContain(RECEIPT);
    }
  });
});

describe('what is sent after the session is over', () => {
  it.each([
    ['signed out in another tab', async (visit: Visit) => void (await visit.post('/sign-out', {}, '/home'))],
    [
      'the cookie of the session lost',
      async (visit: Visit) => void visit.cookies.delete('__Host-portico-session'),
    ],
    ['every cookie lost', async (visit: Visit) => visit.cookies.clear()],
  ])('is kept through the next sign-in of the same account in the same browser: %s', async (_, end) => {
    const [mine, theirs] = [await signUp(app), await signUp(app)];
    const { visit } = await signIn(app, mine);
    const tab = await open(visit, '/cases/add');
    await end(visit);
    const sent = await send(visit, tab, '/cases/add', CLAIM);
    const back = '/sign-in?return=%2Fcases%2Fadd&ended=kept';
    expect([sent.statusCode, sent.headers.location]).toEqual([303, back]);
    expect((await visit.get(back)).body).toContain('You were signed out before this was sent');
    const { visit: elsewhere } = await signIn(app, mine);
    expect((await elsewhere.get('/cases/add')).body).not.toContain(RECEIPT);
    const other = await signIn(app, theirs, visit, back);
    expect((await visit.follow(other.answer)).body).not.toContain(RECEIPT);
    await visit.post('/sign-out', {}, '/home');
    const { answer } = await signIn(app, mine, visit, back);
    const page = await visit.follow(answer);
    expect(page.body).toContain('We kept what you typed');
    for (const text of Object.values(CLAIM)) expect(page.body).toContain(`value="${text}"`);
  });

  it('is kept for nobody else whose session in this browser is over too, nor shown to whoever is signed in now', async () => {
    const [mine, theirs] = [await signUp(app), await signUp(app)];
    const { visit } = await signIn(app, mine);
    const tab = await open(visit, '/cases/add');
    await visit.post('/sign-out', {}, '/home');
    await signIn(app, theirs, visit);
    // They sign in, and press a button of the page that was left open.
    for (const more of [{}, { _language: 'es' }]) {
      const shown = await send(visit, tab, '/cases/add', { ...CLAIM, ...more });
      for (const text of Object.values(CLAIM)) expect(shown.body).not.toContain(text);
    }
    // Their own session times out, and its button is pressed, or its script sends it.
    app.clock.advance(31 * 60);
    await send(visit, tab, '/cases/add', CLAIM);
    const kept = new URLSearchParams(CLAIM).toString();
    await visit.postRaw('/session/time-out', { ...tab.hidden, path: '/cases/add', kept }, FROM_HERE);
    for (const at of [visit, undefined]) {
      const { visit: found } = await signIn(app, theirs, at);
      expect((await found.get('/cases/add')).body).not.toContain(RECEIPT);
    }
    await visit.post('/sign-out', {}, '/home');
    await signIn(app, mine, visit);
    expect((await visit.get('/cases/add')).body).toContain(`value="${RECEIPT}"`);
  });

  it('is kept too where the session was ended from another browser, which is not shown it', async () => {
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    const tab = await open(visit, '/cases/add');
    await person.visit.post('/account/security/sessions/end-others', {}, '/account/security/sessions');
    const sent = await send(visit, tab, '/cases/add', CLAIM);
    expect(sent.headers.location).toBe('/sign-in?return=%2Fcases%2Fadd&ended=elsewhere');
    expect((await person.visit.get('/cases/add')).body).not.toContain(RECEIPT);
    const { answer } = await signIn(app, person, visit, String(sent.headers.location));
    expect((await visit.follow(answer)).body).toContain(`value="${RECEIPT}"`);
  });

  it('is kept for nobody by a mark that was made up, nor by another site', async () => {
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    const tab = await open(visit, '/cases/add');
    await visit.post('/sign-out', {}, '/home');
    const owner = tab.hidden['_owner'] ?? '';
    expect(owner).toMatch(/^[0-9a-f-]{36}\.[\w-]{40,}$/);
    const forged = { hidden: { _owner: `${owner.slice(0, 36)}.${'A'.repeat(43)}` } };
    expect((await send(visit, forged, '/cases/add', CLAIM)).headers.location).toContain('ended=out');
    for (const headers of ELSEWHERE)
      expect((await visit.postRaw('/cases/add', { ...tab.hidden, ...CLAIM }, headers)).statusCode).toBe(401);
    const { answer } = await signIn(app, person, visit, '/sign-in?return=/cases/add');
    expect((await visit.follow(answer)).body).not.toContain(RECEIPT);
  });
});

describe('another language', () => {
  it.each(['before anything is sent', 'after a fault'])('keeps what was typed: %s', async (when) => {
    const { visit } = await signUp(app);
    const tab = await open(visit, '/cases/add');
    const typed = { receipt: RECEIPT, accessCode: '' };
    const from = when === 'after a fault' ? tabOf(await send(visit, tab, '/cases/add', typed)) : tab;
    const spanish = await send(visit, from, '/cases/add', { ...typed, _language: 'es' });
    expect(spanish.statusCode).toBe(200);
    expect(spanish.body).toContain('<html lang="es"');
    expect(spanish.body).toContain(`value="${RECEIPT}"`);
    expect((await visit.get('/home')).body).toContain('<html lang="es"');
  });

  it('keeps where a sign-in leads, forgets the password, and counts as no try', async () => {
    const visit = app.visit();
    const tab = await open(visit, '/sign-in?return=%2Fcases%2Fadd');
    const typed = { identifier: 'ngoc@example.org', password: 'a password that nobody has' };
    const failed = await send(visit, tab, '/sign-in', typed);
    expect(failed.statusCode).toBe(422);
    const spanish = await send(visit, tabOf(failed), '/sign-in', { ...typed, _language: 'es' });
    expect(spanish.body).toContain('value="ngoc@example.org"');
    expect(spanish.body).not.toContain(typed.password);
    expect(tabOf(spanish).hidden['return']).toBe('/cases/add');
    expect(tabOf(spanish).hidden['_page']).toBe('/sign-in?return=%2Fcases%2Fadd');
  });

  it('fills in nothing for another site (ASVS 3.5.1)', async () => {
    const { visit } = await signUp(app);
    for (const headers of ELSEWHERE) {
      const answer = await visit.postRaw('/cases/add', { ...CLAIM, _language: 'es' }, headers);
      expect(answer.statusCode).toBe(403);
      expect(answer.body).not.toContain(RECEIPT);
      expect(answer.body).toContain('<html lang="en"');
    }
  });
});

describe('two tabs on the page to sign in', () => {
  it('say in the second who is signed in by now, and lose neither the name typed nor where it leads', async () => {
    const person = await signUp(app);
    const visit = app.visit();
    const tab = await open(visit, '/sign-in?return=%2Fcases%2Fadd');
    await signIn(app, person, visit);
    const typed = { identifier: person.email, password: person.password };
    const second = await send(visit, tab, '/sign-in', typed);
    expect(second.statusCode).toBe(403);
    expect(second.body.match(/portico-alert__title[^<]*<?/g), 'one message').toHaveLength(1);
    expect(second.body).toContain(`you are signed in as ${person.fullName}`);
    expect(second.body).toContain(`value="${person.email}"`);
    expect(second.body).not.toContain(person.password);
    expect(second.body).toContain('href="/cases/add"');
    const again = await send(visit, tabOf(second), '/sign-in', typed);
    expect(again.statusCode).toBe(303);
  });

  it('can both be opened by a browser that was never here, whichever sends first', async () => {
    const visit = app.visit();
    const tab = await open(visit, '/sign-in');
    visit.cookies.clear();
    await open(visit, '/sign-in');
    const refused = await send(visit, tab, '/sign-in', { identifier: 'ngoc', password: 'x' });
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain('value="ngoc"');
  });
});

describe('too many requests', () => {
  it('leave the form filled in, and say for how long to wait', async () => {
    const { visit } = await signUp(app);
    const tab = await open(visit, '/cases/add');
    let answer = await send(visit, tab, '/cases/add', CLAIM);
    for (let tries = 0; tries < 200 && !answer.body.includes('What you typed is still here'); tries += 1)
      answer = await send(visit, tab, '/cases/add', { ...CLAIM, accessCode: `W4HV${tries + 10_000_000}` });
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    const last = await send(visit, tab, '/cases/add', CLAIM);
    expect(last.body).toContain(`value="${RECEIPT}"`);
    const fields = { ...tab.hidden, receipt: RECEIPT, accessCode: 'W4HV-X5PJ-92NB' };
    const elsewhere = await visit.postRaw('/cases/add', fields, { 'sec-fetch-site': 'cross-site' });
    expect([elsewhere.statusCode, elsewhere.body.includes(RECEIPT)]).toEqual([429, false]);
  });
});

describe('a second step that was left open too long', () => {
  it('says so, and signing in again leads to the page that was asked for first', async () => {
    const person = await signUp(app);
    const visit = app.visit();
    const first = await open(visit, '/sign-in?return=%2Fcases%2Fadd');
    const typed = { identifier: person.email, password: person.password };
    const asked = await send(visit, first, '/sign-in', typed);
    expect(asked.headers.location).toBe('/sign-in/code');
    const tab = await open(visit, '/sign-in/code');
    app.clock.advance(3600);
    const late = await send(visit, tab, '/sign-in/code', { code: '123456' });
    expect(late.statusCode).toBe(410);
    expect(late.body).toContain('That took too long');
    expect(late.body).not.toContain('link has been used');
    expect(tabOf(late).hidden['return']).toBe('/cases/add');
    const spanish = await send(visit, tabOf(late), '/sign-in', { ...typed, _language: 'es' });
    expect(tabOf(spanish).hidden['return']).toBe('/cases/add');
    expect((await send(visit, tabOf(spanish), '/sign-in', typed)).headers.location).toBe('/sign-in/code');
  });

  it.each([
    ['/sign-up/code', 'The account that you began to create here is not open'],
    ['/recover/code', 'That took too long or was stopped'],
  ])('speaks of no link where there was none: %s', async (url, text) => {
    const visit = app.visit();
    await visit.get('/help');
    const tab = await open(visit, '/sign-in');
    const late = await send(visit, tab, url, { code: '123456' });
    expect(late.statusCode).toBe(410);
    expect(late.body).toContain(text);
  });
});

describe('a form that is sent twice', () => {
  const failures = async () => {
    const rows = await app.database.selectFrom('throttle').select('failures').execute();
    return rows.reduce((sum, row) => sum + row.failures, 0);
  };

  it('leads both times where the first led, in this browser, and spends its code once (ASVS 6.5.1)', async () => {
    const person = await signUp(app);
    app.clock.advance(60);
    const visit = app.visit();
    const first = await open(visit, '/sign-in?return=%2Fcases%2Fadd');
    const typed = { identifier: person.email, password: person.password };
    const signIns = async () => (await app.database.selectFrom('sign_in').select('id').execute()).length;
    const begun = await signIns();
    const both = await Promise.all([1, 2].map(() => send(visit, first, '/sign-in', typed)));
    expect(both.map(({ headers }) => headers.location)).toEqual(['/sign-in/code', '/sign-in/code']);
    expect((await signIns()) - begun).toBe(1);
    const tab = await open(visit, '/sign-in/code');
    const code = { code: appCode(app, person.secret) };
    const fields = { ...tab.hidden, ...code };
    const before = new Map(visit.cookies);
    const done = await Promise.all([1, 2].map(() => visit.postRaw('/sign-in/code', fields, FROM_HERE)));
    expect(done.map(({ headers }) => headers.location)).toEqual(['/cases/add', '/cases/add']);
    const [session, twin] = done.map(
      ({ cookies }) => cookies.find(({ name }) => name.endsWith('session'))?.value,
    );
    expect(session).toMatch(/^[\w-]{43}$/);
    expect(twin).toBe(session);
    // Sent again later, with or without the cookies of the first answer.
    const late = await visit.postRaw('/sign-in/code', fields, FROM_HERE);
    expect(late.headers.location).toBe('/cases/add');
    const lost = app.visit();
    for (const [name, value] of before) lost.cookies.set(name, value);
    expect((await lost.postRaw('/sign-in/code', fields, FROM_HERE)).headers.location).toBe('/cases/add');
    expect((await lost.get('/home')).statusCode).toBe(200);
    // Not in another browser, nor with another answer, nor after some minutes.
    const other = app.visit();
    await other.get('/sign-in');
    expect((await other.postRaw('/sign-in/code', fields, FROM_HERE)).headers.location).not.toBe('/cases/add');
    const wrong = await lost.postRaw('/sign-in/code', { ...fields, code: '000000' }, FROM_HERE);
    expect(wrong.headers.location).not.toBe('/cases/add');
    app.clock.advance(181);
    expect((await lost.postRaw('/sign-in/code', fields, FROM_HERE)).headers.location).not.toBe('/cases/add');
  });

  it('counts as one try where it is wrong', async () => {
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    const tab = await open(visit, '/cases/add');
    const before = await failures();
    const both = await Promise.all([1, 2, 3].map(() => send(visit, tab, '/cases/add', CLAIM)));
    for (const { statusCode, body } of both) {
      expect(statusCode).toBe(422);
      expect(body).toBe(both[0]?.body);
    }
    expect((await failures()) - before).toBe(1);
  });

  it('keeps nothing that opens without the form itself', async () => {
    const rows = await app.database.selectFrom('answered_form').selectAll().execute();
    expect(rows.length).toBeGreaterThan(0);
    for (const { answer } of rows)
      expect(answer?.toString('latin1') ?? '').not.toMatch(/portico|location|ARC2690001986/);
  });
});

describe('a database that cannot do it now', () => {
  /** Holds a lock that who acts waits for, and has each wait given up. */
  const whileStuck = async (take: (holding: Database) => Promise<unknown>, act: () => Promise<Answer>) => {
    const holder = connect(app.url, 2);
    const answer = await holder.database.transaction().execute(async (transaction) => {
      await take(transaction);
      let isAnswered = false;
      const answering = act().finally(() => {
        isAnswered = true;
      });
      while (!isAnswered)
        await sql`select pg_cancel_backend(pid), pg_sleep(0.01) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(holder.database);
      return answering;
    });
    await holder.close();
    return answer;
  };
  const sessionsHeld = (holding: Database) =>
    sql`lock table session in access exclusive mode`.execute(holding);

  it('has the page of the form come back filled, where that can be drawn', async () => {
    const person = await signUp(app);
    const visit = app.visit();
    const tab = await open(visit, '/sign-in');
    const answer = await whileStuck(
      (holding) => takeTransactionLock(holding, 'chain'),
      () => send(visit, tab, '/sign-in', { identifier: person.email, password: 'wrong-7319' }),
    );
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.body).toContain(`value="${person.email}"`);
    expect(answer.body).toContain('Passwords and codes are never kept');
  });

  it('has what was typed sent again from a page that asks no database, where it cannot, but for secrets', async () => {
    const { visit } = await signUp(app);
    const tab = await open(visit, '/cases/add');
    const answer = await whileStuck(sessionsHeld, () => send(visit, tab, '/cases/add', CLAIM));
    expect(answer.statusCode).toBe(503);
    const again = tabOf(answer);
    expect(again.hidden).toMatchObject({ ...CLAIM, _page: '/cases/add', _owner: tab.hidden['_owner'] });
    expect(answer.body).toContain('What you typed is still here.');
    expect((await send(visit, again, '/cases/add', {})).statusCode).toBe(422);
    const fields = { ...tab.hidden, ...CLAIM };
    const elsewhere = await whileStuck(sessionsHeld, () =>
      visit.postRaw('/cases/add', fields, { 'sec-fetch-site': 'cross-site' }),
    );
    expect([elsewhere.statusCode, elsewhere.body.includes(RECEIPT)]).toEqual([503, false]);
  });
});
