import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { signUp } from '../../../testing/people.ts';
import { testRecovery } from '../../../testing/recovery.ts';
import { testSignIn, UNKNOWN } from '../../../testing/sign-in.ts';
import type { Browser } from '../../core/devices/index.ts';

const identity = await testIdentity(await freshDatabase());
const { clock, database, policy } = identity;
const { app, pass } = testSignIn(identity);
const ways = testRecovery(identity);
const { appCode, beginWithPassword, kindsTo, last, newAccount, recovery } = ways;
const { inAllPerDay, reservedPerDay, sentPerDay, sentPerHour } = policy.code;
const HOUR = 3600;
type Account = Awaited<ReturnType<typeof newAccount>>;
type Lost = Parameters<typeof recovery.begin>[0];

/** Begins from a network, as a page does, and does the job that follows. */
async function ask(email: string, network: string, lost: Lost = 'password', browser: Browser = UNKNOWN) {
  const token = await recovery.begin(lost, email, { language: 'en', network, browser });
  await recovery.send((await ways.progressOf(token)).id);
}
/** As four networks do that together ask for all that they can, in one hour. */
async function floodAnHour(email: string, networks = 4) {
  for (let network = 0; network < networks; network++)
    for (let times = 0; times < sentPerHour; times++) await ask(email, `2001:db8:0:${network}`);
}
/** What an account gets for something that somebody does. */
async function gotFor(email: string, act: () => Promise<unknown>) {
  const mark = kindsTo(email).length;
  await act();
  return kindsTo(email).slice(mark);
}
/** A browser that the account knows, since its owner signed in there. */
async function knownOf(account: Account): Promise<Browser> {
  const entered = await app(await pass(account), appCode(account.secret));
  if (entered.is !== 'right') throw new Error(entered.is);
  clock.advance(31);
  return { tokens: [entered.value.deviceToken], userAgent: '' };
}
/** Opens the newest pass that went to an address. */
async function openPass(email: string): Promise<Browser> {
  const opened = await recovery.openLink(last('pass', email), UNKNOWN);
  if (opened.is !== 'lifted') throw new Error(opened.is);
  expect(opened.by).toBe('pass');
  return { tokens: [opened.deviceToken], userAgent: '' };
}

