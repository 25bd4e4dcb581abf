import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { readPerson, readProfile } from '../../core/accounts/index.ts';
import { makeAccountSettings } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, vault, clock, policy, sessions, newAccount, askingFor, signIn } = identity;
const told: string[] = [];
const settings = makeAccountSettings({
  database,
  vault,
  clock,
  policy: policy.failures,
  notices: { send: async (_transaction, accountId, { is }) => void told.push(`${accountId} ${is}`) },
});
const owner = async (username?: string) => {
  const account = await newAccount(username === undefined ? {} : { username });
  return { ...(await askingFor(account.id)), key: account.key, password: account.password };
};
const opens = async (identifier: string, password: string) =>
  (
    await signIn.checkPassword({
      identifier,
      password,
      returnTo: '/home',
      browser: { tokens: [], userAgent: '' },
      prove: async () => ({ is: 'proven' }) as const,
    })
  ).is === 'needs-factor';
const profile = ({ accountId, key }: Awaited<ReturnType<typeof owner>>) =>
  readProfile(database, key, accountId);

describe('the name in use', () => {
  it('is shown in place of the name of the papers, which stays', async () => {
    const mine = await owner();
    await settings.setName(mine, 'Zdzisia');
    const token = await sessions.begin(database, mine.accountId, { proven: true, deviceId: null });
    expect(await sessions.find(token)).toMatchObject({
      session: { name: 'Zdzisia', fullName: 'Zdzisława Ngọc Quill' },
    });
    expect((await readPerson(database, vault, mine.accountId))?.fullName).toBe('Zdzisława Ngọc Quill');
    await settings.setName(mine, null);
    expect(await sessions.find(token)).toMatchObject({ session: { name: 'Zdzisława Ngọc Quill' } });
  });

  it('that is the name of the papers is none', async () => {
    const mine = await owner();
    await settings.setName(mine, 'Zdzisława Ngọc Quill');
    expect((await profile(mine)).nameInUse).toBeNull();
  });
});

const events = async (accountId: string) =>
  (
    await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', accountId)
      .orderBy('seq')
      .execute()
  ).map(({ kind }) => kind);

describe('what is changed', () => {
  it('is written down, and what stays as it was is not', async () => {
    const mine = await owner('same.name');
    await settings.setName(mine, null);
    await settings.setName(mine, 'Zdzisława Ngọc Quill');
    await settings.setUsername(mine, 'same.name');
    expect(await events(mine.accountId)).toEqual([]);
    await settings.setName(mine, 'Zdzisia');
    await settings.setName(mine, 'Zdzisia');
    await settings.setUsername(mine, 'other.than.that');
    await settings.setUsername(mine, 'other.than.that');
    await settings.setName(mine, 'Zdzisława Ngọc Quill');
    expect((await profile(mine)).nameInUse).toBeNull();
    expect(await events(mine.accountId)).toEqual(['name-changed', 'username-changed', 'name-changed']);
  });
});

describe('the username', () => {
  it('signs in however it is typed, the one before no more, and the person is told', async () => {
    const mine = await owner('before.it');
    expect(await settings.setUsername(mine, 'Ngọc.Quill-88')).toEqual({ is: 'set' });
    expect(await opens('NGỌC.QUILL-88'.normalize('NFD'), mine.password)).toBe(true);
    expect(await opens('before.it', mine.password)).toBe(false);
    expect(told.filter((each) => each.startsWith(mine.accountId))).toEqual([
      `${mine.accountId} username-changed`,
    ]);
    expect(await settings.setUsername(mine, null)).toEqual({ is: 'set' });
    expect(await opens('Ngọc.Quill-88', mine.password)).toBe(false);
    expect((await profile(mine)).username).toBeNull();
  });

  it('is of one account only, in whatever case, also of twenty who ask side by side', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z]{6,12}$/), fc.nat({ max: 1 }), async (name, upper) => {
        const people = await Promise.all(Array.from({ length: 20 }, () => owner()));
        const results = await Promise.all(
          people.map((each, index) =>
            settings.setUsername(each, index % 2 === upper ? name.toUpperCase() : name),
          ),
        );
        expect(results.filter(({ is }) => is === 'set')).toHaveLength(1);
        expect(results.filter(({ is }) => is === 'taken')).toHaveLength(19);
      }),
      { numRuns: 3 },
    );
  });

  it('cannot be used to ask for the names of many: after five that are taken one waits', async () => {
    await owner('somebodys');
    const mine = await owner();
    for (let tries = 0; tries < 5; tries++)
      expect(await settings.setUsername(mine, 'somebodys')).toEqual({ is: 'taken' });
    expect((await settings.setUsername(mine, 'somebodys')).is).toBe('wait');
    expect((await settings.setUsername(mine, 'free.name')).is).toBe('wait');
    clock.advance(31);
    expect(await settings.setUsername(mine, 'free.name')).toEqual({ is: 'set' });
  });

  it('cannot be used so by taking free ones, or none, between', async () => {
    await owner('whoevers');
    const mine = await owner();
    for (const name of ['whoevers', 'free.one', null, 'Free.One', 'whoevers', null, 'free.two'])
      expect((await settings.setUsername(mine, name)).is).toMatch(/^(set|taken)$/);
    expect((await settings.setUsername(mine, 'free.one')).is).toBe('wait');
    // Giving it up, or writing it otherwise, asks for nothing.
    expect(await settings.setUsername(mine, 'FREE.TWO')).toEqual({ is: 'set' });
    expect(await settings.setUsername(mine, null)).toEqual({ is: 'set' });
  });

  it('can be asked for after any number of names that are taken, with the longest wait', async () => {
    await owner('in.use');
    const mine = await owner();
    for (let tries = 0; tries < policy.failures.disable; tries++) {
      clock.advance(policy.failures.longestWaitSeconds);
      await settings.setUsername(mine, 'in.use');
    }
    expect(await settings.setUsername(mine, 'not.in.use')).toEqual({
      is: 'wait',
      until: new Date(clock.now().getTime() + policy.failures.longestWaitSeconds * 1000),
    });
    clock.advance(policy.failures.longestWaitSeconds);
    expect(await settings.setUsername(mine, 'not.in.use')).toEqual({ is: 'set' });
  });

  it('written another way counts as no success that clears the count', async () => {
    await owner('taken.one');
    const mine = await owner('mine.one');
    for (let tries = 0; tries < 4; tries++) {
      expect(await settings.setUsername(mine, 'taken.one')).toEqual({ is: 'taken' });
      await settings.setUsername(mine, tries % 2 === 0 ? 'Mine.One' : 'mine.one');
    }
    await settings.setUsername(mine, 'taken.one');
    expect((await settings.setUsername(mine, 'taken.one')).is).toBe('wait');
  });

  it('stays while somebody else may be in the account', async () => {
    const mine = await owner('steady');
    await identity.raiseAlarm(mine.accountId);
    expect(await settings.setUsername(mine, 'other.name')).toEqual({ is: 'alarmed' });
    expect((await profile(mine)).username).toBe('steady');
  });
});
