import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { softAuthenticator } from '../../../testing/authenticator.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { SITE, testIdentity } from '../../../testing/identity.ts';
import { testSignIn } from '../../../testing/sign-in.ts';
import { parsePhone } from '../../core/phones/index.ts';
import { currentCode } from '../../credentials/authenticator-app/index.ts';
import { readPolicy } from '../../index.ts';
import type { Session } from '../../session/sessions/index.ts';
import { makeStepUp } from './step-up.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, factors, passkeys, sessions, phones, stepUp, texts, told, newAccount } = identity;

async function signedIn() {
  const account = await newAccount({ withCodes: true });
  const token = await sessions.begin(database, account.id, { proven: false, deviceId: null });
  const code = () => currentCode(account.secret, clock.now()).code;
  return { account, token, session: await live(token), code };
}

async function live(token: string): Promise<Session> {
  const found = await sessions.find(token);
  if (found.is !== 'live') throw new Error(found.is);
  return found.session;
}

const inFull = makeStepUp({
  ...identity,
  policy: readPolicy({ profile: 'strict' }),
  factors: Object.values(factors),
});
const TEN_MINUTES = 600;

/** Gives the second step of a step-up. @returns the session under its new token, which alone is good */
async function halfway({ session, code }: Awaited<ReturnType<typeof signedIn>>) {
  clock.advance(30);
  const result = await inFull.check(session, factors.app, code());
  if (result.is !== 'right') throw new Error(result.is);
  return { ...(await live(result.value)), token: result.value };
}

describe('a step-up', () => {
  it('asks for what the account has, and proves the session under a new token (ASVS 7.2.4)', async () => {
    const { session, token, code } = await signedIn();
    expect((await stepUp.asked(session)).held).toEqual(['authenticator-app', 'backup-code']);
    expect(session.provenAt).toBeNull();
    const result = await stepUp.check(session, factors.app, code());
    if (result.is !== 'right') throw new Error(result.is);
    expect(result.value).not.toBe(token);
    expect(await live(result.value)).toMatchObject({ id: session.id, provenAt: clock.now() });
    expect((await sessions.find(token)).is).toBe('none');
  });

  it('with a backup code is told to every address, and with an app to none (ASVS 6.3.5)', async () => {
    const { account, session, code } = await signedIn();
    const before = told.length;
    await stepUp.check(session, factors.app, code());
    expect(told.slice(before)).toEqual([]);
    await stepUp.check(session, factors.backupCode, 'no code');
    await stepUp.check(session, factors.backupCode, account.codes[0] ?? '');
    const notice = { is: 'backup-code-used', left: 9, onNewDevice: false };
    expect(told.slice(before)).toEqual([{ accountId: account.id, notice }]);
  });

  it('takes each answer once, of twenty sent side by side (ASVS 6.5.1)', async () => {
    const { account, session, code } = await signedIn();
    const answer = code();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => stepUp.check(session, factors.app, answer)),
    );
    expect(results.filter(({ is }) => is === 'right')).toHaveLength(1);
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', account.id)
      .where('kind', '=', 'stepped-up')
      .execute();
    expect(events).toHaveLength(1);
  });

  it('takes a text message that this session asked for, and no other session did (ASVS 6.6.2)', async () => {
    const { account, session } = await signedIn();
    const read = parsePhone('+1 202 555 0142');
    if (read.is !== 'number') throw new Error(read.is);
    await database.transaction().execute(async (transaction) => {
      const added = await phones.add(transaction, { accountId: account.id, key: account.key }, read.number);
      if (added.is === 'added') await phones.verify(transaction, account.id, added.id);
    });
    const elsewhere = await live(
      await sessions.begin(database, account.id, { proven: false, deviceId: null }),
    );
    const { challenged, held } = await stepUp.asked(session);
    expect(held).toContain('sms-code');
    expect(await factors.sms.send?.(challenged, null)).toEqual({ is: 'sent' });
    const { code = '' } = texts.at(-1) ?? {};
    expect((await stepUp.check(elsewhere, factors.sms, code)).is).toBe('wrong');
    expect((await stepUp.check(session, factors.sms, code)).is).toBe('right');
    expect((await stepUp.check(session, factors.sms, code)).is).toBe('wrong');
  });

  it('proves nothing by a wrong answer, and counts it with those of sign-ins (ASVS 6.3.1)', async () => {
    const { session, code } = await signedIn();
    for (let failure = 0; failure < 10; failure++)
      expect((await stepUp.check(session, factors.app, 'no code')).is).toBe('wrong');
    expect((await stepUp.check(session, factors.app, code())).is).toBe('wait');
    const found = await database
      .selectFrom('session')
      .select('proven_at')
      .where('id', '=', session.id)
      .executeTakeFirstOrThrow();
    expect(found.proven_at).toBeNull();
  });

  it('in a session that has ended uses no code up', async () => {
    const { account, session, code } = await signedIn();
    await sessions.end(session, 'signed-out');
    expect((await stepUp.check(session, factors.app, code())).is).toBe('wrong');
    const app = await database
      .selectFrom('authenticator_app')
      .select('last_step')
      .where('account_id', '=', account.id)
      .executeTakeFirstOrThrow();
    expect(app.last_step).toBeNull();
  });

  it('tells every address of the wrong try that disables a second step, once (ASVS 6.3.5)', async () => {
    const { account, session } = await signedIn();
    expect((await stepUp.check(session, factors.app, '000000')).is).toBe('wrong');
    const { disable } = identity.policy.failures;
    await database
      .updateTable('throttle')
      .set({ failures: disable - 1, wait_until: null })
      .execute();
    expect((await stepUp.check(session, factors.app, '000000')).is).toBe('wrong');
    expect((await stepUp.check(session, factors.app, '000000')).is).toBe('disabled');
    const told = identity.told.filter(({ accountId }) => accountId === account.id);
    expect(told.map(({ notice }) => notice)).toEqual([
      { is: 'factor-disabled', factor: 'authenticator-app' },
    ]);
  });
});

