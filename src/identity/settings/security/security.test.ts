import { describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { appCode, type Newcomer, PASSWORD, signIn, signUp } from '../../../testing/people.ts';
import { asAccountId } from '../../core/accounts/index.ts';
import { linkFor, readAddresses } from '../../core/addresses/index.ts';
import { readPolicy } from '../../index.ts';

const app = await testApp();
const { database, clock } = app;
const NEW = 'thimble-gravel-71-oyster';
const TEN_MINUTES = 600;
const PHONE = { 'user-agent': 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0' };

const idsOf = (body: string) => [...body.matchAll(/name="id" value="([^"]+)"/g)].map(([, id = '']) => id);
const accountOf = async () =>
  asAccountId.parse(
    (
      await database
        .selectFrom('account')
        .select('id')
        .orderBy('created_at', 'desc')
        .executeTakeFirstOrThrow()
    ).id,
  );

const CODES = '/account/security/backup-codes';
const NEW_CODES = `${CODES}/new`;
const HALF_HOUR = 1800;
const codesIn = (body: string) => [...new Set(body.match(/(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}/g) ?? [])];
const setOf = (body: string) => /name="set" value="([^"]+)"/.exec(body)?.[1] ?? '';

/** Signs in with a backup code, in another browser. @returns the status of the answer */
async function tryCode({ email }: Newcomer, backupCode = ''): Promise<number> {
  const other = app.visit();
  await other.post('/sign-in', { identifier: email, password: PASSWORD }, '/sign-in');
  return (await other.post('/sign-in/backup-code', { backupCode }, '/sign-in/backup-code')).statusCode;
}

/** Signs in once more, in another browser. */
const elsewhere = async (person: Newcomer) => (await signIn(app, person)).visit;
/** What a page offers once something was changed by which one signs in. */
const SIGN_OUT_ELSEWHERE = '<a href="/account/security/sessions">';

describe('the security page', () => {
  it('says what keeps the account safe', async () => {
    const { visit } = await signUp(app);
    const { body } = await visit.get('/account/security');
    for (const text of ['November 22, 2026', '1 app', '10 codes are left', 'In 1 place', '1 device'])
      expect(body).toContain(text);
  });

  it('asks for a fresh second step before a change, and goes on where the person was (ASVS 7.5.1)', async () => {
    const person = await signUp(app);
    const { visit } = person;
    clock.advance(TEN_MINUTES);
    for (const page of ['/account/security/password', '/account/security/apps/add']) {
      const asked = await visit.get(page);
      expect(asked.headers.location).toBe(`/account/confirm?return=${encodeURIComponent(page)}`);
    }
    for (const [url, back] of [
      ['/account/security/password', '/account/security/password'],
      ['/account/security/backup-codes', '/account/security/backup-codes'],
      ['/account/security/sessions/end', '/account/security/sessions'],
      ['/account/security/sessions/end-others', '/account/security/sessions'],
      ['/account/security/devices/forget', '/account/security/devices'],
      ['/account/security/devices/forget-all', '/account/security/devices'],
    ] as const) {
      const asked = await visit.post(url, {}, '/account/security');
      const both = url.endsWith('/backup-codes') ? '&ask=both' : '';
      expect(asked.headers.location).toBe(`/account/confirm?return=${encodeURIComponent(back)}${both}`);
    }
    const asked = await visit.follow(await visit.get('/account/security/password'));
    expect(asked.body).toContain('One-time code');
    const confirmed = await visit.post('/account/confirm/code?return=%2Faccount%2Fsecurity%2Fpassword', {
      code: appCode(app, person.secret),
    });
    expect(confirmed.headers.location).toBe('/account/security/password');
    expect((await visit.follow(confirmed)).body).toContain('Current password');
  });

  it('changes the password: told in words what is wrong, and nothing typed is shown again (ASVS 6.2.2, 6.2.3)', async () => {
    const person = await signUp(app);
    const { visit } = person;
    const page = '/account/security/password';
    const wrong = await visit.post(page, { currentPassword: 'not it', password: NEW }, page);
    expect([wrong.statusCode, wrong.body.includes('This is not your current password')]).toEqual([422, true]);
    const weak = await visit.post(page, { currentPassword: PASSWORD, password: 'kettle' }, page);
    expect([weak.statusCode, weak.body.includes('at least 12 characters')]).toEqual([422, true]);
    const none = await visit.post(page, {}, page);
    expect(none.body).toContain('Enter your current password');
    for (const { body } of [wrong, weak]) expect(body).not.toMatch(/not it|kettle|thimble/);
    const meter = await visit.post(`${page}/check`, { password: 'kettle' });
    expect(JSON.parse(meter.body)).toMatchObject({
      score: 0,
      text: expect.stringContaining('12 characters'),
    });
    const done = await visit.post(page, { currentPassword: PASSWORD, password: NEW, elsewhere: 'end' }, page);
    expect(done.headers.location).toBe('/account/security?done=password');
    expect((await visit.follow(done)).body).toContain('Your password is changed');
    const { answer } = await signIn(app, { ...person, password: NEW });
    expect(answer.headers.location).toBe('/home');
  });
});

