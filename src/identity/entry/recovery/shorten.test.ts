import { describe, expect, it } from 'vitest';
import { HashingBusy } from '../../../platform/hashing/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { testRecovery } from '../../../testing/recovery.ts';
import { testSignIn } from '../../../testing/sign-in.ts';
import { readPolicy } from '../../index.ts';
import { makeRecovery } from './recovery.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, factors, policy, securityQuestions, raiseAlarm } = identity;
const {
  appCode,
  begin,
  beginWithPassword,
  enterCode,
  kindsTo,
  last,
  newAccount,
  parts,
  progressOf,
  recovery,
} = testRecovery(identity);
const { app, pass } = testSignIn(identity);
const HOUR = 3600;
const RIGHT = ['Rex', 'Wilhelmina', 'Ouagadougou'];
const WRONG = ['Rex', 'Wilhelmina', 'Bamako'];

type Account = Awaited<ReturnType<typeof newAccount>>;
const setQuestions = async ({ id }: Account) => {
  await securityQuestions.set(await identity.askingFor(id), [
    { question: 'pet', answer: 'Rex' },
    { question: 'boss', answer: 'Wilhelmina' },
    { question: 'trip', answer: 'Ouagadougou' },
  ]);
};
const withQuestions = async () => {
  const account = await newAccount({ withCodes: true });
  await setQuestions(account);
  return account;
};
/** A way back on which all is proven. */
const held = async (account: Account) => {
  const token = await beginWithPassword(account);
  await enterCode(token, account);
  return token;
};
const inHours = (hours: number) => new Date(clock.now().getTime() + hours * HOUR * 1000);

