import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testHasher } from '../../../testing/hashing.ts';
import { testIdentity } from '../../../testing/identity.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { makeSecurityQuestions } from './index.ts';

const identity = await testIdentity(await freshDatabase());
const { database, vault, newAccount } = identity;
const newer = testHasher({ peppers: [{ name: 'newer', key: randomBytes(32) }, ...vault.peppers] });
/** Questions whose answers are hashed by another hasher than when they were set. */
const now = makeSecurityQuestions({ ...identity, hasher: newer });
const ANSWERS = ['Señor Bigotes', 'Wilhelmina', 'Ouagadougou'];

async function withAnswers(): Promise<AccountId> {
  const { id } = await newAccount();
  const [pet = '', boss = '', trip = ''] = ANSWERS;
  await identity.securityQuestions.set(await identity.askingFor(id), [
    { question: 'pet', answer: pet },
    { question: 'boss', answer: boss },
    { question: 'trip', answer: trip },
  ]);
  return id;
}
async function hashOf(accountId: AccountId): Promise<string> {
  const row = await database
    .selectFrom('security_question')
    .select('answers_hash')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return row.answers_hash;
}

describe('answers whose hash is outdated (ASVS 11.2.2)', () => {
  it('are hashed anew when they are right, once, and stay right', async () => {
    const [id, other] = [await withAnswers(), await withAnswers()];
    const before = { mine: await hashOf(id), others: await hashOf(other) };
    expect(await now.areRight(id, ['Rex', ...ANSWERS.slice(1)])).toBe(false);
    expect(await hashOf(id)).toBe(before.mine);
    expect(await now.areRight(id, ANSWERS)).toBe(true);
    const after = await hashOf(id);
    expect(after).toMatch(/^newer\$/);
    expect(await now.areRight(id, ANSWERS)).toBe(true);
    expect([await hashOf(id), await hashOf(other)]).toEqual([after, before.others]);
  });

  it('are right also where it is not done', async () => {
    const id = await withAnswers();
    const before = await hashOf(id);
    const busy = makeSecurityQuestions({ ...identity, hasher: { ...newer, renew: async () => null } });
    expect(await busy.areRight(id, ANSWERS)).toBe(true);
    expect(await hashOf(id)).toBe(before);
  });

  it('leave those alone that were chosen meanwhile', async () => {
    const id = await withAnswers();
    const meanwhile = makeSecurityQuestions({
      ...identity,
      hasher: {
        ...newer,
        renew: async (hash, secret) => {
          await database
            .updateTable('security_question')
            .set({ answers_hash: 'chosen meanwhile' })
            .where('account_id', '=', id)
            .execute();
          return newer.renew(hash, secret);
        },
      },
    });
    expect(await meanwhile.areRight(id, ANSWERS)).toBe(true);
    expect(await hashOf(id)).toBe('chosen meanwhile');
  });
});