describe('sessions and devices', () => {
  it('are listed with this one marked; one or all others are signed out (ASVS 7.5.2)', async () => {
    const person = await signUp(app);
    const here = person.visit;
    const [one, two] = [await elsewhere(person), await elsewhere(person)];
    const { body } = await here.get('/account/security/sessions');
    expect(body.match(/You are here/g)).toHaveLength(1);
    const ids = idsOf(body);
    expect(ids).toHaveLength(2);
    await here.post('/account/security/sessions/end', { id: ids[0] ?? '' });
    const alive = async () =>
      [await one.get('/home'), await two.get('/home')].filter(({ statusCode }) => statusCode === 200).length;
    expect(await alive()).toBe(1);
    await here.post('/account/security/sessions/end-others', {}, '/account/security/sessions');
    expect(await alive()).toBe(0);
    expect((await here.get('/account/security/sessions')).body).toContain('You are signed in nowhere else');
  });

  it("of another person answer as if they were not there, and stay (ids of others' sessions and devices)", async () => {
    const [mine, theirs] = [await signUp(app), await signUp(app)];
    await elsewhere(theirs);
    const sessions = idsOf((await theirs.visit.get('/account/security/sessions')).body);
    const devices = idsOf((await theirs.visit.get('/account/security/devices')).body);
    const { visit } = await signIn(app, mine);
    for (const [kind, ids] of [
      ['sessions/end', sessions],
      ['devices/forget', devices],
    ] as const)
      for (const id of [...ids, '018f0000-0000-7000-8000-00000000dead', 'x', '']) {
        const { statusCode } = await visit.post(
          `/account/security/${kind}`,
          { id },
          '/account/security/devices',
        );
        expect(statusCode).toBe(303);
      }
    expect(idsOf((await theirs.visit.get('/account/security/sessions')).body)).toEqual(sessions);
    expect(idsOf((await theirs.visit.get('/account/security/devices')).body)).toEqual(devices);
  });

  it('a device that is forgotten is signed out, but for the one in use', async () => {
    const person = await signUp(app);
    const here = person.visit;
    const phone = app.visit();
    await phone.get('/sign-in', PHONE);
    await signIn(app, person, phone);
    const list = await here.get('/account/security/devices');
    expect(list.body.match(/This device/g)).toHaveLength(1);
    expect(idsOf(list.body)).toHaveLength(2);
    for (const id of idsOf(list.body))
      await here.post('/account/security/devices/forget', { id }, '/account/security/devices');
    expect((await here.get('/account/security/devices')).body).toContain('No device is known');
    expect((await phone.get('/home')).statusCode).toBe(303);
    expect((await here.get('/home')).statusCode).toBe(200);
  });
});

