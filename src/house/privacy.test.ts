import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/app.ts';
import { testIdentity } from '../testing/identity.ts';
import { emailedCode, signIn, signUp, signUpAsFarAsSecondStep, textedCode } from '../testing/people.ts';

const app = await testApp();
const { database, clock } = app;

/** Every value of every column of every table, as text. */
async function everything(): Promise<Array<{ where: string; value: string }>> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(
    database,
  );
  const all: Array<{ where: string; value: string }> = [];
  for (const { schema, name } of tables) {
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from ${sql.table(`${schema}.${name}`)}`.execute(database);
    for (const row of rows)
      for (const [column, value] of Object.entries(row)) {
        const where = `${schema}.${name}.${column}`;
        if (Buffer.isBuffer(value)) all.push({ where, value: value.toString() });
        else if (value !== null)
          all.push({ where, value: typeof value === 'string' ? value : JSON.stringify(value) });
      }
  }
  return all;
}

/** The ways in which a text could stand somewhere: as it is, in other cases, as hex of a bytea, in Base64. */
function looks(text: string): string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((skip) =>
    Buffer.concat([Buffer.alloc(skip), bytes])
      .toString('base64')
      .slice(skip + 1, -4),
  );
  return [text, text.toLowerCase(), text.normalize('NFD'), hex, ...base64.filter((part) => part.length >= 6)];
}

describe('nothing personal is stored in clear', () => {
  it('after signing up, signing in, a failure, a kept form and a sign-up left halfway (ASVS 14.2.4)', async () => {
    const person = await signUp(app, {
      email: 'marguerite@example.org',
      fullName: 'Marguerite Oyelaran-Ñahui',
    });
    const { visit } = await signIn(app, person);
    await app
      .visit()
      .post(
        '/sign-in',
        { identifier: 'someone.unknown@example.org', password: 'guessed-at-7319' },
        '/sign-in',
      );
    for (const email of ['second.place@example.org', 'third.place@example.org']) {
      await visit.post('/account/emails/add', { email }, '/account/emails/add');
      if (email.startsWith('second'))
        await visit.post(
          '/account/emails/code',
          { code: await emailedCode(app, email) },
          '/account/emails/code',
        );
    }
    const second = /href="(\/account\/emails\/[\w-]+\/primary)"/.exec(
      (await visit.get('/account/emails')).body,
    );
    await visit.post(second?.[1] ?? '', {}, second?.[1]);
    await visit.post('/account/phones/add', { number: '(202) 555-0142' }, '/account/phones/add');
    await visit.post(
      '/account/phones/code',
      { code: await textedCode(app, '+12025550142') },
      '/account/phones/code',
    );
    await visit.get('/cases/add');
    clock.advance(31 * 60);
    const late = await visit.post('/cases/add', { receipt: 'ARC1234567890', accessCode: 'W4HV-X5PJ-92NA' });
    expect(late.headers.location).toContain('ended=timed-out');
    const halfway = app.visit();
    await signUpAsFarAsSecondStep(app, { email: 'halfway.there@example.org', visit: halfway });
    await halfway.post('/sign-up/authenticator/text-message/send', { number: '2025550177' });
    // The demonstration's mailbox is the one place that is meant to show mail, so it is not looked at.
    const found = (await everything()).filter(({ where }) => !where.startsWith('public.demo_mailbox.'));
    expect(found.length).toBeGreaterThan(100);
    expect(new Set(found.map(({ where }) => where)).size).toBeGreaterThan(50);
    const secrets = {
      name: 'Marguerite',
      family: 'Oyelaran',
      email: 'marguerite@example.org',
      'second email': 'second.place@example.org',
      'email that waits for its code': 'third.place@example.org',
      'email of an unfinished sign-up': 'halfway.there@example.org',
      'telephone number of an unfinished sign-up': '2025550177',
      'identifier of a failure': 'someone.unknown@example.org',
      'password of a failure': 'guessed-at-7319',
      born: '1988-02-29',
      password: person.password,
      'key of the app': person.secret,
      'backup code': person.backupCodes[0] ?? '',
      'telephone number': '2025550142',
      'kept receipt': 'ARC1234567890',
      'kept access code': 'W4HV-X5PJ-92NA',
      session: visit.cookies.get('__Host-portico-session') ?? '',
      'sign-up token': halfway.cookies.get('__Host-portico-sign-up') ?? '',
    };
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length).toBeGreaterThan(5);
      for (const look of looks(secret))
        expect([name, found.find(({ value }) => value.includes(look))?.where]).toEqual([name, undefined]);
    }
  });

  it('and the search finds what does stand somewhere in clear', async () => {
    await database
      .insertInto('demo_mailbox')
      .values({
        id: '018f0000-0000-7000-8000-000000000000',
        recipient: 'find.me@example.org',
        channel: 'email',
        subject: 's',
        text: 't',
        html: 'h',
        sent_at: clock.now(),
      })
      .execute();
    await database
      .insertInto('outbox')
      .values({
        id: '018f0000-0000-7000-8000-000000000001',
        channel: 'email',
        data_key: Buffer.from('x'),
        message_sealed: Buffer.from('find.me@example.org'),
        created_at: clock.now(),
      })
      .execute();
    const found = await everything();
    const where = looks('find.me@example.org').flatMap((look) =>
      found.filter(({ value }) => value.includes(look)).map((each) => each.where),
    );
    expect([...new Set(where)].sort()).toEqual([
      'public.demo_mailbox.recipient',
      'public.outbox.message_sealed',
    ]);
    await database.deleteFrom('outbox').execute();
  });

  it('nor in an address: no page of a signed-in person puts a name or an email into a link (ASVS 14.2.1)', async () => {
    const { visit } = await signUp(app, { email: 'in.a.link@example.org' });
    for (const url of ['/home', '/cases', '/cases/add', '/help']) {
      const { body } = await visit.get(url);
      for (const [, link = ''] of body.matchAll(/(?:href|src|action)="([^"]*)"/g))
        expect(decodeURIComponent(link)).not.toMatch(/in\.a\.link|Quill|Zdzis/);
    }
  });
});

const OTHERS = { name: 'Quill', username: 'zdzislawa' };

describe('kept forms', () => {
  it('come back after the time-out to the same person, and to nobody else in the same browser', async () => {
    const [mine, theirs] = [await signUp(app), await signUp(app)];
    const { visit } = await signIn(app, mine);
    await visit.get('/cases/add');
    clock.advance(31 * 60);
    const late = await visit.post('/cases/add', {
      receipt: 'ARC7777777777',
      accessCode: 'AAAA-BBBB-CCCC',
      password: 'x',
    });
    const back = String(late.headers.location);
    expect(back).toBe('/sign-in?return=%2Fcases%2Fadd&ended=timed-out');
    const other = await signIn(app, theirs, visit, back);
    expect((await visit.follow(other.answer)).body).not.toContain('ARC7777777777');
    await visit.post('/sign-out', {}, '/help');
    const again = await signIn(app, mine, visit, back);
    expect(again.answer.headers.location).toBe('/cases/add');
    expect((await visit.follow(again.answer)).body).toContain('value="ARC7777777777"');
  });

  it('are kept by the page itself when its time is up, and the session is over', async () => {
    const mine = await signUp(app);
    const { visit } = await signIn(app, mine);
    await visit.get('/cases/add');
    const kept = new URLSearchParams({ receipt: 'ARC8888888888', password: 'no', _csrf: 'no' }).toString();
    const answer = await visit.post('/session/time-out', { path: '/cases/add', kept });
    expect(answer.headers.location).toBe('/sign-in?return=%2Fcases%2Fadd&ended=timed-out');
    expect((await visit.get('/home')).headers.location).toBe('/sign-in?return=%2Fhome&ended=timed-out');
    // And of other pages of the browser, a moment later.
    for (const [field, typed] of Object.entries(OTHERS)) {
      const path = `/account/${field}`;
      const other = await visit.post('/session/time-out', { path, kept: `${field}=${typed}` });
      const back = new URLSearchParams({ return: path, ended: 'timed-out' });
      expect(other.headers.location).toBe(`/sign-in?${back}`);
    }
    expect((await visit.get(String(answer.headers.location))).body).toContain(
      'signed out because you were away',
    );
    await signIn(app, mine, visit);
    expect((await visit.get('/cases/add')).body).toContain('value="ARC8888888888"');
    for (const [field, typed] of Object.entries(OTHERS))
      expect((await visit.get(`/account/${field}`)).body).toContain(`value="${typed}"`);
  });

  it.each([
    ['https://evil.example/', '/home'],
    ['//evil.example', '/home'],
    ['', '/home'],
  ])('lead back to a page of this site only: %s', async (path, expected) => {
    const { visit } = await signUp(app);
    await visit.get('/home');
    const answer = await visit.post('/session/time-out', { path, kept: 'a=b' });
    expect(answer.headers.location).toBe(`/sign-in?return=${encodeURIComponent(expected)}&ended=timed-out`);
  });

  it('never hold a password, a code, an answer or a token', async () => {
    const secrets = {
      _csrf: 'abc',
      password: 'kettle',
      currentPassword: 'orbit',
      code: '123456',
      backupCode: 'ABCD',
      passkey: '{}',
      answer1: 'willow',
      answer2: 'plover',
      answer3: 'heron',
    };
    const plain = {
      receipt: 'ARC2690001986',
      name: 'Quill',
      username: 'ngoc',
      email: 'second@example.org',
      number: '+12025550143',
      question1: 'pet',
      saved: 'yes',
      remember: 'yes',
      language: 'es',
      elsewhere: 'stay',
      'own-1': 'on',
      fullName: 'Quill',
      'born-day': '2',
      'born-month': '9',
      'born-year': '1988',
      birthCountry: 'PL',
      topic: 'other',
      case: 'none',
      text: 'A message',
      zone: 'Europe/Madrid',
      slot: '0',
      reason: 'ill',
      interpreter: 'es',
      'home-country': 'MX',
      quiet: 'none',
    };
    const forms = app.routes.filter(
      ({ config }) => config.form !== undefined && config.access === 'signed-in',
    );
    expect(forms.length).toBeGreaterThan(5);
    const { sessions } = await testIdentity(app);
    const mine = await signUp(app);
    const { visit } = await signIn(app, mine);
    await visit.get('/cases/add');
    const found = await sessions.find(visit.cookies.get('__Host-portico-session') ?? '');
    if (found.is !== 'live') throw new Error('no session');
    const keptOf = async (path: string) =>
      (await sessions.kept(found.session, { path, browser: '' }))?.typed ?? null;
    clock.advance(31 * 60);
    const typed = { ...secrets, ...plain, note: 'of no form' };
    // Each by itself, since only the newest are kept.
    const ofRoutes: (Record<string, string> | null)[] = [];
    for (const { url } of forms) {
      await visit.postRaw(url, { ...typed, _csrf: visit.token() });
      ofRoutes.push(await keptOf(url));
    }
    await visit.post('/session/time-out', { path: '/none', kept: new URLSearchParams(secrets).toString() });
    await visit.post('/session/time-out', { path: '/all', kept: new URLSearchParams(typed).toString() });
    expect(forms.filter((_, at) => ofRoutes[at] === null).map(({ url }) => url)).toEqual([]);
    expect(Object.assign({}, ...ofRoutes)).toEqual(plain);
    expect(await keptOf('/none')).toBeNull();
    expect(await keptOf('/all')).toEqual(plain);
  });

  it('do nothing for a stranger', async () => {
    const before = await database.selectFrom('kept_form').selectAll().execute();
    const visit = app.visit();
    await visit.get('/sign-in');
    const answer = await visit.post('/session/time-out', { path: '/cases/add', kept: 'receipt=ARC1' });
    expect(answer.statusCode).toBe(303);
    expect(await database.selectFrom('kept_form').selectAll().execute()).toEqual(before);
  });
});
