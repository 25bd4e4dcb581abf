import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { softAuthenticator } from '../../../testing/authenticator.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { SITE, testIdentity } from '../../../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../../../testing/recovery.ts';
import { UNKNOWN as browser, prove, testSignIn } from '../../../testing/sign-in.ts';
import { newDeviceToken } from '../../core/devices/index.ts';
import { parsePhone } from '../../core/phones/index.ts';
import { countBackupCodes } from '../../credentials/backup-codes/index.ts';
import { readPolicy } from '../../index.ts';
import { makeRecovery } from './index.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, sessions, signIn, factors, policy, raiseAlarm } = identity;
const {
  appCode,
  begin,
  beginWithPassword,
  bindNew,
  warned,
  enterCode,
  kindsTo,
  last,
  newAccount,
  openLink,
  parts,
  progressOf,
  recovery,
} = testRecovery(identity);
const { app, pass } = testSignIn(identity);
const HOUR = 3600;

/** Signs in in full from a new browser, which is known from then on. */
async function signInFrom(account: Awaited<ReturnType<typeof newAccount>>) {
  const entered = await app(await pass(account), appCode(account.secret));
  if (entered.is !== 'right') throw new Error(entered.is);
  return { tokens: [entered.value.deviceToken], userAgent: '' };
}

/** What the activity of an account tells of its ways back. */
const eventsOf = async ({ id }: { readonly id: string }) =>
  (
    await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', id)
      .orderBy('seq')
      .execute()
  ).map(({ kind }) => kind);

describe('a lost password', () => {
  it('is replaced by an emailed link and the second step, at once, and every session ends (ASVS 6.4.3, 7.4.3)', async () => {
    const account = await newAccount();
    const old = await sessions.begin(database, account.id, { proven: true, deviceId: null });
    const begun = await begin('password', account.email);
    expect((await progressOf(begun)).stage).toBe('link');
    const token = await openLink(last('link', account.email));
    if (token === null) throw new Error('no link');
    const progress = await progressOf(token);
    expect(progress.stage).toBe('confirm');
    expect(await recovery.choosePassword(progress, account.password, browser)).toEqual({ is: 'gone' });
    expect((await recovery.asked(progress))?.held).toEqual(['authenticator-app']);
    expect(await recovery.confirm(progress, factors.app, appCode(account.secret))).toMatchObject({
      is: 'right',
    });
    expect(await recovery.choosePassword(await progressOf(token), 'short', browser)).toMatchObject({
      is: 'refused',
    });
    // Whoever else knows the one from before would keep it.
    expect(await recovery.choosePassword(await progressOf(token), account.password, browser)).toMatchObject({
      is: 'refused',
      why: 'same',
    });
    const done = await recovery.choosePassword(await progressOf(token), NEW_PASSWORD, browser);
    if (done.is !== 'returned') throw new Error(done.is);
    expect(await sessions.find(done.returned.token)).toMatchObject({
      is: 'live',
      session: { accountId: account.id, provenAt: clock.now(), provenInFull: true },
    });
    expect((await sessions.find(old)).is).toBe('ended-elsewhere');
    expect(identity.shut).toEqual([account.id]);
    expect(await recovery.find(token)).toBeNull();
    const tried = async (password: string) =>
      (await signIn.checkPassword({ identifier: account.email, password, returnTo: '/', browser, prove })).is;
    expect(await tried(account.password)).toBe('wrong');
    expect(await tried(NEW_PASSWORD)).toBe('needs-factor');
    expect(kindsTo(account.email)).toEqual(['link', 'recovery-finished']);
    expect(await eventsOf(account)).toEqual(['recovery-begun', 'recovery-completed', 'password-refused']);
  });

  it('is not replaced by a backup code in place of the second step: that takes the hold (ASVS 6.4.3)', async () => {
    const account = await newAccount({ withCodes: true });
    await begin('password', account.email);
    const token = await openLink(last('link', account.email));
    if (token === null) throw new Error('no link');
    const progress = await progressOf(token);
    const [code = ''] = account.codes;
    expect(await recovery.confirm(progress, factors.backupCode, code)).toEqual({ is: 'gone' });
    expect(await countBackupCodes(database, account.id)).toBe(10);
    expect((await progressOf(token)).stage).toBe('confirm');
  });

  it('has a link that works for half an hour, once, also when twenty open it side by side (ASVS 6.5.1)', async () => {
    const account = await newAccount();
    await begin('password', account.email);
    const link = last('link', account.email);
    const opened = await Promise.all(Array.from({ length: 20 }, () => openLink(link)));
    expect(opened.filter((token) => token !== null)).toHaveLength(1);
    await begin('password', account.email);
    clock.advance(30 * 60);
    expect(await openLink(last('link', account.email))).toBeNull();
    expect(await openLink('')).toBeNull();
  });

  it.each([
    ['password', 10 * 60 - 0.001, true],
    ['password', 10 * 60, false],
    ['nothing', 10 * 60, false],
  ] as const)(
    'in strict has a link that lives ten minutes: %s lost, opened after %d s, %s (ASVS 6.5.5)',
    async (lost, seconds, opens) => {
      const strict = await testIdentity(await freshDatabase(), { policy: readPolicy({ profile: 'strict' }) });
      const ways = testRecovery(strict);
      const account = await ways.newAccount();
      const send = async () => {
        await ways.begin(lost, account.email);
        return ways.last('link', account.email);
      };
      const opened = async (link: string) => (await ways.recovery.openLink(link, browser)).is !== 'gone';
      expect(await opened(await send())).toBe(true);
      const link = await send();
      strict.clock.advance(seconds);
      expect(await opened(link)).toBe(opens);
    },
  );

  it('sends few messages an hour, and nothing for an address that nobody has (ASVS 2.3.2, 6.3.8)', async () => {
    const account = await newAccount();
    const nobody = `${randomUUID()}@example.org`;
    for (let times = 0; times < 8; times++) await begin('password', account.email);
    const token = await begin('password', nobody);
    // Whatever is said to be lost.
    for (const lost of ['nothing', 'both'] as const) await begin(lost, account.email);
    expect(kindsTo(account.email)).toHaveLength(policy.code.sentPerHour);
    expect(kindsTo(nobody)).toEqual([]);
    expect((await progressOf(token)).stage).toBe('link');
    clock.advance(HOUR);
    const again = await begin('password', account.email);
    for (let times = 0; times < 8; times++) await recovery.send((await progressOf(again)).id);
    expect(kindsTo(account.email)).toHaveLength(2 * policy.code.sentPerHour);
    clock.advance(HOUR);
    await begin('password', account.email);
    expect(kindsTo(account.email)).toHaveLength(2 * policy.code.sentPerHour + 1);
  });
});