describe('a step-up in full', () => {
  it('takes the second step, then the password, and gives a new token for each (ASVS 7.2.4, 7.5.1)', async () => {
    const person = await signedIn();
    expect(inFull.missing(person.session)).toBe('second-step');
    const half = await halfway(person);
    expect(inFull.missing(half)).toBe('password');
    expect(stepUp.missing(half)).toBeNull();
    const done = await inFull.checkPassword(half, person.account.password);
    if (done.is !== 'right') throw new Error(done.is);
    expect(inFull.missing(await live(done.value))).toBeNull();
    for (const old of [person.token, half.token]) expect((await sessions.find(old)).is).toBe('none');
    const events = await database
      .selectFrom('security_event')
      .select('detail')
      .where('account_id', '=', person.account.id)
      .where('kind', '=', 'stepped-up')
      .orderBy('seq')
      .execute();
    expect(events.map(({ detail }) => detail)).toEqual([
      { factor: 'authenticator-app' },
      { factor: 'password' },
    ]);
  });

  it('is a passkey alone, and a sign-in of the last ten minutes (ASVS 7.5.1)', async () => {
    const { account, session } = await signedIn();
    const authenticator = softAuthenticator({ origin: SITE });
    const owner = { id: session.id, accountId: account.id, key: account.key };
    const enrolment = { for: 'enrolment', of: session.id } as const;
    const offer = await passkeys.offer(owner, { purpose: enrolment, agency: 'A', login: 'l', fullName: 'f' });
    if (offer === null) throw new Error('enough');
    const { passkey, answer } = authenticator.create(offer);
    await passkeys.add(owner, { purpose: enrolment, answer, name: 'Passkey' });
    const options = await passkeys.ask({ for: 'second-step', of: session.id }, account.id);
    const result = await inFull.check(session, factors.passkey, authenticator.get(options, passkey));
    if (result.is !== 'right') throw new Error(result.is);
    const alone = await live(result.value);
    expect(inFull.missing(alone)).toBeNull();
    // Where something may be taken out that was there for long, one thing is not two.
    expect(stepUp.missing(alone, 'password')).toBe('password');
    const both = await stepUp.checkPassword(alone, account.password);
    if (both.is !== 'right') throw new Error(both.is);
    expect(stepUp.missing(await live(both.value), 'password')).toBeNull();

    clock.advance(30);
    const { pass, app, codeOf } = testSignIn(identity);
    const entered = await app(await pass(account), codeOf(account));
    if (entered.is !== 'right') throw new Error(entered.is);
    clock.advance(TEN_MINUTES - 0.001);
    expect(inFull.missing(await live(entered.value.token))).toBeNull();
    clock.advance(0.001);
    expect(inFull.missing(await live(entered.value.token))).toBe('second-step');
  });

  it('asks whoever has nothing but the session for no password, so that none can be guessed (ASVS 6.3.1)', async () => {
    const { account, session } = await signedIn();
    for (let times = 0; times < 3; times++)
      expect(await inFull.checkPassword(session, account.password)).toEqual({ is: 'gone' });
    expect(inFull.missing(session)).toBe('second-step');
    const counted = await database
      .selectFrom('throttle')
      .select('failures')
      .where('subject', '=', Buffer.from(account.id.replaceAll('-', ''), 'hex'))
      .execute();
    expect(counted).toEqual([]);
  });

  it('counts wrong passwords with those of sign-ins from the same device, and starts anew after a right one (ASVS 6.3.1)', async () => {
    const person = await signedIn();
    const half = await halfway(person);
    const { tryPassword } = testSignIn(identity);
    for (let failure = 0; failure < 5; failure++) {
      expect((await inFull.checkPassword(half, 'not it')).is).toBe('wrong');
      expect((await tryPassword(person.account.email, 'not it')).is).toBe('wrong');
    }
    const waits = await inFull.checkPassword(half, person.account.password);
    expect(waits).toEqual({ is: 'wait', until: new Date(clock.now().getTime() + 30_000) });
    clock.advance(30);
    expect((await inFull.checkPassword(half, person.account.password)).is).toBe('right');
    const again = await halfway(person);
    for (let failure = 0; failure < 9; failure++)
      expect((await inFull.checkPassword(again, 'not it')).is).toBe('wrong');
    expect((await inFull.checkPassword(again, person.account.password)).is).toBe('right');
  });

  it('never takes its halves from two sessions (ASVS 7.5.1)', async () => {
    const person = await signedIn();
    const other = await live(
      await sessions.begin(database, person.account.id, { proven: false, deviceId: null }),
    );
    const half = await halfway(person);
    expect(await inFull.checkPassword(other, person.account.password)).toEqual({ is: 'gone' });
    // Nor where a page of the one is sent by the other, which says that it is halfway too.
    const right = await sessions.proveInFull(
      database,
      { ...other, provenAt: half.provenAt },
      { hash: await hashOf(person.account.id), counted: { subject: Buffer.alloc(16), kind: 'password' } },
    );
    expect(right).toBeNull();
  });

  it('is done once, of twenty who send the password side by side', async () => {
    const person = await signedIn();
    const half = await halfway(person);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => inFull.checkPassword(half, person.account.password)),
    );
    // More than ten at a time have to wait: each counts until it was right.
    expect(results.filter(({ is }) => is === 'right')).toHaveLength(1);
    expect(results.every(({ is }) => is === 'right' || is === 'gone' || is === 'wait')).toBe(true);
  });

  it.each([
    [
      'the second step was taken again',
      async (person: Awaited<ReturnType<typeof signedIn>>) => void (await halfway(person)),
    ],
    ['the session ended', async ({ session }: { session: Session }) => sessions.end(session, 'signed-out')],
    [
      'the password was changed',
      async ({ account }: { account: { id: string } }) =>
        void (await database
          .updateTable('password')
          .set({ hash: 'another' })
          .where('account_id', '=', account.id)
          .execute()),
    ],
  ])('comes to nothing where %s while the password was checked', async (_, meanwhile) => {
    const person = await signedIn();
    const half = await halfway(person);
    const hash = await hashOf(person.account.id);
    await meanwhile(person);
    const counted = { subject: Buffer.alloc(16), kind: 'password' } as const;
    expect(await sessions.proveInFull(database, half, { hash, counted })).toBeNull();
  });

  it('is done exactly while a second step of the last ten minutes has the password after it, whatever is done when (ASVS 7.5.1)', async () => {
    const step = fc.oneof(
      fc.constantFrom('second-step' as const, 'password' as const, 'wrong' as const),
      fc.constantFrom(1, 30, 299, 570, 599, 600),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const { account, token: begun, code } = await signedIn();
        let token = begun;
        let secondStepAt = -Infinity;
        let hasPassword = false;
        const now = () => clock.now().getTime() / 1000;
        const expected = () => {
          if (now() - secondStepAt >= TEN_MINUTES) return 'second-step';
          return hasPassword ? null : 'password';
        };
        for (const each of steps) {
          const before = await live(token);
          const isAsked = expected() === 'password';
          if (typeof each === 'number') clock.advance(each);
          else if (each === 'second-step') {
            clock.advance(30);
            const result = await inFull.check(before, factors.app, code());
            if (result.is !== 'right') throw new Error(result.is);
            token = result.value;
            [secondStepAt, hasPassword] = [now(), false];
          } else {
            const typed = each === 'wrong' ? 'not it' : account.password;
            const result = await inFull.checkPassword(before, typed);
            const outcome = each === 'wrong' ? 'wrong' : 'right';
            expect(result.is).toBe(isAsked ? outcome : 'gone');
            if (result.is === 'right') [token, hasPassword] = [result.value, true];
          }
          expect(inFull.missing(await live(token))).toBe(expected());
        }
      }),
      { numRuns: 25 },
    );
  });
});

async function hashOf(accountId: string): Promise<string> {
  const { hash } = await database
    .selectFrom('password')
    .select('hash')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return hash;
}