describe('backup codes', () => {
  it('are made anew, shown until they are kept, downloaded as text, and those from before no longer work (ASVS 6.5.6)', async () => {
    const person = await signUp(app);
    const { visit } = person;
    const made = await visit.post('/account/security/backup-codes', {}, '/account/security/backup-codes');
    expect(made.headers.location).toBe('/account/security/backup-codes/new');
    const { body } = await visit.follow(made);
    const codes = codesIn(body);
    expect(codes).toHaveLength(10);
    expect(body).not.toContain('step 5');
    expect(codes).not.toContain(person.backupCodes[0]);
    const file = await visit.get('/account/security/backup-codes/new/download');
    expect(file.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="backup-codes.txt"',
      'cache-control': 'no-store',
    });
    for (const code of codes) expect(file.body).toContain(code);
    for (const each of [body, file.body])
      for (const fact of [
        'Backup codes of your account',
        'http://',
        person.email,
        'Made on November 22, 2026',
      ])
        expect(each).toContain(fact);
    expect(await tryCode(person, codes[0])).toBe(422);
    const unsaid = await visit.post(NEW_CODES, { set: setOf(body) });
    expect([unsaid.statusCode, unsaid.body.includes('Save your codes, then tick the box')]).toEqual([
      422,
      true,
    ]);
    for (let time = 0; time < 2; time++) {
      const kept = await visit.post(NEW_CODES, { saved: 'yes', set: setOf(body) }, NEW_CODES);
      expect(kept.headers.location).toBe('/account/security/backup-codes?done=renewed');
    }
    expect(
      (await app.mailTo(person.email)).filter(({ text }) => text.includes('new backup codes')),
    ).toHaveLength(1);
    for (const page of [NEW_CODES, `${NEW_CODES}/download`])
      expect((await visit.get(page)).headers.location).toBe('/account/security/backup-codes');
    expect(await tryCode(person, person.backupCodes[0])).toBe(422);
    expect(await tryCode(person, codes[0])).toBe(303);
    expect((await visit.get('/account/security/backup-codes')).body).toContain('9 codes are left');
  });

  it('that are made and not kept wall nothing off, and those from before still work', async () => {
    const person = await signUp(app);
    const { visit } = person;
    const { body } = await visit.follow(await visit.post(CODES, {}, CODES));
    clock.advance(HALF_HOUR - 1);
    for (const page of ['/home', '/account/security', CODES, NEW_CODES])
      expect([page, (await visit.get(page)).statusCode]).toEqual([page, 200]);
    clock.advance(1);
    expect((await visit.get(NEW_CODES)).headers.location).toBe(CODES);
    for (const saved of ['yes', '']) {
      const late = await visit.post(NEW_CODES, { saved, set: setOf(body) }, CODES);
      expect([late.statusCode, late.body.includes('Your codes from before still work')]).toEqual([410, true]);
    }
    expect((await visit.get('/home')).statusCode).toBe(200);
    expect(await tryCode(person, codesIn(body)[0])).toBe(422);
    expect(await tryCode(person, person.backupCodes[0])).toBe(303);
  });

  it('that are made twice are kept as they were shown last, and only where they were made', async () => {
    const person = await signUp(app);
    const { visit } = person;
    const first = await visit.follow(await visit.post(CODES, {}, CODES));
    const second = await visit.follow(await visit.post(CODES, {}, CODES));
    const other = await elsewhere(person);
    expect((await other.get(NEW_CODES)).headers.location).toBe(CODES);
    const foreign = await other.post(NEW_CODES, { saved: 'yes', set: setOf(second.body) }, CODES);
    expect(foreign.statusCode).toBe(410);
    const old = await visit.post(NEW_CODES, { saved: 'yes', set: setOf(first.body) });
    expect([old.statusCode, codesIn(old.body)]).toEqual([422, codesIn(second.body)]);
    expect(old.body).toContain('These are the newest');
    expect(await tryCode(person, person.backupCodes[0])).toBe(303);
    await visit.post(NEW_CODES, { saved: 'yes', set: setOf(old.body) });
    expect(await tryCode(person, codesIn(first.body)[0])).toBe(422);
    expect(await tryCode(person, codesIn(second.body)[0])).toBe(303);
  });

  it('are shown again in the session that signed up, however late, without a new second step', async () => {
    const { visit, backupCodes } = await signUp(app, { acknowledge: false });
    clock.advance(2 * TEN_MINUTES);
    const home = await visit.get('/home');
    expect(home.headers.location).toBe('/account/backup-codes');
    expect(codesIn((await visit.follow(home)).body)).toEqual(backupCodes);
    const kept = await visit.post('/account/backup-codes', { saved: 'yes' });
    expect(kept.headers.location).toBe('/home?done=created');
  });

  it('keep nobody out who cannot be shown them: without a second step, or while the alarm is on', async () => {
    const { visit } = await signUp(app, { acknowledge: false });
    const account_id = await accountOf();
    await database
      .updateTable('session')
      .set({ proven_at: null })
      .where('account_id', '=', account_id)
      .execute();
    expect((await visit.get('/home')).statusCode).toBe(200);
    const asked = await visit.get('/account/backup-codes');
    expect(asked.headers.location).toBe('/account/confirm?return=%2Faccount%2Fbackup-codes');
    await database
      .updateTable('session')
      .set({ proven_at: clock.now() })
      .where('account_id', '=', account_id)
      .execute();
    await database
      .updateTable('account')
      .set({ alarmed_at: clock.now() })
      .where('id', '=', account_id)
      .execute();
    expect((await visit.get('/home')).statusCode).toBe(200);
    const held = await visit.get('/account/backup-codes');
    expect(held.headers.location).toBe('/account/security/protected');
    expect((await visit.follow(held)).statusCode).toBe(200);
    expect((await visit.get('/account/security')).body).toContain('Your account is protected');
  });
});

