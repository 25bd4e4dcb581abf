import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { testIdentity } from '../../testing/identity.ts';
import { testSignIn } from '../../testing/sign-in.ts';

const identity = await testIdentity(await freshDatabase());
const { policy, newAccount } = identity;
const { tryPassword, app, codeOf, pass, wrongCode } = testSignIn(identity);
const toldOf = ({ id }: { readonly id: string }) =>
  identity.told.filter(({ accountId }) => accountId === id).map(({ notice }) => notice);
const REFUSED = { is: 'second-step-refused', factor: 'authenticator-app' };

describe('wrong second steps after a right password (ASVS 6.3.5)', () => {
  it('are told to the owner at the fifth in a row, once', async () => {
    const account = await newAccount();
    const token = await pass(account);
    for (let tries = 1; tries < policy.failures.tell; tries++) await app(token, wrongCode(account));
    expect(toldOf(account)).toEqual([]);
    await app(token, wrongCode(account));
    expect(toldOf(account)).toEqual([REFUSED]);
    // Also by whoever begins again.
    await app(await pass(account), wrongCode(account));
    expect(toldOf(account)).toEqual([REFUSED]);
    expect(policy.failures.tell).toBe(5);
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

describe('wrong passwords', () => {
  it('are not: anybody can give them', async () => {
    const account = await newAccount();
    for (let tries = 0; tries < policy.failures.wait; tries++) await tryPassword(account.email, 'wrong');
    expect(toldOf(account)).toEqual([]);
  });
});