describe('strangers who ask for all that is sent', () => {
  it('leave a known device, a fresh network and whoever has the password their messages, for two days (ASVS 2.4.1)', async () => {
    const account = await newAccount({ withCodes: true });
    const { email } = account;
    const known = await knownOf(account);
    for (let hour = 0; hour < 48; hour++) {
      await floodAnHour(email);
      if (hour % 6 === 0) {
        const own = `192.0.2.${hour}`;
        expect([hour, await gotFor(email, () => ask(email, own))]).toEqual([hour, ['link']]);
        const one = await gotFor(email, () => ask(email, '2001:db8:0:0', 'nothing', known));
        expect([hour, one]).toEqual([hour, ['link']]);
        expect(await gotFor(email, () => beginWithPassword(account))).toContain('code');
      }
      clock.advance(HOUR);
    }
  });

  it('do not shut out whoever reads the mail: a pass lets a browser ask, from a used up network too', async () => {
    const account = await newAccount();
    const { email } = account;
    for (let hour = 0; hour < 3; hour++) {
      await floodAnHour(email);
      clock.advance(HOUR);
    }
    // Fresh networks by the hundred use up the reserve too.
    for (let n = 0; n < 100; n++) await ask(email, `198.51.100.${n}`);
    const own = '203.0.113.9';
    for (const lost of ['password', 'nothing', 'both'] as const)
      expect(await gotFor(email, () => ask(email, own, lost))).toEqual([]);
    const browser = await openPass(email);
    for (const [lost, kind] of [
      ['password', 'link'],
      ['nothing', 'link'],
      ['both', 'code'],
    ] as const)
      expect(await gotFor(email, () => ask(email, own, lost, browser))).toEqual([kind]);
    expect(await gotFor(email, () => ask(email, own))).toEqual(['pass']);
    // It is used once, opens nothing by itself, and has few messages too.
    expect((await recovery.openLink(last('pass', email), UNKNOWN)).is).toBe('lifted');
    expect((await recovery.openLink(last('pass', email), UNKNOWN)).is).toBe('gone');
    const more = await gotFor(email, async () => {
      for (let n = 0; n < 10; n++) await ask(email, own, 'password', browser);
    });
    expect(more).toHaveLength(sentPerHour - 3);
  });

  it('leave a pass in the mailbox at all times, whoever had it sent', async () => {
    const { email } = await newAccount();
    await floodAnHour(email);
    clock.advance(HOUR);
    await floodAnHour(email);
    await ask(email, '2001:db8:0:0', 'both');
    for (let round = 0; round < 12; round++) {
      clock.advance(5 * HOUR);
      for (let network = 0; network < 60; network++) await ask(email, `198.51.${round}.${network}`);
      expect(await recovery.fateOf(last('pass', email))).toBe('open');
    }
  });

  it('send a mailbox few messages a day, in all (ASVS 2.3.2)', async () => {
    const { email } = await newAccount();
    for (let day = 0; day < 2; day++) {
      const mark = kindsTo(email).length;
      for (let hour = 0; hour < 24; hour++) {
        await floodAnHour(email);
        for (let n = 0; n < 3; n++) await ask(email, `198.51.${day}.${hour * 3 + n}`, 'both');
        clock.advance(HOUR);
      }
      const kinds = kindsTo(email).slice(mark);
      const passes = kinds.filter((kind) => kind === 'pass').length;
      expect(passes).toBeLessThanOrEqual(4);
      expect(kinds.length - passes).toBeLessThanOrEqual(inAllPerDay + reservedPerDay);
    }
  });

  it('from one network have their share of a day, and a known device has its own', async () => {
    const account = await newAccount();
    const { email } = account;
    const known = await knownOf(account);
    const asked = async (act: () => Promise<unknown>) => {
      const kinds = await gotFor(email, async () => {
        for (let hour = 0; hour < 10; hour++) {
          for (let times = 0; times < sentPerHour + 2; times++) await act();
          clock.advance(HOUR);
        }
      });
      return kinds.filter((kind) => kind !== 'pass').length;
    };
    expect(await asked(() => ask(email, '192.0.2.7'))).toBe(sentPerDay);
    expect(await asked(() => ask(email, '192.0.2.7', 'password', known))).toBe(sentPerDay);
    clock.advance(24 * HOUR);
    expect(await gotFor(email, () => ask(email, '192.0.2.7'))).toEqual(['link']);
  });

  it('use up nothing of whoever has the password, from the same network either', async () => {
    const account = await newAccount();
    const network = '192.0.2.1';
    for (let hour = 0; hour < 4; hour++) {
      for (let times = 0; times < sentPerHour; times++) await ask(account.email, network, 'both');
      clock.advance(HOUR);
    }
    expect(await gotFor(account.email, () => beginWithPassword(account))).toContain('code');
  });

  it('and type one address of an account leave the reader of another a pass too', async () => {
    const who = await newAccount();
    const second = `${randomUUID()}@example.org`;
    const owner = { ...(await identity.askingFor(who.id)), key: who.key, language: 'en' };
    await identity.emails.add(owner, second);
    const pending = await identity.emails.pending(owner);
    const message = identity.sent.findLast(({ to }) => to === second);
    if (pending === null || message?.is !== 'code') throw new Error('no code');
    expect(await identity.emails.enterCode(owner, pending, message.code)).toEqual({ is: 'added' });
    for (let n = 0; n < 100; n++) await ask(second, `198.51.100.${n}`);
    expect(kindsTo(second)).toContain('pass');
    expect(await gotFor(who.email, () => ask(who.email, '203.0.113.9'))).toEqual(['pass']);
  });

  it('learn nothing of it: what is typed of nobody goes the same way', async () => {
    const nobody = `${randomUUID()}@example.org`;
    for (let n = 0; n < 70; n++) await ask(nobody, `198.51.100.${n}`);
    expect(kindsTo(nobody)).toEqual([]);
    const rows = await database.selectFrom('recovery').select('id').where('is_pass', '=', true).execute();
    const { email } = await newAccount();
    for (let n = 0; n < 70; n++) await ask(email, `198.51.100.${n}`);
    const more = await database.selectFrom('recovery').select('id').where('is_pass', '=', true).execute();
    expect(more).toHaveLength(rows.length + 1);
  });

  it('end no alarm and no hold: a pass proves nothing, and the alarm ends it', async () => {
    const account = await newAccount();
    const { email } = account;
    for (let n = 0; n < 70; n++) await ask(email, `198.51.100.${n}`);
    const token = last('pass', email);
    await identity.raiseAlarm(account.id);
    expect(await recovery.fateOf(token)).toBe('unknown');
    expect(await gotFor(email, () => ask(email, '203.0.113.9'))).toEqual(['pass']);
    const browser = await openPass(email);
    const begun = await recovery.begin('password', email, { language: 'en', network: 'n', browser });
    expect((await ways.progressOf(begun)).stage).toBe('link');
  });
});

describe('the pages of a pass', () => {
  it('lead from the message to the ways back, in the browser that opens it alone', async () => {
    const few = { inAllPerDay: 1, reservedPerDay: 1 };
    const site = await testApp({ policy: { profile: 'standard', code: few } });
    const worker = await site.app.startWorker();
    afterAll(() => worker.stop());
    const { email } = await signUp(site);
    const visit = site.visit();
    const newest = async () => (await site.mailTo(email)).at(-1)?.text ?? '';
    const begin = () => visit.post('/recover/password', { identifier: email }, '/recover/password');
    const stranger = await begin();
    expect((await visit.follow(stranger)).body).toContain('open the link in that message');
    await expect.poll(newest).toContain('/recover/link');
    const shown = await visit.follow(await begin());
    await expect.poll(newest).toContain('/recover/pass');
    expect(shown.body).toContain('open the link in that message');
    const link = /\/recover\/pass\?token=[\w-]+/.exec(await newest())?.[0] ?? '';
    expect((await visit.get(link)).body).toContain('Ask for messages in this browser');
    const token = new URL(link, 'http://x').searchParams.get('token') ?? '';
    const passed = await visit.follow(await visit.post('/recover/link', { token }));
    expect(passed.body).toContain('This browser can ask for messages again');
    expect((await visit.get(link)).statusCode).toBe(410);
    expect((await visit.get('/home')).headers.location).toContain('/sign-in');
    await begin();
    await expect.poll(newest).toContain('/recover/link');
  });
});
