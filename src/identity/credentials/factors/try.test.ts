import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { HashingBusy } from '../../../platform/hashing/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { accountSubject, countTry } from '../../core/throttling/index.ts';
import { currentCode } from '../authenticator-app/index.ts';
import { type Factor, factorsOf, tryFactor } from './index.ts';

const test = await freshDatabase();
const { database, clock, policy, notices, factors, newAccount } = await testIdentity(test);

/** Somebody who is asked for a second step, whose tries are counted first. */
async function asked() {
  const { id: accountId, key, secret } = await newAccount();
  const counted = { subject: accountSubject(accountId), kind: 'authenticator-app' } as const;
  const count = async () => {
    const admission = await countTry(database, clock, policy.failures, counted);
    return admission.is === 'admitted' ? admission.failures : admission;
  };
  const challenged = { attempt: accountId, accountId, key, language: 'en' };
  const answer = async (text: string, factor: Factor = factors.app) => {
    const counts = await count();
    const failures = typeof counts === 'number' ? counts : policy.failures.disable;
    const parts = { database, clock, policy, notices };
    return tryFactor(
      parts,
      { factor, challenged, answer: text, counted, failures, behind: 'password' },
      async ({ take }) => {
        const { rows } = await take(sql<boolean>`true`).execute(database);
        return rows.length === 1 ? 'let in' : null;
      },
    );
  };
  const events = async () =>
    database
      .selectFrom('security_event')
      .select(['kind', 'detail'])
      .where('account_id', '=', accountId)
      .execute();
  return { answer, count, events, code: () => currentCode(secret, clock.now()).code };
}
const failing = (error: Error): Factor => ({ ...factors.app, check: () => Promise.reject(error) });

describe('a try of a second step', () => {
  it('that is right lets in once; sent again it is wrong', async () => {
    const { answer, code } = await asked();
    expect(await answer(code())).toEqual({ is: 'right', value: 'let in' });
    expect(await answer(code())).toEqual({ is: 'wrong' });
  });

  it('that is wrong is written down with its kind, one that is right is not (ASVS 16.3.1)', async () => {
    const { answer, code, events } = await asked();
    await answer(code());
    expect(await events()).toEqual([]);
    expect(await answer('no code')).toEqual({ is: 'wrong' });
    const refused = { kind: 'code-refused', detail: { factor: 'authenticator-app' } };
    expect(await events()).toEqual([refused]);
    // Also where it was right and used up before.
    await answer(code());
    expect(await events()).toEqual([refused, refused]);
  });

  it('is not counted where too many waited to be checked, and stays so where something broke', async () => {
    const { answer, count, events } = await asked();
    await expect(answer('x', failing(new HashingBusy(1)))).rejects.toThrow(HashingBusy);
    expect(await count()).toBe(1);
    await expect(answer('x', failing(new Error('broken')))).rejects.toThrow('broken');
    expect(await count()).toBe(3);
    expect(await events()).toEqual([]);
  });
});

describe('the second steps that are offered', () => {
  it('are those that an account has, in the order of the agency', () => {
    const all = Object.values(factors);
    expect(factorsOf(all, ['backup-code', 'passkey']).map(({ kind }) => kind)).toEqual([
      'passkey',
      'backup-code',
    ]);
    expect(factorsOf(all, [])).toEqual([]);
  });
});
