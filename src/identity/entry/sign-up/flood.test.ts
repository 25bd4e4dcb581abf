import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { PERSON, testIdentity } from '../../../testing/identity.ts';
import { emailIndexes } from '../../core/accounts/index.ts';
import { removeSignUps } from './store.ts';

const identity = await testIdentity(await freshDatabase());
const { clock, policy, sent, signUp } = identity;
const { inAllPerDay, reservedPerDay } = policy.code;
const HOUR = 3600;
const PASSWORD = 'kettle-orbit-94-willow';

const newEmail = () => `${randomUUID()}@example.org`;
const begin = (email: string, network: string) => signUp.begin(email, { language: 'en', network });
const kindsTo = (email: string) => sent.filter(({ to }) => to === email).map(({ is }) => is);
const passTo = (email: string) => {
  const pass = sent.findLast(({ to, is }) => to === email && is === 'pass');
  return pass?.is === 'pass' ? pass.token : '';
};
const at = async (token: string | null) => {
  const progress = await signUp.find(token ?? '');
  if (progress === null) throw new Error('the sign-up is gone');
  return progress;
};
/** What strangers do who have any number of networks, until nothing is sent any more. */
async function flood(email: string, day = 0) {
  for (let n = 0; n < inAllPerDay + reservedPerDay + 10; n++) await begin(email, `198.51.${day}.${n}`);
}
const here = { language: 'es', network: '203.0.113.9' };

describe('strangers who ask for all that an address is sent', () => {
  it('leave a network that has not asked that day its code, where they have four (ASVS 2.4.1)', async () => {
    const email = newEmail();
    for (let hour = 0; hour < 48; hour++) {
      for (let network = 0; network < 4; network++)
        for (let times = 0; times < 5; times++) await begin(email, `2001:db8:0:${network}`);
      if (hour % 6 === 0) expect((await at(await begin(email, `192.0.2.${hour}`))).sent).toBe(true);
      clock.advance(HOUR);
    }
  });

  it('do not shut its reader out: a pass begins the sign-up in the browser that opens it, once', async () => {
    const email = newEmail();
    await flood(email);
    expect((await at(await begin(email, here.network))).sent).toBe(false);
    const pass = passTo(email);
    expect(await signUp.isPass(pass)).toBe(true);
    const opened = await Promise.all(Array.from({ length: 6 }, () => signUp.openPass(pass, here)));
    const [token, ...more] = opened.filter((each) => each !== null);
    expect(more).toEqual([]);
    const progress = await at(token ?? null);
    expect(progress).toMatchObject({ stage: 'password', email, language: 'es' });
    await signUp.choosePassword(progress, PASSWORD);
    await signUp.describe(await at(token ?? null), PERSON);
    await signUp.confirm(await at(token ?? null));
    expect((await at(token ?? null)).stage).toBe('authenticator');
    expect(await signUp.isPass(pass)).toBe(false);
    for (const nonsense of ['', pass, 'A'.repeat(43)])
      expect(await signUp.openPass(nonsense, here)).toBeNull();
  });

  it('cannot take the code of a browser for a pass, nor go on by a pass that nobody opened', async () => {
    const email = newEmail();
    const cookie = await begin(email, '192.0.2.1');
    expect(await signUp.isPass(cookie)).toBe(false);
    expect(await signUp.openPass(cookie, here)).toBeNull();
    await flood(email);
    expect((await at(passTo(email))).stage).toBe('code');
  });

  it('leave a pass in the mailbox at all times, and send it few messages a day (ASVS 2.3.2)', async () => {
    const email = newEmail();
    let mark = 0;
    for (let round = 0; round < 15; round++) {
      if (round % 5 === 0) mark = kindsTo(email).length;
      await flood(email, round);
      expect(await signUp.isPass(passTo(email))).toBe(true);
      const kinds = kindsTo(email).slice(mark);
      expect(kinds.filter((kind) => kind === 'pass').length).toBeLessThanOrEqual(4);
      expect(kinds.filter((kind) => kind === 'code').length).toBeLessThanOrEqual(
        inAllPerDay + reservedPerDay,
      );
      clock.advance(5 * HOUR);
    }
  });

  it('see no more of an address that has an account, which hears of it as often', async () => {
    const [{ email }, nobody] = [await identity.newAccount(), newEmail()];
    await flood(email);
    await flood(nobody);
    expect(kindsTo(email)).toEqual(kindsTo(nobody).map(() => 'known'));
    expect((await at(await begin(email, here.network))).sent).toBe(false);
  });

  it('have another pass sent six hours later, which works for a day, and for no address that has an account by then', async () => {
    const email = newEmail();
    await flood(email);
    const first = passTo(email);
    clock.advance(6 * HOUR - 1);
    await begin(email, '198.51.0.0');
    expect(passTo(email)).toBe(first);
    clock.advance(1);
    await begin(email, '198.51.0.0');
    const second = passTo(email);
    expect(second).not.toBe(first);
    clock.advance(18 * HOUR);
    expect([await signUp.isPass(first), await signUp.isPass(second)]).toEqual([false, true]);
    await removeSignUps(identity.database, emailIndexes(identity.vault, email));
    expect(await signUp.isPass(second)).toBe(false);
  });
});

describe('the pages of a pass', () => {
  it('lead from the message to the password, in the browser that opens it alone', async () => {
    const code = { inAllPerDay: 1, reservedPerDay: 1 };
    const app = await testApp({ policy: { profile: 'standard', code } });
    const email = newEmail();
    await app.visit().post('/sign-up', { email }, '/sign-up');
    const stranger = app.visit();
    const answer = await stranger.follow(await stranger.post('/sign-up', { email }, '/sign-up'));
    expect(answer.body).toContain('open the link in that message');
    const text = (await app.mailTo(email)).at(-1)?.text ?? '';
    const link = /\/sign-up\/pass\?token=[\w-]+/.exec(text)?.[0] ?? '';
    const visit = app.visit();
    expect((await visit.get(link)).body).toContain('we know that the address is yours');
    const token = new URL(link, 'http://x').searchParams.get('token') ?? '';
    const next = await visit.post('/sign-up/pass', { token });
    expect(next.headers.location).toBe('/sign-up/password');
    expect((await visit.follow(next)).body).toContain(email);
    expect((await stranger.get('/sign-up/password')).headers.location).toBe('/sign-up/code');
    expect((await visit.get(link)).statusCode).toBe(410);
    expect((await visit.post('/sign-up/pass', { token })).statusCode).toBe(410);
    expect((await visit.get('/sign-up/pass')).statusCode).toBe(404);
  });
});
