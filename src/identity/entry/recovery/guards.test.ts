import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../../../testing/recovery.ts';
import { testSignIn, UNKNOWN } from '../../../testing/sign-in.ts';
import { asAccountId } from '../../core/accounts/index.ts';
import { know, newDeviceToken } from '../../core/devices/index.ts';
import type { Notice } from '../../core/notices/index.ts';
import { endsWithPassword, heldFor, stageOf } from './evidence.ts';
import { makeRecovery } from './index.ts';
import type { Progress } from './machine.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, vault, factors, policy, securityQuestions } = identity;
const ways = testRecovery(identity);
const { appCode, begin, beginWithPassword, bindNew, enterCode, last, newAccount, openLink, parts } = ways;
const { progressOf, recovery } = ways;
const { tryPassword, wrongCode } = testSignIn(identity);
const HOUR = 3600;
const DAY = 24 * HOUR;
const RIGHT = ['Rex', 'Wilhelmina', 'Ouagadougou'];
type Account = Awaited<ReturnType<typeof newAccount>>;

const nothing = async () => true;
/** Everything that takes a step, at a stage that is none of theirs. */
async function tryEverything(progress: Progress, account: Account) {
  const code = last('code', account.email);
  return {
    code: (await recovery.enterCode(progress, code)).is,
    asked: await recovery.asked(progress),
    confirm: (await recovery.confirm(progress, factors.app, appCode(account.secret))).is,
    questions: await recovery.questions(progress),
    answers: (await recovery.answer(progress, RIGHT)).is,
    password: (await recovery.choosePassword(progress, NEW_PASSWORD, UNKNOWN)).is,
    enrolling: await recovery.enrolling(progress, 'Firefox'),
    bound: (await recovery.bindNew(progress, nothing, UNKNOWN)).is,
  };
}
const REFUSED = {
  code: 'wrong',
  asked: null,
  confirm: 'gone',
  questions: null,
  answers: 'gone',
  password: 'gone',
  enrolling: null,
  bound: 'gone',
};

const eventsOf = async ({ id }: { readonly id: string }) =>
  database
    .selectFrom('security_event')
    .select(['kind', 'detail'])
    .where('account_id', '=', id)
    .orderBy('seq')
    .execute();

/** A way back after its link was opened, before the second step. */
async function opened(account: Account): Promise<Progress> {
  await begin('password', account.email);
  const token = await openLink(last('link', account.email));
  if (token === null) throw new Error('no link');
  return progressOf(token);
}

describe('a way back takes only the step that is next (ASVS 2.3.1)', () => {
  it('while the code is waited for', async () => {
    const account = await newAccount();
    const progress = await progressOf(await beginWithPassword(account));
    const tried = await tryEverything(progress, account);
    expect(tried).toEqual({ ...REFUSED, code: 'next' });
  });

  it('while the hold runs, and once it is given up', async () => {
    const account = await newAccount();
    const token = await beginWithPassword(account);
    await enterCode(token, account);
    const progress = await progressOf(token);
    expect(progress.stage).toBe('hold');
    expect(await tryEverything(progress, account)).toEqual(REFUSED);
    expect(await recovery.codeFor(progress)).not.toBeNull();
    await recovery.giveUp(progress);
    expect(await tryEverything(progress, account)).toEqual(REFUSED);
    expect(await recovery.codeFor(progress)).toBeNull();
  });

  it('while the second step is asked for', async () => {
    const account = await newAccount();
    const progress = await opened(account);
    const { asked, confirm, ...others } = await tryEverything(progress, account);
    const { asked: _, confirm: __, ...refused } = REFUSED;
    // A right one is followed by the next step.
    expect(others).toEqual({ ...refused, password: 'returned' });
    expect([asked?.held, confirm]).toEqual([['authenticator-app'], 'right']);
  });

  it('once nothing is there, of nobody', async () => {
    const account = await newAccount();
    const progress = { ...(await opened(account)), id: randomUUID() };
    expect(await tryEverything(progress, account)).toEqual(REFUSED);
    expect(await recovery.judgePassword(progress, NEW_PASSWORD)).toMatchObject({ is: 'good' });
  });
});

