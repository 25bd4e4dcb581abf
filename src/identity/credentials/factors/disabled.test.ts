import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../../../testing/recovery.ts';
import { testSignIn } from '../../../testing/sign-in.ts';

const identity = await testIdentity(await freshDatabase());
const { database, policy, sessions, factors, passwordChange, newAccount } = identity;
const { tryPassword, app, pass, wrongCode } = testSignIn(identity);
const ways = testRecovery(identity);

type Account = Awaited<ReturnType<typeof newAccount>>;

/** What somebody was told who had one wrong try left before an authenticator is disabled, and makes two. */
async function afterTheLast(account: Account, guess: () => Promise<{ readonly is: string }>) {
  expect((await guess()).is).toBe('wrong');
  await database
    .updateTable('throttle')
    .set({ failures: policy.failures.disable - 1, wait_until: null })
    .execute();
  const mark = identity.told.length;
  expect((await guess()).is).toBe('wrong');
  expect((await guess()).is).toBe('disabled');
  return identity.told.slice(mark).filter(({ accountId }) => accountId === account.id);
}
const sessionOf = async ({ id }: Account) => {
  const found = await sessions.find(await sessions.begin(database, id, { proven: true, deviceId: null }));
  if (found.is !== 'live') throw new Error(found.is);
  return found.session;
};

describe('what too many wrong tries disable is told to every address, once (ASVS 6.3.5)', () => {
  it('a password at the door', async () => {
    const account = await newAccount();
    const told = await afterTheLast(account, () => tryPassword(account.email, 'wrong'));
    expect(told.map(({ notice }) => notice)).toEqual([{ is: 'factor-disabled', factor: 'password' }]);
  });

  it('a second step of a sign-in', async () => {
    const account = await newAccount();
    const guess = async () => app(await pass(account), wrongCode(account));
    const told = await afterTheLast(account, guess);
    expect(told.map(({ notice }) => notice)).toEqual([
      { is: 'factor-disabled', factor: 'authenticator-app' },
    ]);
  });

  it('a password that is to be changed', async () => {
    const account = await newAccount();
    const session = await sessionOf(account);
    const wanted = { current: 'wrong', password: NEW_PASSWORD, elsewhere: 'stay' } as const;
    const told = await afterTheLast(account, () => passwordChange.change(session, wanted));
    expect(told.map(({ notice }) => notice)).toEqual([{ is: 'factor-disabled', factor: 'password' }]);
  });

  it('a second step of a way back', async () => {
    const account = await ways.newAccount();
    await ways.begin('password', account.email);
    const token = (await ways.openLink(ways.last('link', account.email))) ?? '';
    const progress = await ways.progressOf(token);
    await afterTheLast(account, () => ways.recovery.confirm(progress, factors.app, wrongCode(account)));
    expect(ways.kindsTo(account.email).filter((kind) => kind === 'factor-disabled')).toHaveLength(1);
  });
});
