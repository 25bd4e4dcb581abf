import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { SECOND_STEPS } from '../../index.ts';
import { bindOrTakeBack, enrolled, factorsOf, recordRefusal, unlessUsedUp } from './index.ts';

const identity = await testIdentity(await freshDatabase());
const { database, policy, newAccount } = identity;
const factors = Object.values(identity.factors);

describe('binding a second step as a part of something larger', async () => {
  const { id: accountId, key } = await newAccount();
  const nameOf = async () =>
    (
      await database
        .selectFrom('account')
        .select('language')
        .where('id', '=', accountId)
        .executeTakeFirstOrThrow()
    ).language;
  const work = (bind: () => Promise<boolean>) =>
    unlessUsedUp(
      database.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('account')
          .set({ language: 'es' })
          .where('id', '=', accountId)
          .execute();
        await bindOrTakeBack(bind, transaction, { accountId, key });
        return { is: 'done' } as const;
      }),
    );

  it('takes all of it back where the second step was used up, or binding fails, and else nothing', async () => {
    expect(await work(async () => false)).toEqual({ is: 'wrong' });
    expect(await nameOf()).toBe('en');
    await expect(work(() => Promise.reject(new Error('no table')))).rejects.toThrow('no table');
    expect(await nameOf()).toBe('en');
    expect(await work(async () => true)).toEqual({ is: 'done' });
    expect(await nameOf()).toBe('es');
  });
});

describe('the kinds of second steps', () => {
  it('are in the order in which they are offered, and all but those that are given out can be brought', () => {
    const kinds = (list: typeof factors) => list.map(({ kind }) => kind);
    const all = ['passkey', 'authenticator-app', 'sms-code', 'backup-code'] as const;
    expect(kinds(factors)).toEqual(Object.keys(SECOND_STEPS));
    expect(kinds([...factorsOf(factors, all)])).toEqual(all);
    expect(kinds([...factorsOf(enrolled(factors), all)])).toEqual(all.slice(0, 3));
    expect(kinds([...factorsOf(factors, ['backup-code', 'passkey'])])).toEqual(['passkey', 'backup-code']);
  });

  it.each(['passkey', 'authenticator-app', 'sms-code', 'backup-code', 'password'] as const)(
    'is told as disabled after a hundred wrong tries: %s',
    async (kind) => {
      const { id } = await newAccount();
      const refused = kind === 'password' ? kind : ({ factor: kind, behind: 'password' } as const);
      const told = () =>
        identity.told.filter(({ accountId }) => accountId === id).map(({ notice }) => notice);
      await recordRefusal(identity, { accountId: id, refused, failures: policy.failures.disable - 1 });
      expect(told()).toEqual([]);
      await recordRefusal(identity, { accountId: id, refused, failures: policy.failures.disable });
      expect(told()).toEqual([{ is: 'factor-disabled', factor: kind }]);
      const events = await database
        .selectFrom('security_event')
        .select(['kind', 'detail'])
        .where('account_id', '=', id)
        .execute();
      const event =
        kind === 'password'
          ? { kind: 'password-refused', detail: {} }
          : { kind: 'code-refused', detail: { factor: kind } };
      expect(events).toEqual([event, event]);
    },
  );
});
