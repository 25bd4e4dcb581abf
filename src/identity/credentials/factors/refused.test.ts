import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { testSignIn, UNKNOWN } from '../../../testing/sign-in.ts';

const identity = await testIdentity(await freshDatabase());
const { clock, database, factors, links, policy, recovery, sessions, signIn, stepUp, newAccount } = identity;
const { tryPassword, app, codeOf, pass, wrongCode } = testSignIn(identity);
const toldOf = ({ id }: { readonly id: string }) =>
  identity.told.filter(({ accountId }) => accountId === id).map(({ notice }) => notice);
const REFUSED = { is: 'second-step-refused', factor: 'authenticator-app', behind: 'password' };

describe('wrong second steps after a right password (ASVS 6.3.5)', () => {
  it('are told to the owner at every fifth in a row, also from another sign-in and a month later', async () => {
    const account = await newAccount({ withCodes: true });
    const token = await pass(account);
    for (let tries = 1; tries < policy.failures.tell; tries++) await app(token, wrongCode(account));
    expect(toldOf(account)).toEqual([]);
    await app(token, wrongCode(account));
    expect(toldOf(account)).toEqual([REFUSED]);
    expect(policy.failures.tell).toBe(5);
    // The owner comes in by another kind, which forgives this one nothing.
    const codes = { answer: account.codes[0] ?? '', browser: UNKNOWN, remember: false };
    expect((await signIn.checkFactor(token, factors.backupCode, codes)).is).toBe('right');
    clock.advance(30 * 24 * 3600);
    const refusals = () => toldOf(account).filter(({ is }) => is === REFUSED.is);
    for (let tries = 1; tries < policy.failures.tell; tries++)
      await app(await pass(account), wrongCode(account));
    expect(refusals()).toEqual([REFUSED]);
    await app(await pass(account), wrongCode(account));
    expect(refusals()).toEqual([REFUSED, REFUSED]);
  });

  it('are not told where fewer were wrong before a right one', async () => {
    const account = await newAccount();
    for (let times = 0; times < 2; times++) {
      const token = await pass(account);
      for (let tries = 1; tries < policy.failures.tell; tries++) await app(token, wrongCode(account));
      expect((await app(token, codeOf(account))).is).toBe('right');
      identity.clock.advance(30);
    }
    expect(toldOf(account).filter(({ is }) => is === 'second-step-refused')).toEqual([]);
  });
});

describe('wrong second steps of somebody who has not given the password (ASVS 6.3.5)', () => {
  it('are told for what they are: of a way back by who reads the mail, and of a session', async () => {
    const account = await newAccount();
    const way = await recovery.begin('password', account.email, {
      language: 'en',
      network: '192.0.2.1',
      browser: UNKNOWN,
    });
    for (const { id } of await database.selectFrom('recovery').select('id').execute())
      await recovery.send(id);
    const link = links.at(-1) ?? '';
    const opened = await recovery.openLink(link, UNKNOWN);
    if (opened.is !== 'next') throw new Error(opened.is);
    expect(await recovery.find(way)).toBeNull();
    const progress = await recovery.find(opened.token);
    if (progress === null) throw new Error('no recovery');
    const wrong = wrongCode(account);
    for (let tries = 0; tries < policy.failures.tell; tries++)
      await recovery.confirm(progress, factors.app, wrong);
    expect(toldOf(account)).toEqual([{ ...REFUSED, behind: 'email' }]);

    const other = await newAccount();
    const token = await sessions.begin(database, other.id, { proven: true, deviceId: null });
    const found = await sessions.find(token);
    if (found.is !== 'live') throw new Error(found.is);
    for (let tries = 0; tries < policy.failures.tell; tries++)
      await stepUp.check(found.session, factors.app, wrongCode(other));
    expect(toldOf(other)).toEqual([{ ...REFUSED, behind: 'session' }]);
  });
});

describe('wrong passwords', () => {
  it('are not: anybody can give them', async () => {
    const account = await newAccount();
    for (let tries = 0; tries < policy.failures.wait; tries++) await tryPassword(account.email, 'wrong');
    expect(toldOf(account)).toEqual([]);
  });
});