describe('what is proven, waited for and made anew', () => {
  it('is said of each way', () => {
    const all = ['nothing', 'password', 'second-step', 'both'] as const;
    expect(all.map(endsWithPassword)).toEqual([true, true, false, false]);
    const held = (unsettled: boolean) => all.map((lost) => heldFor(lost, { unsettled }));
    expect(held(false)).toEqual([null, null, 'second-step', 'both']);
    expect(held(true)).toEqual([null, 'password', 'second-step', 'both']);
    const now = clock.now();
    const standing = { holdEndsAt: null, hasPassword: false };
    expect(stageOf({ ...standing, lost: 'second-step', evidence: ['password', 'email'] }, now)).toBe('hold');
    expect(() => stageOf({ ...standing, lost: 'second-step', evidence: ['email'] }, now)).toThrow('password');
  });
});

describe('the second step on a way back', () => {
  it('waits after ten wrong ones, right or wrong, each with its event (ASVS 6.3.1)', async () => {
    const account = await newAccount();
    const progress = await opened(account);
    const wrong = wrongCode(account);
    for (let tries = 0; tries < policy.failures.wait; tries++)
      expect(await recovery.confirm(progress, factors.app, wrong)).toEqual({ is: 'wrong' });
    expect((await recovery.confirm(progress, factors.app, appCode(account.secret))).is).toBe('wait');
    const refusals = (await eventsOf(account)).filter(({ kind }) => kind === 'code-refused');
    expect(refusals).toEqual(
      Array.from({ length: 10 }, () => ({ kind: 'code-refused', detail: { factor: 'authenticator-app' } })),
    );
  });

  it('is asked in the language of the way back, for this very one', async () => {
    const account = await newAccount();
    const progress = await opened(account);
    expect((await recovery.asked(progress))?.challenged).toMatchObject({
      attempt: progress.id,
      accountId: account.id,
      language: 'en',
    });
  });
});

