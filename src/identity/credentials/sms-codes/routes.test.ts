import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp, type Visit } from '../../../testing/app.ts';
import {
  type Newcomer,
  PASSWORD,
  signIn,
  signUp,
  signUpAsFarAsSecondStep,
  textedCode,
} from '../../../testing/people.ts';
import { asAccountId, openAccountKey } from '../../core/accounts/index.ts';
import { makePhones, parsePhone } from '../../core/phones/index.ts';

const app = await testApp();
const LIST = '/account/phones';
let serial = 0;
/** A number that nobody had before, as a person writes it and in E.164. */
const newNumber = () => {
  const digits = `20255${String(50_100 + ++serial)}`;
  return { written: digits.replace(/^(...)(...)/, '($1) $2-'), number: `+1${digits}` };
};
const shown = (number: string) => number.replace(/^\+1(...)(...)/, '+1\u00a0$1\u00a0$2\u00a0');

/** Adds a number page by page. */
async function addPhone(visit: Visit, { written, number } = newNumber()) {
  await visit.post(`${LIST}/add`, { number: written }, `${LIST}/add`);
  const added = await visit.post(`${LIST}/code`, { code: await textedCode(app, number) }, `${LIST}/code`);
  return { written, number, added };
}
async function withPhone() {
  const person = await signUp(app);
  return { ...person, ...(await addPhone(person.visit)) };
}
const accountOf = async (at: TestApp, { visit }: Newcomer) => {
  await visit.get('/home');
  const { account_id } = await at.database
    .selectFrom('session')
    .select('account_id')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return account_id;
};
const removalsOn = (body: string) =>
  [...body.matchAll(/href="(\/account\/phones\/[\w-]{36}\/remove)"/g)].map(([, href = '']) => href);
/** A browser in which the password was right. */
async function passwordIn(person: Pick<Newcomer, 'email'>, visit = app.visit()) {
  const answer = await visit.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
  return { visit, answer };
}
const textsTo = async (number: string) => (await app.mailTo(number)).length;

