import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/app.ts';
import { agencySays } from '../testing/documents.ts';
import { appCode, emailedCode, PASSWORD, signIn, signUp } from '../testing/people.ts';

const app = await testApp();
const { clock, database } = app;
const RECEIPT = 'ARC2190000042';
/** As mail programs and keyboards write it. */
const pasted = (text: string) => `\u202a${[...text].join('\u200b')}\u202c.`;
const limits = async () => (await database.selectFrom('request_count').selectAll().execute()).length;
const forget = () => database.deleteFrom('request_count').execute();
const tries = async (kind: string) =>
  (await database.selectFrom('throttle').select('failures').where('kind', '=', kind).execute()).length;
const text = (body: string) =>
  (/<main[\s\S]*<\/main>/.exec(body)?.[0] ?? '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('what cannot be what is asked for is no try', () => {
  it('where a code of an app, a backup code or a code of an email is asked for', async () => {
    const person = await signUp(app);
    await person.visit.post('/sign-out', {}, '/home');
    const visit = app.visit();
    await visit.post('/sign-in', { identifier: person.email, password: PASSWORD }, '/sign-in');
    await forget();
    for (const [url, field, wrong, said] of [
      ['/sign-in/code', 'code', '12345', 'Enter the 6-digit code from your app'],
      ['/sign-in/backup-code', 'backupCode', '7Q4M-1KXD', 'A backup code has 16 letters and numbers'],
    ] as const)
      for (let times = 0; times < 12; times++) {
        const { statusCode, body } = await visit.post(url, { [field]: wrong }, url);
        expect(statusCode).toBe(422);
        expect(text(body)).toContain(said);
      }
    expect([await limits(), await tries('authenticator-app'), await tries('backup-code')]).toEqual([0, 0, 0]);
    clock.advance(30);
    const { statusCode } = await visit.post(
      '/sign-in/code',
      { code: `Code: ${pasted(appCode(app, person.secret))}` },
      '/sign-in/code',
    );
    expect(statusCode).toBe(303);

    const newcomer = app.visit();
    await newcomer.post('/sign-up', { email: 'new@example.org' }, '/sign-up');
    await forget();
    for (let times = 0; times < 12; times++)
      expect((await newcomer.post('/sign-up/code', { code: 'abc' }, '/sign-up/code')).statusCode).toBe(422);
    expect([await limits(), await tries('email-code')]).toEqual([0, 0]);
    const code = await emailedCode(app, 'new@example.org');
    expect(
      (await newcomer.post('/sign-up/code', { code: `${code.slice(0, 3)}–${code.slice(3)}.` })).statusCode,
    ).toBe(303);
  });

  it('where a case is claimed, and one that is pasted with its label is taken', async () => {
    const person = { family: 'Quill', given: 'FNU', born: '1988-02-29', birthCountry: 'PL' };
    const said = { id: 's1', receipt: RECEIPT, at: '2026-01-05T10:00:00Z', form: 'NAT-1', person };
    await agencySays(app, [{ ...said, status: 'case-received', accessCode: 'K7Q2-M9XR-4NB8' }]);
    const { visit } = await signUp(app, { fullName: 'Quill' });
    await forget();
    for (let times = 0; times < 12; times++) {
      const { statusCode, body } = await visit.post(
        '/cases/add',
        { receipt: 'ARC219', accessCode: 'K7Q2' },
        '/cases/add',
      );
      expect(statusCode).toBe(422);
      expect(text(body)).toContain('not one of our receipt numbers');
      expect(text(body)).toContain('at least 8 letters and numbers');
    }
    expect([await limits(), await tries('claim')]).toEqual([0, 0]);
    const { statusCode, headers } = await visit.post(
      '/cases/add',
      { receipt: `Receipt Number: *${RECEIPT}*`, accessCode: `Access code: ${pasted('K7Q2M9XR4NB8')}` },
      '/cases/add',
    );
    expect([statusCode, headers.location]).toEqual([303, `/cases/${RECEIPT}?added=0`]);
  });

  it('where the public status or a notice is looked up', async () => {
    await forget();
    for (const url of ['/status?receipt=ARC219', '/status', '/verify?receipt=ARC219&code=7Q4M', '/verify'])
      await app.visit().get(url);
    expect(await limits()).toBe(0);
    const { statusCode, body } = await app
      .visit()
      .get(`/status?${new URLSearchParams({ receipt: pasted(`Receipt number ${RECEIPT}`) })}`);
    expect(statusCode).toBe(200);
    expect(body).toContain(RECEIPT);
    expect(await limits()).toBe(1);
  });
});

