import { describe, expect, it } from 'vitest';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { FIREFOX, prove, testSignIn, UNKNOWN } from '../../../testing/sign-in.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { type Browser, forgetDevices, listDevices } from '../../core/devices/index.ts';
import { readPolicy } from '../../index.ts';
import { makeSignIn } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, factors, signIn, sessions, newAccount } = identity;
const { tryPassword, given, pass, app, codeOf, wrongCode } = testSignIn(identity);
const WRONG = { is: 'wrong' };
const devicesOf = (account: { id: AccountId }) =>
  listDevices(database, clock, identity.policy.devices, account.id);

describe('a known device', () => {
  /** Signs in in full, from a browser that the account does not know yet. */
  async function known(account: Awaited<ReturnType<typeof newAccount>>, remember = false) {
    const token = await pass(account);
    const result = await signIn.checkFactor(token, factors.app, {
      answer: codeOf(account),
      browser: { tokens: [], userAgent: FIREFOX },
      remember,
    });
    if (result.is !== 'right') throw new Error(result.is);
    clock.advance(30);
    return { tokens: [result.value.deviceToken], userAgent: FIREFOX };
  }

  async function entered(
    account: Awaited<ReturnType<typeof newAccount>>,
    first: Browser,
    second = first,
    remember = false,
  ) {
    const step = await tryPassword(account.email, account.password, '/', first);
    if (step.is !== 'needs-factor') throw new Error(step.is);
    const answer = given(codeOf(account), second, remember);
    const result = await signIn.checkFactor(step.token, factors.app, answer);
    if (result.is !== 'right') throw new Error(result.is);
    clock.advance(30);
    return result.value;
  }

  it('is the browser of an earlier full sign-in, and is listed by what it says of itself', async () => {
    const account = await newAccount();
    const browser = await known(account);
    expect(await devicesOf(account)).toMatchObject([{ browser: 'Firefox', system: 'Linux' }]);
    expect((await tryPassword(account.email, account.password, '/', browser)).is).toBe('needs-factor');
    expect(await devicesOf(account)).toHaveLength(1);
    const rows = await database.selectFrom('known_device').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(browser.tokens[0]);
  });

  it('that is new is told to the owner, once, and so is each backup code (ASVS 6.3.5)', async () => {
    const account = await newAccount({ withCodes: true });
    const told = () =>
      identity.told.filter(({ accountId }) => accountId === account.id).map(({ notice }) => notice);
    const browser = await known(account);
    expect(told()).toEqual([{ is: 'new-device', browser: 'Firefox', system: 'Linux' }]);
    const step = await tryPassword(account.email, account.password, '/', browser);
    if (step.is !== 'needs-factor') throw new Error(step.is);
    await signIn.checkFactor(step.token, factors.app, given(codeOf(account), browser));
    expect(told()).toHaveLength(1);
    const again = await tryPassword(account.email, account.password, '/', browser);
    if (again.is !== 'needs-factor') throw new Error(again.is);
    await signIn.checkFactor(again.token, factors.backupCode, given(account.codes[0] ?? '', browser));
    expect(told().slice(1)).toEqual([{ is: 'backup-code-used', left: 9, onNewDevice: false }]);
    // A code on a device that is not known is one message, which says both.
    const elsewhere = { tokens: [], userAgent: browser.userAgent };
    const there = await tryPassword(account.email, account.password, '/', elsewhere);
    if (there.is !== 'needs-factor') throw new Error(there.is);
    await signIn.checkFactor(there.token, factors.backupCode, given(account.codes[1] ?? '', elsewhere));
    expect(told().slice(2)).toEqual([{ is: 'backup-code-used', left: 8, onNewDevice: true }]);
  });

  it('that is new keeps nobody else waiting while its owner is told', async () => {
    const account = await newAccount();
    const telling = await makeSignIn({
      ...identity,
      factors: Object.values(factors),
      // Somebody else's event, while the message is written: the chain of events is one for everybody.
      notices: { send: () => recordSecurityEvent(database, clock, { kind: 'timed-out' }) },
    });
    const result = await telling.checkFactor(await pass(account), factors.app, given(codeOf(account)));
    expect(result.is).toBe('right');
    const events = await database
      .selectFrom('security_event')
      .select(['kind', 'account_id'])
      .orderBy('seq', 'desc')
      .limit(2)
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(['signed-in', 'timed-out']);
  });

  it('keeps the door open for the owner while a stranger fails, at either step (ASVS 6.3.1)', async () => {
    const account = await newAccount();
    const browser = await known(account);
    for (let failure = 0; failure < 12; failure++) await tryPassword(account.email, 'wrong');
    expect((await tryPassword(account.email, account.password)).is).toBe('wait');
    const first = await tryPassword(account.email, account.password, '/', browser);
    if (first.is !== 'needs-factor') throw new Error(first.is);
    expect((await signIn.checkFactor(first.token, factors.app, given(codeOf(account), browser))).is).toBe(
      'right',
    );

    const other = await newAccount();
    const own = await known(other);
    for (let failure = 0; failure < 10; failure++) await app(await pass(other), wrongCode(other));
    expect((await app(await pass(other), codeOf(other))).is).toBe('wait');
    const second = await tryPassword(other.email, other.password, '/', own);
    if (second.is !== 'needs-factor') throw new Error(second.is);
    expect((await signIn.checkFactor(second.token, factors.app, given(codeOf(other), own))).is).toBe('right');
  });

  it('has a count of its own, which a stranger does not share', async () => {
    const account = await newAccount();
    const browser = await known(account);
    for (let failure = 0; failure < 10; failure++)
      expect(await tryPassword(account.email, 'wrong', '/', browser)).toMatchObject(WRONG);
    expect((await tryPassword(account.email, account.password, '/', browser)).is).toBe('wait');
    expect((await tryPassword(account.email, account.password)).is).toBe('needs-factor');
  });

  it('never comes of a token that somebody put into the browser before, at whichever step (ASVS 7.2.4)', async () => {
    const { deviceToken } = await entered(await newAccount(), UNKNOWN);
    const planted = { tokens: [deviceToken], userAgent: FIREFOX };
    for (const [first, second] of [
      [planted, planted],
      [UNKNOWN, planted],
      [undefined, planted],
    ] as const) {
      const account = await newAccount();
      // A device of the account's own at the first step makes no other one known at the second.
      const own = first ?? (await known(account));
      const { deviceToken: given } = await entered(account, own, second, true);
      expect(given).not.toBe(deviceToken);
      expect((await tryPassword(account.email, account.password, '/', planted)).is).toBe('needs-factor');
      const told = identity.told.filter(({ accountId }) => accountId === account.id);
      expect(told.length).toBe(first === undefined ? 2 : 1);
    }
  });

  it('of one account is unknown to another', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const browser = await known(mine);
    for (let failure = 0; failure < 10; failure++) await tryPassword(theirs.email, 'wrong');
    expect((await tryPassword(theirs.email, theirs.password, '/', browser)).is).toBe('wait');
  });

  it('is unknown once it is forgotten, or was not used for as long as the policy says', async () => {
    for (const forget of [
      (id: AccountId) => forgetDevices(database, id),
      async () => clock.advance(identity.policy.devices.days * 24 * 3600),
    ]) {
      const account = await newAccount();
      const browser = await known(account, true);
      await forget(account.id);
      expect((await tryPassword(account.email, account.password, '/', browser)).is).toBe('needs-factor');
      for (let failure = 0; failure < 10; failure++) await tryPassword(account.email, 'wrong');
      expect((await tryPassword(account.email, account.password, '/', browser)).is).toBe('wait');
    }
  });

  it('that the person wants remembered skips the code for 30 days, and proves nothing by that', async () => {
    const account = await newAccount();
    const browser = await known(account, true);
    clock.advance(30 * 24 * 3600 - 60);
    const result = await tryPassword(account.email, account.password, '/cases', browser);
    if (result.is !== 'signed-in') throw new Error(result.is);
    expect(result.entered.returnTo).toBe('/cases');
    expect(await sessions.find(result.entered.token)).toMatchObject({
      is: 'live',
      session: { accountId: account.id, provenAt: null },
    });
    expect((await tryPassword(account.email, 'wrong', '/', browser)).is).toBe('wrong');
    clock.advance(60);
    expect((await tryPassword(account.email, account.password, '/', browser)).is).toBe('needs-factor');
  });

  it('skips nothing in the strict profile, nor after a backup code (ASVS 6.3.3)', async () => {
    const strict = await testIdentity(test, { policy: readPolicy({ profile: 'strict' }) });
    const account = await newAccount({ withCodes: true });
    const browser = await known(account, true);
    const step = await strict.signIn.checkPassword({
      identifier: account.email,
      password: account.password,
      returnTo: '/',
      browser,
      prove,
    });
    expect(step.is).toBe('needs-factor');

    const other = await newAccount({ withCodes: true });
    const answer = given(other.codes[0] ?? '', UNKNOWN, true);
    const result = await signIn.checkFactor(await pass(other), factors.backupCode, answer);
    if (result.is !== 'right') throw new Error(result.is);
    const again = { tokens: [result.value.deviceToken], userAgent: '' };
    expect((await tryPassword(other.email, other.password, '/', again)).is).toBe('needs-factor');
  });
});