describe('the pages of phones', () => {
  it('add a number, which is written as people write it, and remove it; every email is told (ASVS 6.3.7, 6.6.1)', async () => {
    const { visit, email } = await signUp(app);
    const { written, number } = newNumber();
    const empty = await visit.get(LIST);
    for (const said of ['You have no phone here yet', 'Text messages are the weaker choice', 'Passkeys'])
      expect(empty.body).toContain(said);

    const wrong = await visit.post(`${LIST}/add`, { number: '555-01' }, `${LIST}/add`);
    expect([wrong.statusCode, wrong.body.includes('value="555-01"')]).toEqual([422, true]);
    const posted = await visit.post(`${LIST}/add`, { number: written });
    expect([posted.statusCode, posted.headers.location]).toEqual([303, `${LIST}/code`]);
    const asked = await visit.follow(posted);
    expect(asked.body).toContain(shown(number));
    expect(asked.body).toContain('autocomplete="one-time-code"');
    const refused = await visit.post(`${LIST}/code`, { code: '13579' });
    expect([refused.statusCode, refused.body.includes('13579')]).toEqual([422, false]);

    const added = await visit.post(`${LIST}/code`, { code: await textedCode(app, number) });
    expect(added.headers.location).toBe(`${LIST}?done=added`);
    const list = await visit.follow(added);
    expect(list.body).toContain('role="status"');
    expect(list.body).toContain('<a href="/account/security/sessions">');
    expect(list.body).toContain(shown(number));
    expect((await visit.get('/account/security')).body).toContain('1 number');
    expect((await visit.get('/account')).body).toContain(`href="${LIST}"`);
    expect((await visit.get('/account/security/activity')).body).toContain('A phone number was added');
    expect((await app.mailTo(email)).at(-1)?.subject).toContain('A phone number was added');

    const [remove = ''] = removalsOn(list.body);
    expect((await visit.get(remove)).body).toContain(shown(number));
    expect((await visit.post(remove)).headers.location).toBe(`${LIST}?done=removed`);
    expect((await visit.get(LIST)).body).not.toContain(shown(number));
    expect((await app.mailTo(email)).at(-1)?.subject).toContain('A phone number was removed');
    expect((await visit.post(remove)).statusCode).toBe(404);
  });

  it('choose whether notices go to a number too, behind a fresh second step', async () => {
    const { visit, number } = await withPhone();
    const { body } = await visit.get(LIST);
    const action = /action="(\/account\/phones\/[\w-]{36}\/notices)"/.exec(body)?.[1] ?? '';
    const codes = await textsTo(number);
    const on = await visit.follow(await visit.post(action, { notices: 'yes' }));
    expect(on.body).toContain('Gets notices');
    await addPhone(visit);
    expect((await app.mailTo(number)).at(-1)?.text).toContain('A phone number was added');
    expect(await textsTo(number)).toBe(codes + 1);
    const off = await visit.follow(await visit.post(action, { notices: 'no' }, LIST));
    expect(off.body).not.toContain('Gets notices');
    // It hears that it hears no more.
    expect(await textsTo(number)).toBe(codes + 2);
    expect((await app.mailTo(number)).at(-1)?.text).toContain('no longer go to a phone');
    const stranger = await signUp(app);
    expect((await stranger.visit.post(action, { notices: 'yes' }, LIST)).statusCode).toBe(404);
    app.clock.advance(11 * 60);
    const late = await visit.post(action, { notices: 'yes' }, LIST);
    expect(late.headers.location).toBe(`/account/confirm?${new URLSearchParams({ return: LIST })}`);
    expect((await visit.get(LIST)).body).not.toContain('Gets notices');
    for (const said of ['Notices began to go to a phone', 'Notices no longer go to a phone'])
      expect((await visit.get('/account/security/activity')).body).toContain(said);
  });

  it('tell a number that gets notices when it is removed', async () => {
    const { visit, number } = await withPhone();
    const { body } = await visit.get(LIST);
    const action = /action="(\/account\/phones\/[\w-]{36}\/notices)"/.exec(body)?.[1] ?? '';
    await visit.post(action, { notices: 'yes' });
    const [remove = ''] = removalsOn((await visit.get(LIST)).body);
    await visit.get(remove);
    expect((await visit.post(remove)).headers.location).toBe(`${LIST}?done=removed`);
    expect((await app.mailTo(number)).at(-1)?.text).toContain('A phone number was removed');
  });

  it('send another code on request, until it is enough, and take back what was begun', async () => {
    const { visit } = await signUp(app);
    const { written, number } = newNumber();
    await visit.post(`${LIST}/add`, { number: written }, `${LIST}/add`);
    for (let sent = 1; sent < 5; sent++) {
      const again = await visit.post(`${LIST}/code/instead`, { instead: 'resend' }, `${LIST}/code`);
      expect(again.headers.location).toBe(`${LIST}/code`);
    }
    expect((await visit.get(`${LIST}/code`)).body).toContain('Only its code works now');
    const resend = () => visit.post(`${LIST}/code/instead`, { instead: 'resend' }, `${LIST}/code`);
    const enough = await visit.follow(await resend());
    expect(enough.body).toContain('We send no more messages for now');
    expect(enough.body).toContain('We sent a text message to');
    expect(await textsTo(number)).toBe(5);
    expect((await visit.get(LIST)).body).toContain('Waits for its code');
    const code = await textedCode(app, number);
    const wrong = code === '000000' ? '111111' : '000000';
    for (let tries = 0; tries < 10; tries++)
      await visit.post(`${LIST}/code`, { code: wrong }, `${LIST}/code`);
    const late = await visit.post(`${LIST}/code`, { code });
    expect([late.statusCode, late.headers['retry-after']]).toEqual([429, '30']);
    expect((await visit.post(`${LIST}/code/instead`, { instead: 'give-up' })).headers.location).toBe(LIST);
    expect((await visit.get(`${LIST}/code`)).headers.location).toBe(LIST);
    expect((await visit.post(`${LIST}/code`, { code: '1' })).headers.location).toBe(LIST);
  });

  it('end at three', async () => {
    const { visit } = await signUp(app);
    for (let n = 0; n < 3; n++) expect((await addPhone(visit)).added.statusCode).toBe(303);
    const list = await visit.get(LIST);
    expect(list.body).toContain('You have as many phones');
    expect(list.body).not.toContain(`href="${LIST}/add"`);
    expect((await visit.get(`${LIST}/add`)).headers.location).toBe(`${LIST}?done=full`);
    const refused = await visit.post(`${LIST}/add`, { number: newNumber().written }, LIST);
    expect(refused.headers.location).toBe(`${LIST}?done=full`);
  });

  it('ask for a fresh second step before anything is changed (ASVS 7.5.1, 7.5.3)', async () => {
    const { visit } = await withPhone();
    const [remove = ''] = removalsOn((await visit.get(LIST)).body);
    app.clock.advance(11 * 60);
    for (const path of [`${LIST}/add`, remove]) {
      const asked = path === remove ? { ask: 'both' } : {};
      const confirm = `/account/confirm?${new URLSearchParams({ return: path, ...asked })}`;
      expect((await visit.get(path)).headers.location).toBe(confirm);
      const posted = await visit.post(path, { number: newNumber().written }, LIST);
      expect(posted.headers.location).toBe(confirm);
    }
    const code = await visit.post(`${LIST}/code`, { code: '123456' }, LIST);
    expect(code.headers.location).toContain('/account/confirm');
    expect(removalsOn((await visit.get(LIST)).body)).toEqual([remove]);
  });

  it("show and change nothing of another person's (ASVS 8.2.2)", async () => {
    const [one, other] = [await withPhone(), await signUp(app)];
    const [remove = ''] = removalsOn((await one.visit.get(LIST)).body);
    expect((await other.visit.get(remove)).statusCode).toBe(404);
    expect((await other.visit.post(remove, {}, LIST)).statusCode).toBe(404);
    expect(removalsOn((await one.visit.get(LIST)).body)).toEqual([remove]);
  });

  it('keep the last strong second step', async () => {
    const person = await withPhone();
    const [remove = ''] = removalsOn((await person.visit.get(LIST)).body);
    expect((await person.visit.get(remove)).body).toContain(`action="${remove}"`);
    await app.database
      .deleteFrom('authenticator_app')
      .where('account_id', '=', await accountOf(app, person))
      .execute();
    const refused = await person.visit.follow(await person.visit.post(remove));
    expect(refused.body).toContain('This is your only strong second step');
    expect(refused.body).not.toContain(`action="${remove}"`);
    expect(removalsOn((await person.visit.get(LIST)).body)).toEqual([remove]);
  });
});