describe('security questions while a hold runs', () => {
  it('shorten it to a day from right answers on, once, of which every address hears (ASVS 6.3.7)', async () => {
    const account = await withQuestions();
    const token = await held(account);
    expect((await progressOf(token)).holdEndsAt).toEqual(inHours(72));
    expect(await recovery.questions(await progressOf(token))).toEqual(['pet', 'boss', 'trip']);
    clock.advance(10 * HOUR);
    const until = inHours(24);
    expect(await recovery.answer(await progressOf(token), RIGHT)).toEqual({ is: 'shortened', until });
    expect((await progressOf(token)).holdEndsAt).toEqual(until);
    expect(kindsTo(account.email)).toEqual(['code', 'recovery-begun', 'recovery-shortened']);
    expect(await recovery.questions(await progressOf(token))).toBeNull();
    expect(await recovery.answer(await progressOf(token), RIGHT)).toEqual({ is: 'gone' });
    clock.advance(24 * HOUR - 1);
    await recovery.remind();
    expect((await progressOf(token)).stage).toBe('hold');
    clock.advance(1);
    await recovery.remind();
    expect((await progressOf(token)).stage).toBe('authenticator');
    expect(kindsTo(account.email).at(-1)).toBe('recovery-ready');
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', account.id)
      .orderBy('seq')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual([
      'questions-set',
      'recovery-begun',
      'recovery-held',
      'recovery-shortened',
    ]);
  });

  it('are stopped with the way back by the link of the message that says so', async () => {
    const account = await withQuestions();
    const token = await held(account);
    await recovery.answer(await progressOf(token), RIGHT);
    expect(await recovery.cancel(last('recovery-shortened', account.email))).toBe(true);
    clock.advance(80 * HOUR);
    expect(await recovery.find(token)).toBeNull();
  });

  it('are answered three times at most, and a wrong answer says nothing of the others', async () => {
    const account = await withQuestions();
    const token = await held(account);
    const until = (await progressOf(token)).holdEndsAt;
    expect(await recovery.answer(await progressOf(token), WRONG)).toEqual({ is: 'wrong', left: 2 });
    expect(await recovery.answer(await progressOf(token), ['x', 'y', 'z'])).toEqual({ is: 'wrong', left: 1 });
    expect(await recovery.answer(await progressOf(token), WRONG)).toEqual({ is: 'spent' });
    expect(await recovery.questions(await progressOf(token))).toBeNull();
    expect(await recovery.answer(await progressOf(token), RIGHT)).toEqual({ is: 'gone' });
    expect((await progressOf(token)).holdEndsAt).toEqual(until);
    expect(policy.questions).toEqual({ holdHours: 24, tries: 3 });
  });

  it('are tried three times also by twenty side by side, and shorten once (ASVS 2.3.3)', async () => {
    const account = await withQuestions();
    const token = await held(account);
    const progress = await progressOf(token);
    const tried = await Promise.all(Array.from({ length: 20 }, () => recovery.answer(progress, WRONG)));
    expect(tried.filter(({ is }) => is === 'wrong')).toHaveLength(2);
    const other = await held(account);
    const again = await progressOf(other);
    clock.advance(HOUR);
    const right = await Promise.all(Array.from({ length: 3 }, () => recovery.answer(again, RIGHT)));
    expect(right.filter(({ is }) => is === 'shortened').length).toBeGreaterThan(0);
    expect(kindsTo(account.email).filter((is) => is === 'recovery-shortened')).toHaveLength(1);
  });

  it('are counted for the account over all its ways back (ASVS 6.3.1)', async () => {
    const account = await withQuestions();
    const seen: string[] = [];
    for (let ways = 0; ways < 4; ways++) {
      const token = await held(account);
      clock.advance(30);
      for (let tries = 0; tries < 3; tries++)
        seen.push((await recovery.answer(await progressOf(token), WRONG)).is);
    }
    expect(seen.slice(0, 10).filter((is) => is === 'wait')).toEqual([]);
    expect(seen.slice(10)).toEqual(['wait', 'wait']);
  });

  it('are not asked before all is proven, whether or not there are any', async () => {
    for (const account of [await withQuestions(), await newAccount({ withCodes: true })]) {
      const token = await begin('both', account.email);
      expect(await recovery.questions(await progressOf(token))).toBeNull();
      expect(await recovery.answer(await progressOf(token), RIGHT)).toEqual({ is: 'gone' });
      await enterCode(token, account);
      expect(await recovery.questions(await progressOf(token))).toBeNull();
      expect(await recovery.answer(await progressOf(token), RIGHT)).toEqual({ is: 'gone' });
      await recovery.confirm(await progressOf(token), factors.backupCode, account.codes[0] ?? '');
    }
    const link = await begin('password', (await withQuestions()).email);
    expect(await recovery.questions(await progressOf(link))).toBeNull();
  });

  it('do not count where they were chosen since, by somebody who is in the account', async () => {
    const account = await newAccount();
    const token = await held(account);
    clock.advance(1);
    await setQuestions(account);
    expect(await recovery.questions(await progressOf(token))).toBeNull();
    expect(await recovery.answer(await progressOf(token), RIGHT)).toEqual({ is: 'gone' });

    const other = await withQuestions();
    const before = await held(other);
    clock.advance(1);
    await setQuestions(other);
    expect(await recovery.questions(await progressOf(before))).toBeNull();
  });

  it('make no hold longer, nor one that ends within a day shorter', async () => {
    const account = await withQuestions();
    const token = await held(account);
    clock.advance(48 * HOUR);
    const { holdEndsAt } = await progressOf(token);
    expect(await recovery.questions(await progressOf(token))).toBeNull();
    expect(await recovery.answer(await progressOf(token), RIGHT)).toEqual({ is: 'gone' });
    expect((await progressOf(token)).holdEndsAt).toEqual(holdEndsAt);

    const entered = await app(await pass(account), appCode(account.secret));
    if (entered.is !== 'right') throw new Error(entered.is);
    clock.advance(8 * 24 * HOUR);
    const own = await beginWithPassword(account, { tokens: [entered.value.deviceToken], userAgent: '' });
    await enterCode(own, account);
    expect((await progressOf(own)).holdEndsAt).toEqual(inHours(24));
    expect(await recovery.questions(await progressOf(own))).toBeNull();
  });

  it('do not count where they are young, of whoever chose them in a session of the day before', async () => {
    const account = await newAccount();
    clock.advance(30 * 24 * HOUR);
    await setQuestions(account);
    clock.advance(24 * HOUR);
    const token = await held(account);
    expect(await recovery.questions(await progressOf(token))).toBeNull();
    expect(await recovery.answer(await progressOf(token), RIGHT)).toEqual({ is: 'gone' });
  });

  it('do nothing in the profile strict, nor after the alarm', async () => {
    const account = await withQuestions();
    const token = await held(account);
    const strict = makeRecovery({ ...parts, policy: readPolicy({ profile: 'strict' }) });
    expect(await strict.questions(await progressOf(token))).toBeNull();
    expect(await strict.answer(await progressOf(token), RIGHT)).toEqual({ is: 'gone' });
    await raiseAlarm(account.id);
    expect(await recovery.find(token)).toBeNull();
  });

  it('that could not be checked for want of time are no try (ASVS 16.5.3)', async () => {
    const account = await withQuestions();
    const token = await held(account);
    const busy = makeRecovery({
      ...parts,
      securityQuestions: {
        chosen: securityQuestions.chosen,
        areRight: () => Promise.reject(new HashingBusy(1)),
      },
    });
    for (let tries = 0; tries < 12; tries++)
      await expect(busy.answer(await progressOf(token), RIGHT)).rejects.toThrow(HashingBusy);
    expect(await recovery.answer(await progressOf(token), WRONG)).toEqual({ is: 'wrong', left: 2 });
    const { failures } = await database
      .selectFrom('throttle')
      .select('failures')
      .where('kind', '=', 'security-answers')
      .orderBy('updated_at', 'desc')
      .executeTakeFirstOrThrow();
    expect(failures).toBe(1);
  });
});