describe('an app', () => {
  it('is added by its code, named, and removed, with the way to sign out elsewhere; the last one stays (ASVS 6.5.6, 7.4.3)', async () => {
    const person = await signUp(app);
    const { visit } = person;
    const BASE = '/account/security/apps';
    const { body } = await visit.get(`${BASE}/add`);
    const key = (/(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}/.exec(body)?.[0] ?? '').replaceAll(' ', '');
    const wrong = await visit.post(`${BASE}/add`, { code: '000000', name: 'My <b>phone' });
    expect([wrong.statusCode, wrong.body.includes('My &lt;b>phone')]).toEqual([422, true]);
    expect(wrong.body).toContain(key.match(/.{4}/g)?.join(' '));
    const added = await visit.post(`${BASE}/add`, { code: appCode(app, key), name: 'My <b>phone' });
    expect(added.headers.location).toBe(`${BASE}?done=added`);
    const list = await visit.follow(added);
    expect(list.body).toContain('My &lt;b>phone');
    expect(list.body).toContain(SIGN_OUT_ELSEWHERE);
    const ids = [...list.body.matchAll(/apps\/([0-9a-f-]{36})"/g)].map(([, id = '']) => id);
    expect(ids).toHaveLength(2);
    await visit.post(`${BASE}/${ids[1]}/name`, { name: '' }, `${BASE}/${ids[1]}`);
    expect((await visit.get(BASE)).body).not.toContain('&lt;b>phone');
    const long = await visit.post(`${BASE}/${ids[1]}/name`, { name: 'x'.repeat(41) }, `${BASE}/${ids[1]}`);
    expect([long.statusCode, long.body.includes('This is too long')]).toEqual([422, true]);
    const removed = await visit.post(`${BASE}/${ids[0]}/remove`, {}, `${BASE}/${ids[0]}`);
    expect(removed.headers.location).toBe(`${BASE}?done=removed`);
    expect((await visit.follow(removed)).body).toContain(SIGN_OUT_ELSEWHERE);
    expect((await visit.get(BASE)).body).not.toContain(SIGN_OUT_ELSEWHERE);
    const last = await visit.follow(await visit.post(`${BASE}/${ids[1]}/remove`));
    expect(last.body).toContain('This is your only strong second step');
    expect(last.body).not.toContain(`action="${BASE}/${ids[1]}/remove"`);
    expect((await signIn(app, { ...person, secret: key })).answer.headers.location).toBe('/home');
  });
});

describe('"this wasn\'t me"', () => {
  it('signs out everywhere, and then nothing that opens the account can be changed', async () => {
    const person = await signUp(app);
    const other = await elsewhere(person);
    const { visit } = person;
    const done = await visit.post('/account/security/not-me', {}, '/account/security/not-me');
    expect(done.headers.location).toBe('/not-me/done');
    expect((await visit.follow(done)).body).toContain('Your account is protected');
    expect((await visit.get('/home')).statusCode).toBe(303);
    expect((await other.get('/home')).statusCode).toBe(303);
    const again = await elsewhere(person);
    expect((await again.get('/home')).statusCode).toBe(200);
    const credentialPages = app.routes.filter(
      ({ method, config }) =>
        method !== 'HEAD' && config.stepUp !== undefined && config.whileAlarmed !== true,
    );
    expect(credentialPages.length).toBeGreaterThan(6);
    for (const { method, url } of credentialPages) {
      const answer = method === 'GET' ? await again.get(url) : await again.post(url, {}, '/help');
      expect([method, url, answer.headers.location]).toEqual([method, url, '/account/security/protected']);
    }
    expect((await again.get('/account/security/protected')).body).toContain('Until the account is recovered');
    const out = await again.post('/account/security/sessions/end-others', {}, '/account/security/sessions');
    expect(out.headers.location).toBe('/account/security/sessions?done=sessions');
  });

  it('works by the link of a message without signing in, and a look at the page alone does nothing', async () => {
    const person = await signUp(app);
    const parts = { vault: app.vault, clock, policy: readPolicy({ profile: 'standard' }) };
    const accountId = await accountOf();
    const [address] = await readAddresses(database, parts, accountId);
    const addressId = address?.id ?? '';
    const link = await linkFor(database, parts, { accountId, addressId, recovery: null });
    const stranger = app.visit();
    const shown = await stranger.get(link);
    expect([shown.statusCode, shown.body.includes('Protect my account')]).toEqual([200, true]);
    expect((await person.visit.get('/home')).statusCode).toBe(200);
    const token = new URL(link, 'http://x').searchParams.get('token') ?? '';
    const done = await stranger.post('/not-me', { token });
    expect(done.headers.location).toBe('/not-me/done');
    expect((await person.visit.get('/home')).statusCode).toBe(303);
    const told = (await app.mailTo(person.email)).at(-1);
    expect(told?.subject).toContain('We protected your account');
    expect(told?.text).toContain('/recover/password');
    const nonsense = await stranger.get(
      '/not-me/done?passkey=-1&email=x&sms-code=2&sms-code=3&questions=1e9',
    );
    expect([nonsense.statusCode, nonsense.body.includes('Taken out')]).toEqual([200, false]);
    for (const answer of [
      await app.visit().post('/not-me', { token }, '/sign-in'),
      await stranger.get(link),
      await stranger.get(`/not-me?token=${'x'.repeat(43)}`),
    ])
      expect([answer.statusCode, answer.body.includes('This link was used or is too old')]).toEqual([
        410,
        true,
      ]);
  });
});

describe('the activity page', () => {
  it('tells what happened, filtered and in the language of the person; what is not understood filters nothing', async () => {
    const person = await signUp(app);
    const { visit } = person;
    await visit.post(
      '/account/security/password',
      { currentPassword: 'x', password: NEW },
      '/account/security/password',
    );
    const titles = (body: string) =>
      [...body.matchAll(/portico-timeline__title">([^<]*)</g)].map(([, title]) => title);
    expect(titles((await visit.get('/account/security/activity')).body)).toEqual([
      'Wrong password',
      'Your account was created',
    ]);
    expect(titles((await visit.get('/account/security/activity?group=refused&days=7')).body)).toEqual([
      'Wrong password',
    ]);
    const none = await visit.get('/account/security/activity?group=changes');
    expect(none.body).toContain('Nothing of this kind happened in this time');
    for (const query of [
      'group=x&days=9&before=y',
      'group=refused&group=changes',
      'before=-1',
      `before=${'9'.repeat(40)}`,
    ])
      expect(titles((await visit.get(`/account/security/activity?${query}`)).body)).toHaveLength(2);
    expect(titles((await visit.get('/account/security/activity?before=1')).body)).toEqual([]);
    await visit.follow(await visit.get('/account/security/activity?lang=es'));
    expect(titles((await visit.get('/account/security/activity')).body)).toContain('Contraseña equivocada');
  });
});