describe('signing in with a text message', () => {
  it('is offered beside the app, names the number by two digits alone, and looking sends nothing (ASVS 3.5.3)', async () => {
    const person = await withPhone();
    const sent = await textsTo(person.number);
    const { visit, answer } = await passwordIn(person);
    expect(answer.headers.location).toBe('/sign-in/code');
    const app1 = await visit.get('/sign-in/code');
    expect(app1.body).toContain('action="/sign-in/text-message/send"');
    const looked = await visit.get('/sign-in/text-message');
    expect(looked.body).toContain(`number that ends in ${person.number.slice(-2)}`);
    expect(await textsTo(person.number)).toBe(sent);

    const asked = await visit.follow(await visit.post('/sign-in/text-message/send'));
    expect(await textsTo(person.number)).toBe(sent + 1);
    expect(asked.body).toContain(`number that ends in ${person.number.slice(-2)}`);
    expect(asked.body).not.toContain(person.number.slice(-4));
    expect(asked.body).toContain('name="remember"');
    const refused = await visit.post('/sign-in/text-message', { code: 'x' });
    expect([refused.statusCode, await textsTo(person.number)]).toEqual([422, sent + 1]);
    const entered = await visit.post('/sign-in/text-message', { code: await textedCode(app, person.number) });
    expect([entered.statusCode, entered.headers.location]).toEqual([303, '/home']);
    expect((await visit.get('/account/security/activity')).body).toContain('code by text message');
  });

  it('is on its way when the password was right where there is no stronger one', async () => {
    const person = await withPhone();
    await app.database
      .deleteFrom('authenticator_app')
      .where('account_id', '=', await accountOf(app, person))
      .execute();
    const sent = await textsTo(person.number);
    const { visit, answer } = await passwordIn(person);
    expect(answer.headers.location).toBe('/sign-in/text-message');
    expect(await textsTo(person.number)).toBe(sent + 1);
    expect((await visit.get('/sign-in/text-message')).body).toContain('name="code"');
    const wrong = app.visit();
    await wrong.post('/sign-in', { identifier: person.email, password: 'not this one' }, '/sign-in');
    expect(await textsTo(person.number)).toBe(sent + 1);
  });

  it('asks which phone where there are several', async () => {
    const person = await withPhone();
    const second = await addPhone(person.visit);
    const { visit } = await passwordIn(person);
    const asked = await visit.follow(await visit.post('/sign-in/text-message/send', {}, '/sign-in/code'));
    const choices = [...asked.body.matchAll(/name="phone" value="([\w-]{36})"/g)].map(([, id = '']) => id);
    expect(choices).toHaveLength(2);
    expect(asked.body).not.toContain('name="code"');
    await visit.post('/sign-in/text-message/send', { phone: choices[1] ?? '' });
    const entered = await visit.post('/sign-in/text-message', { code: await textedCode(app, second.number) });
    expect(entered.headers.location).toBe('/home');
  });

  it('says so when enough was sent, and the other ways stay (ASVS 2.3.2)', async () => {
    const person = await withPhone();
    const { visit } = await passwordIn(person);
    await visit.get('/sign-in/code');
    let last = await visit.post('/sign-in/text-message/send');
    for (let tries = 0; tries < 5; tries++)
      last = await visit.post('/sign-in/text-message/send', {}, '/sign-in/text-message');
    expect(last.statusCode).toBe(429);
    expect(last.body).toContain('We sent as many codes as we can for now');
    expect(last.body).toContain('href="/sign-in/code"');
    expect(await textsTo(person.number)).toBe(5);
  });

  it('sends nothing for whoever gave no password, or has no phone', async () => {
    const stranger = app.visit();
    expect((await stranger.post('/sign-in/text-message/send', {}, '/sign-in')).statusCode).toBe(410);
    const { visit } = await passwordIn(await signUp(app));
    const none = await visit.post('/sign-in/text-message/send', {}, '/sign-in/code');
    expect(none.headers.location).toBe('/sign-in/code');
  });

  it('confirms what asks for a fresh second step, and leads back to it', async () => {
    const person = await withPhone();
    app.clock.advance(11 * 60);
    const { visit } = person;
    const at = '/account/confirm/text-message';
    const search = `?${new URLSearchParams({ return: `${LIST}/add` })}`;
    expect((await visit.follow(await visit.get(`${LIST}/add`))).body).toContain(
      `action="${at}/send${search}"`,
    );
    const sent = await visit.post(`${at}/send${search}`);
    expect(sent.headers.location).toBe(`${at}${search}`);
    const done = await visit.post(`${at}${search}`, { code: await textedCode(app, person.number) });
    expect(done.headers.location).toBe(`${LIST}/add`);
    expect((await visit.follow(done)).statusCode).toBe(200);
  });

  it('stands beside an emailed link for a lost password, until its phone is removed (ASVS 6.4.3)', async () => {
    const person = await withPhone();
    const visit = app.visit();
    await visit.post('/recover/password', { identifier: person.email }, '/recover/password');
    const worker = await app.app.startWorker();
    await expect.poll(async () => (await app.mailTo(person.email)).at(-1)?.text).toContain('/recover/link');
    await worker.stop();
    const text = (await app.mailTo(person.email)).at(-1)?.text ?? '';
    const token = /\/recover\/link\?token=([\w-]+)/.exec(text)?.[1] ?? '';
    await visit.post('/recover/link', { token }, `/recover/link?token=${token}`);
    const asked = await visit.follow(
      await visit.post('/recover/confirm/text-message/send', {}, '/recover/confirm/code'),
    );
    expect(asked.body).toContain('number that ends in');
    const proven = await visit.post('/recover/confirm/text-message', {
      code: await textedCode(app, person.number),
    });
    expect(await visit.follow(proven)).toMatchObject({ statusCode: 200 });
    expect((await visit.get('/recover/new-password')).statusCode).toBe(200);

    const [remove = ''] = removalsOn((await person.visit.get(LIST)).body);
    expect((await person.visit.post(remove, {}, remove)).headers.location).toBe(`${LIST}?done=removed`);
    expect((await visit.get('/recover/new-password')).headers.location).toBe('/recover');
  });
});