describe('what is sent', () => {
  const sendAll = async (ids: ReadonlySet<string>) => {
    for (const { id } of await database.selectFrom('recovery').select('id').execute())
      if (!ids.has(id)) await recovery.send(id);
  };
  const beginFrom = async (account: Account, network: string, tokens: readonly string[] = []) => {
    const before = new Set(
      (await database.selectFrom('recovery').select('id').execute()).map(({ id }) => id),
    );
    const browser = { tokens, userAgent: '' };
    await recovery.begin('nothing', account.email, { language: 'en', network, browser });
    await sendAll(before);
  };
  const links = (account: Account) => ways.kindsTo(account.email).filter((kind) => kind === 'link').length;

  it('is five an hour from a device of the account, whatever strangers ask for (ASVS 2.3.2)', async () => {
    const account = await newAccount();
    for (let network = 1; network <= 5; network++)
      for (let times = 0; times < 5; times++) await beginFrom(account, `203.0.113.${network}`);
    // The fifth network gets its first.
    expect(links(account)).toBe(21);
    const token = newDeviceToken(vault);
    await know(database, clock, { accountId: account.id, token, userAgent: '', rememberUntil: null });
    for (let times = 0; times < 7; times++) await beginFrom(account, '192.0.2.1', [token]);
    expect(links(account)).toBe(26);
  });

  it('goes to the address that was typed, where it is one of the account', async () => {
    const account = await newAccount();
    const second = `${randomUUID()}@example.org`;
    const owner = { ...(await identity.askingFor(account.id)), key: account.key, language: 'en' };
    await identity.emails.add(owner, second);
    const pending = await identity.emails.pending(owner);
    const mail = identity.sent.findLast(({ to }) => to === second);
    if (pending === null || mail?.is !== 'code') throw new Error('no address waits');
    await identity.emails.enterCode(owner, pending, mail.code);
    await begin('password', ` ${second.toUpperCase()}`);
    expect([last('link', second) !== '', last('link', account.email)]).toEqual([true, '']);
    await begin('password', account.email);
    expect(last('link', account.email)).not.toBe('');
  });

  it('is asked for again by a job for this very way back', async () => {
    const account = await newAccount();
    const progress = await progressOf(await beginWithPassword(account));
    const jobs = async () => {
      const { rows } = await identity.connection.pool.query<{ payload: { id: string } }>(
        `select payload from graphile_worker._private_jobs j
         join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'send-recovery'`,
      );
      return rows.filter(({ payload }) => payload.id === progress.id).length;
    };
    expect(await jobs()).toBe(1);
    await recovery.sendAgain(progress);
    expect(await jobs()).toBe(2);
  });

  it('is told to be enough for now to whoever gave the password, until it is not any more', async () => {
    const account = await newAccount();
    const progress = await progressOf(await beginWithPassword(account));
    for (let sent = 1; sent < policy.code.sentPerHour; sent++) {
      expect(await recovery.gotEnough(progress)).toBe(false);
      await recovery.send(progress.id);
    }
    expect(await recovery.gotEnough(progress)).toBe(true);
    expect(await recovery.gotEnough(await progressOf(await beginWithPassword(await newAccount())))).toBe(
      false,
    );
    const nobodys = await progressOf(await begin('both', `${randomUUID()}@example.org`));
    expect(await recovery.gotEnough(nobodys)).toBe(false);
    clock.advance(HOUR);
    expect(await recovery.gotEnough(progress)).toBe(false);
  });

  it('is nothing before its job ran: no code is right then', async () => {
    const account = await newAccount();
    const from = { language: 'en', network: '192.0.2.9', browser: UNKNOWN };
    const progress = await progressOf(await recovery.begin('both', account.email, from));
    expect(await recovery.enterCode(progress, '000000')).toEqual({ is: 'wrong' });
  });

  it('is a code that is spent by the fifth wrong try, also side by side', async () => {
    const account = await newAccount();
    const progress = await progressOf(await beginWithPassword(account));
    const wrong = last('code', account.email) === '000000' ? '000001' : '000000';
    const results = await Promise.all(Array.from({ length: 9 }, () => recovery.enterCode(progress, wrong)));
    expect(results.filter(({ is }) => is === 'wrong')).toHaveLength(4);
    expect(results.filter(({ is }) => is === 'spent')).toHaveLength(5);
  });

  it('is a link that is known as one until it is used', async () => {
    const account = await newAccount();
    await begin('password', account.email);
    const link = last('link', account.email);
    expect([await recovery.fateOf(link), await recovery.fateOf('nonsense')]).toEqual(['open', 'unknown']);
    await openLink(link);
    expect(await recovery.fateOf(link)).toBe('used');
  });

  it('is a link of which is known, once it is too old, that a newer one was sent, while that one can be opened', async () => {
    const account = await newAccount();
    const { linkMinutes } = policy.recovery;
    const links: string[] = [];
    for (const kind of ['password', 'password', 'nothing'] as const) {
      await begin(kind, account.email);
      links.push(last('link', account.email));
      clock.advance((linkMinutes - 1) * 30);
    }
    const [older = '', newer = ''] = links;
    const fates = () => Promise.all([older, newer].map((link) => recovery.fateOf(link)));
    expect(await fates()).toEqual(['newer', 'open']);
    clock.advance(linkMinutes * 30);
    expect(await fates()).toEqual(['old', 'old']);
    clock.advance(8 * DAY);
    await recovery.removeOld();
    expect(await fates()).toEqual(['unknown', 'unknown']);
  });
});