describe('a lost second step', () => {
  it('is replaced with the password, an emailed code and three days, and the person hears of it (ASVS 6.3.7, 6.4.4, 6.5.6)', async () => {
    const account = await newAccount({ withCodes: true });
    const token = await beginWithPassword(account);
    expect((await progressOf(token)).stage).toBe('code');
    // Whoever asks has the password, which its owner has to know.
    expect(warned).toContain(account.email);
    expect(await enterCode(token, account)).toEqual({ is: 'next' });
    const until = new Date(clock.now().getTime() + 72 * HOUR * 1000);
    expect(await progressOf(token)).toMatchObject({ stage: 'hold', holdEndsAt: until });
    expect(await recovery.enrolling(await progressOf(token), 'Firefox')).toBeNull();
    for (let day = 0; day < 3; day++) {
      clock.advance(24 * HOUR - 1);
      await recovery.remind();
      expect((await progressOf(token)).stage).toBe('hold');
      clock.advance(1);
      await recovery.remind();
    }
    expect(kindsTo(account.email)).toEqual([
      'code',
      'recovery-begun',
      'recovery-waits',
      'recovery-waits',
      'recovery-ready',
    ]);
    const progress = await progressOf(token);
    expect(progress.stage).toBe('authenticator');
    const fresh = await recovery.enrolling(progress, 'Firefox');
    if (fresh === null) throw new Error('no key');
    expect(await bindNew(progress, '000000')).toEqual({ is: 'wrong' });
    const done = await bindNew(progress, appCode(fresh.secret));
    if (done.is !== 'returned') throw new Error(done.is);
    expect(await eventsOf(account)).toEqual(['recovery-begun', 'recovery-held', 'recovery-completed']);
    expect(await sessions.find(done.returned.token)).toMatchObject({
      is: 'live',
      // The password was given three days before.
      session: { accountId: account.id, owesAcknowledgement: true, provenInFull: false },
    });
    // As many kinds as before, and the lost ones open nothing any more.
    expect(await countBackupCodes(database, account.id)).toBe(10);
    clock.advance(30);
    const step = await signIn.checkPassword({
      identifier: account.email,
      password: account.password,
      returnTo: '/',
      browser,
      prove,
    });
    if (step.is !== 'needs-factor') throw new Error(step.is);
    const enter = (secret: string) =>
      signIn.checkFactor(step.token, factors.app, { answer: appCode(secret), browser, remember: false });
    expect((await enter(account.secret)).is).toBe('wrong');
    expect((await enter(fresh.secret)).is).toBe('right');
  });

  it('takes one day from a device that signed in before, and three from one that did not', async () => {
    const account = await newAccount();
    const own = await beginWithPassword(account, await signInFrom(account));
    await enterCode(own, account);
    expect((await progressOf(own)).holdEndsAt).toEqual(new Date(clock.now().getTime() + 24 * HOUR * 1000));
    const other = await beginWithPassword(account, { tokens: ['x'.repeat(43)], userAgent: '' });
    await enterCode(other, account);
    expect((await progressOf(other)).holdEndsAt).toEqual(new Date(clock.now().getTime() + 72 * HOUR * 1000));
  });

  it('is told of to each that waits, also where one before it cannot be told', async () => {
    const accounts = [await newAccount(), await newAccount(), await newAccount()] as const;
    for (const account of accounts) {
      await enterCode(await beginWithPassword(account), account);
      clock.advance(1);
    }
    const [first, second, third] = accounts;
    clock.advance(24 * HOUR);
    const send: typeof parts.notices.send = async (transaction, accountId, notice) => {
      if (accountId === second.id) throw new Error('its key is gone');
      await parts.notices.send(transaction, accountId, notice);
    };
    const by = makeRecovery({ ...parts, notices: { send } });
    await expect(by.remind()).rejects.toThrow(/^1 of \d+ failed$/);
    for (const { email } of [first, third])
      expect(kindsTo(email)).toEqual(['code', 'recovery-begun', 'recovery-waits']);
    expect(kindsTo(second.email)).toEqual(['code', 'recovery-begun']);
    await recovery.remind();
    expect(kindsTo(second.email)).toEqual(['code', 'recovery-begun', 'recovery-waits']);
    for (const { email } of [first, third]) expect(kindsTo(email)).toHaveLength(3);
  });

  it('never comes true once it is stopped by the link of a notice', async () => {
    const account = await newAccount();
    const token = await beginWithPassword(account);
    await enterCode(token, account);
    const link = last('recovery-begun', account.email);
    for (const other of ['', link.slice(0, -1), `${randomUUID()}${link.slice(36)}`])
      expect(await recovery.cancel(other)).toBe(false);
    expect((await progressOf(token)).stage).toBe('hold');
    expect(await recovery.cancellable(link)).toEqual({ is: 'runs' });
    expect(await recovery.cancel(link)).toBe(true);
    expect(await recovery.cancellable(link)).toEqual({ is: 'stopped', others: 0 });
    expect(await recovery.cancel(link)).toBe(true);
    clock.advance(80 * HOUR);
    expect(await recovery.find(token)).toBeNull();
    await recovery.remind();
    expect(kindsTo(account.email)).toEqual(['code', 'recovery-begun', 'recovery-cancelled']);
    expect(await eventsOf(account)).toEqual(['recovery-begun', 'recovery-held', 'recovery-cancelled']);
  });

  it('is one of two that were begun in two browsers: stopping it names the other, which is told with its link once more', async () => {
    const account = await newAccount();
    await enterCode(await beginWithPassword(account), account);
    const link = last('recovery-begun', account.email);
    const other = await beginWithPassword(account);
    await enterCode(other, account);
    expect(await recovery.cancel(link)).toBe(true);
    expect(await recovery.cancellable(link)).toEqual({ is: 'stopped', others: 1 });
    expect((await progressOf(other)).stage).toBe('hold');
    await recovery.remind();
    expect(await recovery.cancel(last('recovery-waits', account.email))).toBe(true);
    expect(await recovery.cancellable(link)).toEqual({ is: 'stopped', others: 0 });
    expect(await recovery.find(other)).toBeNull();
  });

  it('never comes true once the owner raises the alarm, and leaves no sign-in waiting when it does', async () => {
    const account = await newAccount();
    const token = await beginWithPassword(account);
    await enterCode(token, account);
    await raiseAlarm(account.id);
    clock.advance(80 * HOUR);
    expect(await recovery.find(token)).toBeNull();

    const other = await newAccount();
    const step = await signIn.checkPassword({
      identifier: other.email,
      password: other.password,
      returnTo: '/',
      browser,
      prove,
    });
    if (step.is !== 'needs-factor') throw new Error(step.is);
    await begin('password', other.email);
    const link = await openLink(last('link', other.email));
    if (link === null) throw new Error('no link');
    await recovery.confirm(await progressOf(link), factors.app, appCode(other.secret));
    await recovery.choosePassword(await progressOf(link), NEW_PASSWORD, browser);
    expect(await signIn.waiting(step.token)).toBeNull();
  });

  it('is given up a week after the hold', async () => {
    const account = await newAccount();
    const token = await beginWithPassword(account);
    await enterCode(token, account);
    clock.advance((72 + 7 * 24) * HOUR - 1);
    const progress = await progressOf(token);
    expect(progress.stage).toBe('authenticator');
    const fresh = await recovery.enrolling(progress, 'Firefox');
    clock.advance(1);
    expect(await recovery.find(token)).toBeNull();
    expect(await bindNew(progress, appCode(fresh?.secret ?? ''))).toEqual({
      is: 'gone',
    });
  });
});

