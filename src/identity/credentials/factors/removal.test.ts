import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataKey } from '../../../platform/crypto/index.ts';
import { softAuthenticator } from '../../../testing/authenticator.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { SITE, testIdentity } from '../../../testing/identity.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { parsePhone } from '../../core/phones/index.ts';
import { type Asking, unlessUnderAlarm } from '../../session/alarm/index.ts';
import { mayRemove } from './index.ts';

const test = await freshDatabase();
const { database, clock, passkeys, phones, factors, newAccount, askingFor } = await testIdentity(test);
const all = Object.values(factors);
const authenticator = softAuthenticator({ origin: SITE });

/** An account with an app and some passkeys. */
async function having(count: number) {
  const { id: accountId, key } = await newAccount();
  const owner = { ...(await askingFor(accountId)), key };
  const purpose = { for: 'enrolment', of: accountId } as const;
  for (let each = 0; each < count; each++) {
    clock.advance(1);
    const options = await passkeys.offer(
      { accountId, key },
      { purpose, agency: 'A', login: 'l', fullName: 'f' },
    );
    if (options === null) throw new Error('enough');
    const { answer } = authenticator.create(options);
    await passkeys.add(owner, { purpose, answer, name: 'Passkey' });
  }
  const made = await passkeys.list({ accountId, key });
  expect(made).toHaveLength(count);
  return { owner, passkeys: made.map(({ id }) => id) };
}

async function addPhone(owner: { accountId: AccountId; key: DataKey }) {
  const read = parsePhone('+12025550142');
  if (read.is !== 'number') throw new Error(read.is);
  await database.transaction().execute(async (transaction) => {
    const added = await phones.add(transaction, owner, read.number);
    if (added.is !== 'added') throw new Error(added.is);
    await phones.verify(transaction, owner.accountId, added.id);
  });
}

const removeApp = (owner: Asking) =>
  unlessUnderAlarm(database, owner, async (transaction) => {
    const { accountId } = owner;
    if (!(await mayRemove(transaction, all, accountId, { kind: 'authenticator-app', left: 0 })))
      return { is: 'last' };
    await transaction.deleteFrom('authenticator_app').where('account_id', '=', accountId).execute();
    return { is: 'removed' };
  });

async function strongLeft(accountId: AccountId): Promise<number> {
  const count = async (table: 'passkey' | 'authenticator_app') =>
    (await database.selectFrom(table).select('id').where('account_id', '=', accountId).execute()).length;
  return (await count('passkey')) + (await count('authenticator_app'));
}

describe('what an account is kept by', () => {
  it('is never all removed, in whatever order or side by side', async () => {
    const plan = fc.record({
      count: fc.integer({ min: 0, max: 3 }),
      order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      atOnce: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ count, order, atOnce }) => {
        const { owner, passkeys: ids } = await having(count);
        const removals = order
          .filter((which) => which <= count)
          .map((which) => () => {
            const id = ids[which - 1];
            return id === undefined ? removeApp(owner) : passkeys.remove(owner, id, all);
          });
        const results: Array<{ readonly is: string }> = [];
        if (atOnce) results.push(...(await Promise.all(removals.map((remove) => remove()))));
        else for (const remove of removals) results.push(await remove());
        expect(results.filter(({ is }) => is === 'last')).toHaveLength(1);
        expect(await strongLeft(owner.accountId)).toBe(1);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['passkey', 'authenticator-app'],
    ['passkey', 'sms-code'],
    ['authenticator-app', 'passkey'],
    ['authenticator-app', 'sms-code'],
    ['sms-code', 'passkey'],
    ['sms-code', 'authenticator-app'],
  ] as const)('may lose its last %s while it has %s, and not before', async (kind, other) => {
    const {
      owner: { accountId, key },
    } = await having(kind === 'passkey' || other === 'passkey' ? 1 : 0);
    if (kind !== 'authenticator-app' && other !== 'authenticator-app')
      await database.deleteFrom('authenticator_app').where('account_id', '=', accountId).execute();
    if (kind === 'sms-code' || other === 'sms-code') await addPhone({ accountId, key });
    const may = (left: number) => mayRemove(database, all, accountId, { kind, left });
    expect([await may(0), await may(1)]).toEqual([true, true]);
    await database.transaction().execute(async (transaction) => {
      for (const factor of all)
        if (factor.kind === other) await factor.forget(transaction, { accountId, key });
    });
    expect([await may(0), await may(1)]).toEqual([false, true]);
  });

  it('does not count backup codes', async () => {
    const { id: accountId } = await newAccount({ withCodes: true });
    expect(await removeApp(await askingFor(accountId))).toEqual({ is: 'last' });
    expect(await mayRemove(database, all, accountId, { kind: 'backup-code', left: 0 })).toBe(true);
  });
});