describe('what ends a way back', () => {
  it('leaves events of what was lost, says what was made anew, and marks the codes as new', async () => {
    const told: Notice[] = [];
    const by = makeRecovery({ ...parts, notices: { send: async (_, __, notice) => void told.push(notice) } });
    const account = await newAccount();
    const token = await beginWithPassword(account);
    await by.enterCode(await progressOf(token), last('code', account.email));
    clock.advance(3 * DAY);
    const progress = await progressOf(token);
    expect((await by.enrolling(progress, 'Firefox'))?.login).toBe(account.email);
    const code = appCode((await by.enrolling(progress, 'Firefox'))?.secret ?? '');
    expect((await bindNew(progress, code, { by })).is).toBe('returned');
    const lost = { lost: 'second-step' };
    expect(await eventsOf(account)).toEqual([
      { kind: 'recovery-begun', detail: lost },
      { kind: 'recovery-held', detail: lost },
      { kind: 'recovery-completed', detail: lost },
    ]);
    expect(told.at(-1)).toEqual({ is: 'recovery-finished', anew: 'second-step', afterAlarm: false, out: [] });
    const { renewed } = await database
      .selectFrom('backup_code_set')
      .select('renewed')
      .where('account_id', '=', account.id)
      .executeTakeFirstOrThrow();
    expect(renewed).toBe(true);
  });

  it('says whose password it is by no name of its own, forgives wrong ones, and is told as finished', async () => {
    const told: Notice[] = [];
    const by = makeRecovery({ ...parts, notices: { send: async (_, __, notice) => void told.push(notice) } });
    const name = `marguerite.oyelaran.${randomUUID().slice(0, 4)}`;
    const account = await newAccount({
      email: `${name}@example.org`,
      username: `m-${randomUUID().slice(0, 8)}`,
    });
    for (let tries = 0; tries < policy.failures.wait; tries++) await tryPassword(account.email, 'wrong');
    expect((await tryPassword(account.email, 'wrong')).is).toBe('wait');
    const progress = await opened(account);
    await by.confirm(progress, factors.app, appCode(account.secret));
    expect(await by.choosePassword(progress, 'marguerite-oyelaran', UNKNOWN)).toMatchObject({
      why: 'personal',
    });
    expect(await by.judgePassword(progress, 'marguerite-oyelaran')).toMatchObject({ why: 'personal' });
    expect((await by.choosePassword(progress, NEW_PASSWORD, UNKNOWN)).is).toBe('returned');
    expect(told.at(-1)).toEqual({ is: 'recovery-finished', anew: 'password', afterAlarm: false, out: [] });
    expect((await tryPassword(account.email, NEW_PASSWORD)).is).toBe('needs-factor');
  });

  it('is what its link says: finished, stopped, or over once nothing is left of it', async () => {
    const account = await newAccount({ username: `n-${randomUUID().slice(0, 8)}` });
    const wait = async () => {
      const token = await beginWithPassword(account);
      await enterCode(token, account);
      return { token, link: last('recovery-begun', account.email) };
    };
    const finished = await wait();
    clock.advance(3 * DAY);
    const progress = await progressOf(finished.token);
    const enrolling = await recovery.enrolling(progress, 'Firefox');
    expect(enrolling?.login).toMatch(/^n-/);
    await bindNew(progress, appCode(enrolling?.secret ?? ''));
    expect(await recovery.cancellable(finished.link)).toEqual({ is: 'finished', others: 0 });
    clock.advance(12 * DAY);
    await recovery.removeOld();
    expect(await recovery.cancellable(finished.link)).toEqual({ is: 'over', others: 0 });
    expect(await recovery.cancellable('nonsense')).toEqual({ is: 'unknown' });
    const left = await database
      .selectFrom('recovery')
      .select('id')
      .where('account_id', '=', asAccountId.parse(account.id))
      .execute();
    expect(left).toEqual([]);
  });
});

describe('answers to security questions', () => {
  async function asked(): Promise<{ account: Account; progress: Progress }> {
    const account = await newAccount();
    await securityQuestions.set(await identity.askingFor(account.id), [
      { question: 'pet', answer: 'Rex' },
      { question: 'boss', answer: 'Wilhelmina' },
      { question: 'trip', answer: 'Ouagadougou' },
    ]);
    const token = await beginWithPassword(account);
    await enterCode(token, account);
    return { account, progress: await progressOf(token) };
  }

  it('are spent where too many were wrong over all ways back', async () => {
    const strict = makeRecovery({
      ...parts,
      policy: { ...policy, failures: { ...policy.failures, wait: 2, disable: 2 } },
    });
    const { progress } = await asked();
    for (const left of [2, 1])
      expect(await strict.answer(progress, ['x', 'y', 'z'])).toEqual({ is: 'wrong', left });
    expect(await strict.answer(progress, RIGHT)).toEqual({ is: 'spent' });
  });

  it('that could not be checked for another reason than want of time are a try', async () => {
    const { progress } = await asked();
    const broken = makeRecovery({
      ...parts,
      securityQuestions: { ...securityQuestions, areRight: () => Promise.reject(new Error('no memory')) },
    });
    await expect(broken.answer(progress, RIGHT)).rejects.toThrow('no memory');
    expect(await recovery.answer(progress, ['x', 'y', 'z'])).toEqual({ is: 'wrong', left: 1 });
  });

  it('leave an event where they are right, and are asked no more', async () => {
    const { account, progress } = await asked();
    expect((await recovery.answer(progress, RIGHT)).is).toBe('shortened');
    expect((await eventsOf(account)).at(-1)).toEqual({
      kind: 'recovery-shortened',
      detail: { lost: 'second-step' },
    });
    expect(await recovery.questions(progress)).toBeNull();
  });
});