describe('a lost password and second step', () => {
  it('are replaced with an emailed code, a backup code and three days (ASVS 6.4.4)', async () => {
    const account = await newAccount({ withCodes: true });
    const token = await begin('both', account.email);
    expect(warned).not.toContain(account.email);
    await enterCode(token, account);
    expect((await recovery.asked(await progressOf(token)))?.held).toEqual(['backup-code']);
    expect(await recovery.confirm(await progressOf(token), factors.app, appCode(account.secret))).toEqual({
      is: 'gone',
    });
    await recovery.confirm(await progressOf(token), factors.backupCode, account.codes[0] ?? '');
    expect((await progressOf(token)).stage).toBe('hold');
    clock.advance(72 * HOUR);
    expect((await progressOf(token)).stage).toBe('new-password');
    expect(await recovery.choosePassword(await progressOf(token), NEW_PASSWORD, browser)).toEqual({
      is: 'next',
    });
    // Nothing has changed yet: what was lost still guards.
    expect(
      (
        await signIn.checkPassword({
          identifier: account.email,
          password: NEW_PASSWORD,
          returnTo: '/',
          browser,
          prove,
        })
      ).is,
    ).toBe('wrong');
    const fresh = await recovery.enrolling(await progressOf(token), 'Firefox');
    const progress = await progressOf(token);
    const results = await Promise.all(
      Array.from({ length: 6 }, () => bindNew(progress, appCode(fresh?.secret ?? ''))),
    );
    expect(results.filter(({ is }) => is === 'returned')).toHaveLength(1);
    expect(
      (
        await signIn.checkPassword({
          identifier: account.email,
          password: NEW_PASSWORD,
          returnTo: '/',
          browser,
          prove,
        })
      ).is,
    ).toBe('needs-factor');
  });
});

