import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Hasher } from '../../../platform/hashing/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testHasher } from '../../../testing/hashing.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { prove, UNKNOWN } from '../../../testing/sign-in.ts';
import { makeSignIn } from './index.ts';

const identity = await testIdentity(await freshDatabase());
const { database, vault, hasher, factors, newAccount } = identity;
const newer = testHasher({ peppers: [{ name: 'newer', key: randomBytes(32) }, ...vault.peppers] });
type Account = Awaited<ReturnType<typeof newAccount>>;

/** One try of a password where hashes are made by another hasher than when the account was made. */
async function enter(account: Account, by: Partial<Hasher> = {}, password = account.password) {
  const signIn = await makeSignIn({
    ...identity,
    factors: Object.values(factors),
    hasher: { ...newer, ...by },
  });
  const given = { identifier: account.email, password, returnTo: '/', browser: UNKNOWN, prove };
  return () => signIn.checkPassword(given);
}

async function hashOf({ id }: Account): Promise<string> {
  const row = await database
    .selectFrom('password')
    .select('hash')
    .where('account_id', '=', id)
    .executeTakeFirstOrThrow();
  return row.hash;
}

describe('a password whose hash is outdated (ASVS 11.2.2)', () => {
  it('is hashed anew when it is right, once, and stays right', async () => {
    const [account, other] = [await newAccount(), await newAccount()];
    const before = { mine: await hashOf(account), others: await hashOf(other) };
    const wrong = await enter(account, {}, 'wrong');
    expect((await wrong()).is).toBe('wrong');
    expect(await hashOf(account)).toBe(before.mine);

    const right = await enter(account);
    expect((await right()).is).toBe('needs-factor');
    const after = await hashOf(account);
    expect(after).not.toBe(before.mine);
    expect(await newer.renew(after, account.password)).toBeNull();
    expect(await newer.verify(after, account.password)).toBe(true);
    expect(await hashOf(other)).toBe(before.others);

    expect((await right()).is).toBe('needs-factor');
    expect(await hashOf(account)).toBe(after);
  });

  it('is right for everybody who gives it at the same moment, and one hash stands', async () => {
    const account = await newAccount();
    const right = await enter(account);
    const results = await Promise.all(Array.from({ length: 6 }, right));
    expect(results.map(({ is }) => is)).toEqual(Array.from({ length: 6 }, () => 'needs-factor'));
    expect(await newer.renew(await hashOf(account), account.password)).toBeNull();
  });

  it('is hashed anew another time where hashing is busy', async () => {
    const account = await newAccount();
    const before = await hashOf(account);
    const busy = await enter(account, { renew: async () => null });
    expect((await busy()).is).toBe('needs-factor');
    expect(await hashOf(account)).toBe(before);
  });

  it('lets nobody in where hashing fails for another reason', async () => {
    const account = await newAccount();
    const before = await hashOf(account);
    const broken = await enter(account, { renew: () => Promise.reject(new Error('no memory')) });
    await expect(broken()).rejects.toThrow('no memory');
    expect(await hashOf(account)).toBe(before);
  });

  it('lets nobody in who gave the old one of a password that was changed meanwhile', async () => {
    const account = await newAccount();
    const changed = await hasher.hash('another-one-of-willow-94');
    const renew: Hasher['renew'] = async (hash, secret) => {
      await database
        .updateTable('password')
        .set({ hash: changed })
        .where('account_id', '=', account.id)
        .execute();
      return newer.renew(hash, secret);
    };
    const late = await enter(account, { renew });
    expect(await late()).toEqual({ is: 'wrong', asksProof: false });
    expect(await hashOf(account)).toBe(changed);
  });
});