describe('an address that is pasted', () => {
  it('signs up and signs in, with a domain of any letters', async () => {
    const written = 'Rana@bücher.example';
    const person = await signUp(app, { email: 'rana@xn--bcher-kva.example' });
    expect((await signIn(app, { ...person, email: `<${pasted(written)}>` })).answer.statusCode).toBe(303);
    const { body } = await person.visit.get('/account/emails');
    expect(text(body)).toContain('@bücher.example');
  });

  it('is counted as the same stranger however it is pasted', async () => {
    const before = await tries('password');
    for (const identifier of ['nobody@example.org', pasted('NOBODY@example.org'), '<nobody@example.org>'])
      await app.visit().post('/sign-in', { identifier, password: 'wrong-password-1' }, '/sign-in');
    expect(await tries('password')).toBe(before + 1);
  });
});

/** The newest link to a page of ours in the mail to an address. */
const linkTo = async (address: string, path: string) => {
  const mails = await app.mailTo(address);
  const found = mails.flatMap(({ text: mail }) => mail.match(new RegExp(`${path}\\?\\S+`, 'g')) ?? []).at(-1);
  if (found === undefined) throw new Error(`no link to ${path} was sent`);
  return found;
};

describe('a link from a message', () => {
  const CUT = 'This link is not complete';
  const COMPLETE = ['/recover/link?token=', '/recover/try?token=', '/recover/pass?token='] as const;

  it.each([...COMPLETE, '/sign-up/pass?token=', '/not-me?token=', '/recover/cancel?link='])(
    'that was cut says so: %s',
    async (path) => {
      for (const rest of ['', 'abc', `${'a'.repeat(42)}.`, 'a'.repeat(20)]) {
        const { statusCode, body } = await app.visit().get(`${path}${rest}`);
        expect(statusCode).toBe(404);
        expect(text(body)).toContain(CUT);
      }
      const spanish = await app.visit().get(`${path}abc`, { 'accept-language': 'es' });
      expect(text(spanish.body)).toContain('Este enlace no está completo');
      const gone = await app.visit().get(`${path}${'a'.repeat(43)}`);
      if (path !== '/recover/cancel?link=') expect(text(gone.body)).not.toContain(CUT);
    },
  );

  it('opens with what a mail program added', async () => {
    const { email } = await signUp(app);
    const visit = app.visit();
    await visit.post('/recover/password', { identifier: pasted(email) }, '/recover/password');
    const worker = await app.app.startWorker();
    await expect
      .poll(async () => (await app.mailTo(email)).at(-1)?.text, { timeout: 30_000 })
      .toContain('/recover/link');
    await worker.stop();
    const link = await linkTo(email, '/recover/link');
    for (const added of ['.', '%3E', ',', '%20', '%E2%80%8B']) {
      const { statusCode, body } = await visit.get(`${link}${added}`);
      expect([added, statusCode]).toEqual([added, 200]);
      expect(body).toContain(new URLSearchParams(link.split('?')[1]).get('token'));
    }
    const report = await linkTo(email, '/not-me');
    for (const added of ['.', '%3E', ',', '%20'])
      expect((await app.visit().get(`${report}${added}`)).statusCode).toBe(200);
  });
});