describe('an emailed code', () => {
  it('works once, for one of twenty who send it side by side, and for this way back only (ASVS 6.5.1, 6.6.2)', async () => {
    const account = await newAccount({ withCodes: true });
    const token = await begin('both', account.email);
    const code = last('code', account.email);
    const other = await begin('both', account.email);
    expect((await recovery.enterCode(await progressOf(other), code)).is).toBe('wrong');
    const progress = await progressOf(token);
    const results = await Promise.all(Array.from({ length: 20 }, () => recovery.enterCode(progress, code)));
    expect(results.filter(({ is }) => is === 'next')).toHaveLength(1);
  });

  it('lasts ten minutes (ASVS 6.5.5)', async () => {
    const account = await newAccount({ withCodes: true });
    const token = await begin('both', account.email);
    clock.advance(10 * 60);
    expect((await enterCode(token, account)).is).toBe('wrong');
  });

  it('is spent after five wrong tries, which another one does not undo, for nobody as for somebody (ASVS 6.3.8, 6.6.3)', async () => {
    const account = await newAccount({ withCodes: true });
    const seen: string[][] = [];
    for (const identifier of [account.email, `${randomUUID()}@example.org`]) {
      const token = await begin('both', identifier);
      const answers: string[] = [];
      for (let n = 0; n < 4; n++)
        answers.push((await recovery.enterCode(await progressOf(token), 'no code')).is);
      await recovery.send((await progressOf(token)).id);
      for (let n = 0; n < 2; n++)
        answers.push((await recovery.enterCode(await progressOf(token), 'no code')).is);
      seen.push(answers);
    }
    expect(seen[0]).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'spent', 'spent']);
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe('guessing at emailed codes', () => {
  /** Begins and tries wrong codes until no more is taken, again and again. @returns every answer */
  async function guess(identifier: string, times: number) {
    const answers: string[] = [];
    for (let n = 0; n < times; n++) {
      const token = await begin('both', identifier);
      for (let tries = 0; tries < 5; tries++)
        answers.push((await recovery.enterCode(await progressOf(token), 'no code')).is);
    }
    return answers;
  }

  it('is counted for the account over all its ways back, and waits, for nobody as for somebody (ASVS 6.3.8, 6.6.3)', async () => {
    const account = await newAccount({ withCodes: true });
    const seen = [];
    for (const identifier of [account.email, `${randomUUID()}@example.org`])
      seen.push(await guess(identifier, 3));
    const five = ['wrong', 'wrong', 'wrong', 'wrong', 'spent'];
    expect(seen[0]).toEqual([...five, ...five, ...Array.from({ length: 5 }, () => 'wait')]);
    expect(seen[1]).toEqual(seen[0]);

    clock.advance(HOUR);
    const token = await begin('both', account.email);
    expect((await recovery.enterCode(await progressOf(token), 'no code')).is).toBe('wrong');
    expect((await enterCode(token, account)).is).toBe('wait');
    clock.advance(60);
    expect((await enterCode(token, account)).is).toBe('next');
    expect(await guess(account.email, 1)).toEqual(five);
  });

  it('never comes to an end, so that nobody is kept from the way back for good', async () => {
    const account = await newAccount({ withCodes: true });
    await guess(account.email, 2);
    await database
      .updateTable('throttle')
      .set({ failures: 10 * policy.failures.disable })
      .where('kind', '=', 'recovery-code')
      .execute();
    clock.advance(HOUR);
    expect((await enterCode(await begin('both', account.email), account)).is).toBe('next');
  });

  it('by a stranger does not make a known device wait', async () => {
    const account = await newAccount({ withCodes: true });
    const device = await signInFrom(account);
    await guess(account.email, 2);
    expect((await enterCode(await begin('both', account.email), account)).is).toBe('wait');
    expect((await enterCode(await begin('both', account.email, device), account)).is).toBe('next');
  });
});

describe('a second step that is made anew', () => {
  /** Somebody who lost their app, after the wait. */
  async function afterWait() {
    const account = await newAccount();
    const token = await beginWithPassword(account);
    await enterCode(token, account);
    clock.advance(72 * HOUR);
    const progress = await progressOf(token);
    const enrolling = await recovery.enrolling(progress, 'Firefox on Linux');
    if (enrolling === null) throw new Error('nobody is asked');
    return { account, progress, enrolling };
  }
  const appsOf = (id: string) =>
    database.selectFrom('authenticator_app').select('id').where('account_id', '=', id).execute();

  it('may be a passkey', async () => {
    const { account, progress, enrolling } = await afterWait();
    const options = await identity.passkeys.offerFirst(enrolling, 'Arcadia');
    const { answer } = softAuthenticator({ origin: SITE }).create(options);
    const done = await bindNew(progress, answer, { factor: factors.passkey });
    expect(done.is).toBe('returned');
    const owner = { accountId: account.id, key: account.key };
    expect(await identity.passkeys.list(owner)).toMatchObject([{ name: 'Firefox on Linux' }]);
    expect(await appsOf(account.id)).toEqual([]);
  });

  it('may be a phone, and nothing of what was lost ends where its code was replaced meanwhile', async () => {
    const { account, progress, enrolling } = await afterWait();
    const { send, check } = factors.sms.enrolment;
    const code = () => identity.texts.at(-1)?.code ?? '';
    await send?.to(enrolling, '+12025550187');
    const right = await check(enrolling, code());
    if (right.is !== 'right') throw new Error(right.is);
    await send?.to(enrolling, '+12025550188');
    expect(await recovery.bindNew(progress, right.bind, browser)).toEqual({ is: 'wrong' });
    expect(await appsOf(account.id)).toHaveLength(1);
    expect((await bindNew(progress, code(), { factor: factors.sms })).is).toBe('returned');
    const phones = await identity.phones.list(database, { accountId: account.id, key: account.key });
    expect(phones.map(({ number }) => number)).toEqual(['+12025550188']);
    expect(await appsOf(account.id)).toEqual([]);
  });

  it('ends every kind from before, also one that is not offered here any more', async () => {
    const account = await newAccount();
    const number = parsePhone('+12025550142');
    if (number.is !== 'number') throw new Error(number.is);
    const owner = { accountId: account.id, key: account.key };
    await database.transaction().execute(async (transaction) => {
      const added = await identity.phones.add(transaction, owner, number.number);
      if (added.is === 'added') await identity.phones.verify(transaction, account.id, added.id);
    });
    const { passkey, app: anApp, backupCode } = factors;
    const without = makeRecovery({ ...parts, factors: [passkey, anApp, backupCode] });
    const token = await beginWithPassword(account);
    await enterCode(token, account);
    clock.advance(72 * HOUR);
    const progress = await progressOf(token);
    const secret = (await without.enrolling(progress, 'Firefox'))?.secret ?? '';
    expect((await bindNew(progress, appCode(secret), { by: without })).is).toBe('returned');
    expect(await identity.phones.list(database, owner)).toEqual([]);
  });
});

describe('a wait', () => {
  it('is ended by an emailed link, for the browser that opens it and no other', async () => {
    const account = await newAccount();
    const attempt = (password: string, device = browser) =>
      signIn.checkPassword({ identifier: account.email, password, returnTo: '/', browser: device, prove });
    for (let failure = 0; failure < 10; failure++) await attempt('wrong');
    expect((await attempt(account.password)).is).toBe('wait');
    await begin('nothing', account.email);
    const link = last('link', account.email);
    const opened = await recovery.openLink(link, browser);
    if (opened.is !== 'lifted') throw new Error(opened.is);
    const own = { tokens: [opened.deviceToken], userAgent: '' };
    expect((await eventsOf(account)).slice(-2)).toEqual(['wait-lift-asked', 'wait-lifted']);
    expect((await attempt(account.password)).is).toBe('wait');
    expect((await attempt(account.password, own)).is).toBe('needs-factor');
    expect((await recovery.openLink(link, browser)).is).toBe('gone');

    // It is a device of its own from then on, but nobody has signed in from it: it shortens no hold.
    for (let failure = 0; failure < 10; failure++) await attempt('wrong', own);
    expect((await attempt(account.password, own)).is).toBe('wait');
    await begin('nothing', account.email);
    const again = await recovery.openLink(last('link', account.email), own);
    expect(again).toEqual({ is: 'lifted', by: 'link', deviceToken: own.tokens[0] });
    // A token that the account does not know may be one that somebody else has too.
    await begin('nothing', account.email);
    const planted = newDeviceToken(identity.vault);
    const fresh = await recovery.openLink(last('link', account.email), { tokens: [planted], userAgent: '' });
    if (fresh.is !== 'lifted') throw new Error(fresh.is);
    expect(fresh.deviceToken).not.toBe(planted);
    const token = await beginWithPassword(account, own);
    await enterCode(token, account);
    expect((await progressOf(token)).holdEndsAt).toEqual(new Date(clock.now().getTime() + 72 * HOUR * 1000));
  });
});