describe('where the policy is strict', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portico-strict-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(app.config.agencyFolder, folder, { recursive: true });
  const file = join(folder, 'agency.json');
  const agency: object = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...agency, policy: { profile: 'strict' } }));
  const strict = await testApp({ environment: { PORTICO_AGENCY: folder } });

  /** Gives an account a number, as it was proven before the policy changed. */
  async function numberFromBefore(accountId: string) {
    const phones = makePhones({ ...strict, policy: { most: 3 } });
    const read = parsePhone('+12025550199');
    if (read.is !== 'number') throw new Error(read.is);
    const id = asAccountId.parse(accountId);
    const key = await openAccountKey(strict.database, strict.vault, id);
    await strict.database.transaction().execute(async (transaction) => {
      const added = await phones.add(transaction, { accountId: id, key }, read.number);
      if (added.is === 'added') await phones.verify(transaction, id, added.id);
    });
  }

  it('no page binds a number or takes its code, and one from before can only be removed (ASVS 6.6.1)', async () => {
    const person = await signUp(strict);
    const { visit } = person;
    await numberFromBefore(await accountOf(strict, person));
    for (const path of ['add', 'code']) expect((await visit.get(`${LIST}/${path}`)).statusCode).toBe(404);
    for (const path of ['add', 'code', 'code/instead'])
      expect((await visit.post(`${LIST}/${path}`, { number: '2025550198' }, LIST)).statusCode).toBe(404);
    for (const page of ['/account', '/account/security'])
      expect((await visit.get(page)).body).not.toContain(LIST);
    const { answer, visit: later } = await signIn(strict, person);
    expect(answer.headers.location).toBe('/home');
    const elsewhere = strict.visit();
    await elsewhere.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
    expect((await elsewhere.get('/sign-in/code')).body).not.toContain('text-message');
    for (const base of ['/sign-in', '/account/confirm', '/recover/confirm'])
      expect((await elsewhere.get(`${base}/text-message`)).statusCode).toBe(404);
    const newcomer = await signUpAsFarAsSecondStep(strict);
    const choice = (await newcomer.get('/sign-up/authenticator')).body;
    expect(choice).toContain('/sign-up/authenticator/code');
    expect(choice).not.toContain('text-message');
    for (const path of ['text-message', 'text-message/send'])
      expect((await newcomer.post(`/sign-up/authenticator/${path}`, {})).statusCode).toBe(404);
    const list = await later.get(LIST);
    expect(list.body).toContain('We do not send codes by text message any more');
    const [remove = ''] = removalsOn(list.body);
    expect((await later.post(remove, {}, remove)).headers.location).toBe(`${LIST}?done=removed`);
  });

  it('whoever had nothing but a phone is led to the way back', async () => {
    const person = await signUp(strict);
    const accountId = await accountOf(strict, person);
    await numberFromBefore(accountId);
    for (const table of ['authenticator_app', 'backup_code_set'] as const)
      await strict.database.deleteFrom(table).where('account_id', '=', accountId).execute();
    const visit = strict.visit();
    const answer = await visit.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
    expect(answer.headers.location).toBe('/recover/second-step');
    const begun = await visit.post('/recover/second-step', {}, '/recover/second-step');
    expect(begun.headers.location).toBe('/recover/code');
  });
});
