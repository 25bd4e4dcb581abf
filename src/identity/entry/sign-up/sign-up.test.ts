import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hasher } from '../../../platform/hashing/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { PERSON, testIdentity } from '../../../testing/identity.ts';
import { identified, readPerson } from '../../core/accounts/index.ts';
import { currentCode } from '../../credentials/authenticator-app/index.ts';
import { countBackupCodes, readUnacknowledged } from '../../credentials/backup-codes/index.ts';
import { enrollingOf, makeSignUp, type SignUpProgress, Stage } from './sign-up.ts';

// More hashes at a time than there are cores, so that what races does not come in one by one.
const identity = await testIdentity(await freshDatabase(), { hashing: { lanes: 100 } });
const { database, vault, clock, signUp, signUpParts, hasher, sessions, sent, newAccount } = identity;
const PASSWORD = 'kettle-orbit-94-willow';
const MINUTE = 60;
const HOUR = 3600;

const newEmail = () => `${randomUUID()}@example.org`;
const at = async (token: string): Promise<SignUpProgress> => {
  const progress = await signUp.find(token);
  if (progress === null) throw new Error('the sign-up is gone');
  return progress;
};
const sentTo = (email: string) => sent.filter(({ to }) => to === email);
const codeFor = (email: string): string => {
  const message = sentTo(email).findLast(({ is }) => is === 'code');
  if (message?.is !== 'code') throw new Error(`no code for ${email}`);
  return message.code;
};
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const appCode = (progress: SignUpProgress) => currentCode(progress.secret ?? '', clock.now()).code;
const accountsOf = async (email: string) =>
  (await identified(vault, email).execute(database)).rows[0]?.account_id ?? null;
/** Binds a second step by an answer, as the pages do. */
const finish = async (progress: SignUpProgress, answer: string, { by = signUp } = {}) => {
  const enrolling = enrollingOf(progress, 'Firefox');
  if (enrolling === null) return { is: 'gone' } as const;
  const result = await identity.factors.app.enrolment.check(enrolling, answer);
  return result.is === 'right' ? by.finish(progress, result.bind, browser) : result;
};
const browser = { tokens: [], userAgent: '' };

/** Goes as far as a stage. */
async function upTo(stage: SignUpProgress['stage'], email = newEmail()) {
  const token = await signUp.begin(email, { language: 'en', network: '192.0.2.1' });
  const moves = [
    async () => signUp.enterCode(await at(token), codeFor(email)),
    async () => signUp.choosePassword(await at(token), PASSWORD),
    async () => signUp.describe(await at(token), PERSON),
    async () => signUp.confirm(await at(token)),
  ];
  for (const move of moves.slice(0, Stage.options.indexOf(stage))) await move();
  return { token, email };
}

describe('signing up', () => {
  it('goes on after however many wrong tries: no code of a sign-up is disabled', async () => {
    const { token, email } = await upTo('code');
    expect(await signUp.enterCode(await at(token), 'x')).toEqual({ is: 'wrong' });
    // As after a hundred more, each once the wait before it was over.
    await database.updateTable('throttle').set({ failures: 150 }).where('kind', '=', 'email-code').execute();
    clock.advance(3600);
    const again = await at((await upTo('code', email)).token);
    expect(await signUp.enterCode(again, codeFor(email))).toEqual({ is: 'next' });
  });

  it('goes from an address to an account with its second step and ten codes, signed in', async () => {
    const { token, email } = await upTo('authenticator');
    const progress = await at(token);
    const result = await finish(progress, appCode(progress));
    if (result.is !== 'signed-up') throw new Error(result.is);
    const found = await sessions.find(result.token);
    if (found.is !== 'live') throw new Error(found.is);
    const { accountId, key, owesAcknowledgement } = found.session;
    expect(owesAcknowledgement).toBe(true);
    expect(found.session.provenAt).toEqual(clock.now());
    expect(identity.told).toContainEqual({ accountId, notice: { is: 'account-created' } });
    expect(await readPerson(database, vault, accountId)).toEqual(PERSON);
    expect((await readUnacknowledged(database, accountId, key))?.codes).toHaveLength(10);
    expect(await countBackupCodes(database, accountId)).toBe(10);
    expect(await accountsOf(` ${email.toUpperCase()} `)).toBe(accountId);
    expect(await signUp.find(token)).toBeNull();
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', accountId)
      .execute();
    expect(events).toEqual([{ kind: 'account-created' }]);
  });

  it('takes the confirming code as used: the same one does not sign in', async () => {
    const { token, email } = await upTo('authenticator');
    const progress = await at(token);
    const code = appCode(progress);
    await finish(progress, code);
    const step = await identity.signIn.checkPassword({
      identifier: email,
      password: PASSWORD,
      returnTo: '/',
      browser,
      prove: async () => ({ is: 'proven' }),
    });
    if (step.is !== 'needs-factor') throw new Error(step.is);
    expect(
      await identity.signIn.checkFactor(step.token, identity.factors.app, {
        answer: code,
        browser,
        remember: false,
      }),
    ).toEqual({ is: 'wrong' });
  });

  it('cannot skip a stage, whatever is tried in whatever order (ASVS 2.3.1)', async () => {
    type Step =
      | 'code'
      | 'wrong-code'
      | 'password'
      | 'weak'
      | 'about-you'
      | 'check'
      | 'app'
      | 'wrong-app'
      | 'resend';
    const steps: fc.Arbitrary<Step> = fc.constantFrom(
      'code',
      'wrong-code',
      'password',
      'weak',
      'about-you',
      'check',
      'app',
      'wrong-app',
      'resend',
    );
    // The model: which one step leads on from each stage.
    const onward = {
      code: 'code',
      password: 'password',
      'about-you': 'about-you',
      check: 'check',
      authenticator: 'app',
    } as const;
    const order = Stage.options;
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 14 }), async (tried) => {
        const email = newEmail();
        const token = await signUp.begin(email, { language: 'en', network: '192.0.2.1' });
        let stage: Stage | 'done' = 'code';
        for (const step of tried) {
          const progress = await at(token);
          expect(progress.stage).toBe(stage);
          const code = codeFor(email);
          if (step === 'code') await signUp.enterCode(progress, code);
          if (step === 'wrong-code') await signUp.enterCode(progress, otherThan(code));
          if (step === 'password') await signUp.choosePassword(progress, PASSWORD);
          if (step === 'weak') await signUp.choosePassword(progress, 'password1234');
          if (step === 'about-you') await signUp.describe(progress, PERSON);
          if (step === 'check') await signUp.confirm(progress);
          if (step === 'resend') await signUp.resend(progress);
          if (step === 'app') await finish(progress, appCode(progress));
          if (step === 'wrong-app') await finish(progress, otherThan(appCode(progress)));
          if (step === onward[stage]) stage = order[order.indexOf(stage) + 1] ?? 'done';
          expect((await accountsOf(email)) !== null).toBe(stage === 'done');
          if (stage === 'done') return;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('cannot go back to change what a later stage stands on', async () => {
    const { token } = await upTo('authenticator');
    const before = await database
      .selectFrom('sign_up')
      .selectAll()
      .where('id', '=', (await at(token)).id)
      .executeTakeFirst();
    await signUp.choosePassword(await at(token), 'another-orbit-94-willow');
    await signUp.describe(await at(token), { ...PERSON, fullName: 'Somebody Else' });
    await signUp.enterCode(await at(token), '000000');
    await signUp.resend(await at(token));
    const after = await database
      .selectFrom('sign_up')
      .selectAll()
      .where('id', '=', (await at(token)).id)
      .executeTakeFirst();
    expect(after).toEqual(before);
  });

  it('takes other answers as long as they are checked, and none after', async () => {
    const { token } = await upTo('about-you');
    await signUp.describe(await at(token), { ...PERSON, born: '1988-02-28' });
    expect(await at(token)).toMatchObject({ stage: 'check', secret: null });
    await signUp.describe(await at(token), PERSON);
    await signUp.confirm(await at(token));
    const checked = await at(token);
    expect(checked).toMatchObject({ stage: 'authenticator', person: PERSON });
    await signUp.describe(checked, { ...PERSON, fullName: 'Somebody Else' });
    await signUp.confirm(checked);
    expect(await at(token)).toMatchObject({ person: PERSON, secret: checked.secret });
  });

  it('goes on where it was left in the same browser', async () => {
    const { token } = await upTo('about-you');
    clock.advance(6 * 24 * HOUR);
    expect((await at(token)).stage).toBe('about-you');
  });

  it('gives who proves the address elsewhere what was said before, but neither the password nor the key', async () => {
    const { token, email } = await upTo('authenticator');
    const before = await at(token);
    const elsewhere = await signUp.begin(email, { language: 'en', network: '198.51.100.7' });
    await signUp.enterCode(await at(elsewhere), codeFor(email));
    const resumed = await at(elsewhere);
    expect(resumed).toMatchObject({ stage: 'password', person: before.person, secret: null });
    expect(resumed.person).not.toBeNull();
    expect(await signUp.find(token)).toBeNull();
    await signUp.choosePassword(resumed, 'another lantern under seven stairs');
    await signUp.describe(await at(elsewhere), PERSON);
    await signUp.confirm(await at(elsewhere));
    expect((await at(elsewhere)).secret).not.toBe(before.secret);
  });

  it('goes on from none that is over', async () => {
    const late = newEmail();
    await upTo('authenticator', late);
    clock.advance(7 * 24 * HOUR);
    const anew = await upTo('password', late);
    expect((await at(anew.token)).person).toBeNull();
  });

  it('is begun by nobody else in place of the owner: codes and tries of a stranger are counted apart', async () => {
    const email = newEmail();
    for (let n = 0; n < 7; n++) {
      const stranger = await signUp.begin(email, { language: 'en', network: '203.0.113.9' });
      for (let tries = 0; tries < 3; tries++) await signUp.enterCode(await at(stranger), '000000');
    }
    expect(sentTo(email)).toHaveLength(5);
    const owner = await signUp.begin(email, { language: 'en', network: '192.0.2.1' });
    expect(sentTo(email)).toHaveLength(6);
    expect(await signUp.enterCode(await at(owner), codeFor(email))).toEqual({ is: 'next' });
  });

  it('says when an address gets no more messages this hour', async () => {
    const email = newEmail();
    const token = await signUp.begin(email, { language: 'en', network: '192.0.2.1' });
    for (let n = 0; n < 4; n++) expect(await signUp.resend(await at(token))).toBe(true);
    expect(await signUp.resend(await at(token))).toBe(false);
    const another = await signUp.begin(email, { language: 'en', network: '192.0.2.1' });
    expect((await at(another)).sent).toBe(false);
  });

  it('does not end for a stranger when the owner has an account', async () => {
    const email = newEmail();
    const stranger = await signUp.begin(email, { language: 'en', network: '203.0.113.9' });
    const { token } = await upTo('authenticator', email);
    const progress = await at(token);
    expect((await finish(progress, appCode(progress))).is).toBe('signed-up');
    expect((await at(stranger)).stage).toBe('code');
  });

  it('is forgotten after seven days', async () => {
    const { token } = await upTo('about-you');
    const { id } = await at(token);
    clock.advance(7 * 24 * HOUR);
    expect(await signUp.find(token)).toBeNull();
    clock.advance(1);
    await signUp.removeOld();
    expect(
      await database.selectFrom('sign_up').select('id').where('id', '=', id).executeTakeFirst(),
    ).toBeUndefined();
  });

  it('judges a password with the address in mind, and stores none that is refused (ASVS 6.2.11)', async () => {
    const { token } = await upTo('password', `marguerite.oyelaran.${randomUUID().slice(0, 4)}@example.org`);
    expect(await signUp.choosePassword(await at(token), 'marguerite-oyelaran')).toMatchObject({
      is: 'refused',
      why: 'personal',
    });
    expect((await at(token)).stage).toBe('password');
    const rows = await database
      .selectFrom('sign_up')
      .select('password_hash')
      .where('id', '=', (await at(token)).id)
      .execute();
    expect(rows).toEqual([{ password_hash: null }]);
    // The page asks the same while it is typed.
    expect(await signUp.judgePassword(await at(token), 'marguerite-oyelaran')).toMatchObject({
      why: 'personal',
    });
    expect((await signUp.judgePassword(await at(token), PASSWORD)).is).not.toBe('refused');
  });
});

describe('the emailed code', () => {
  it('lasts ten minutes (ASVS 6.4.1, 6.5.5)', async () => {
    const { token, email } = await upTo('code');
    clock.advance(10 * MINUTE);
    expect(await signUp.enterCode(await at(token), codeFor(email))).toEqual({ is: 'wrong' });
    await signUp.resend(await at(token));
    clock.advance(10 * MINUTE - 1);
    expect(await signUp.enterCode(await at(token), codeFor(email))).toEqual({ is: 'next' });
  });

  it('works for the sign-up that asked for it only, and the newest only (ASVS 6.6.2)', async () => {
    const email = newEmail();
    const [mine, theirs] = [
      await signUp.begin(email, { language: 'en', network: '192.0.2.1' }),
      await signUp.begin(email, { language: 'en', network: '192.0.2.1' }),
    ];
    const codes = sentTo(email).map((message) => (message.is === 'code' ? message.code : ''));
    expect(codes).toHaveLength(2);
    if (codes[0] !== codes[1]) {
      expect(await signUp.enterCode(await at(mine), codes[1] ?? '')).toEqual({ is: 'wrong' });
      await signUp.resend(await at(mine));
      const newest = codeFor(email);
      if (newest !== codes[0])
        expect(await signUp.enterCode(await at(mine), codes[0] ?? '')).toEqual({ is: 'wrong' });
      expect(await signUp.enterCode(await at(mine), newest)).toEqual({ is: 'next' });
    }
    expect((await at(theirs)).stage).toBe('code');
  });

  it('works once, for one of twenty who send it side by side (ASVS 6.4.1, 6.5.1)', async () => {
    const { token, email } = await upTo('code');
    const progress = await at(token);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => signUp.enterCode(progress, codeFor(email))),
    );
    expect(results.filter(({ is }) => is === 'next')).toHaveLength(1);
    expect((await at(token)).stage).toBe('password');
  });

  it('has to wait after ten wrong tries, and sending another does not start the count anew (ASVS 6.6.3)', async () => {
    const { token, email } = await upTo('code');
    for (let failure = 0; failure < 10; failure++) {
      if (failure === 5) await signUp.resend(await at(token));
      expect(await signUp.enterCode(await at(token), otherThan(codeFor(email)))).toEqual({ is: 'wrong' });
    }
    await signUp.resend(await at(token));
    expect((await signUp.enterCode(await at(token), codeFor(email))).is).toBe('wait');
    // Nor does beginning again.
    const again = await signUp.begin(email, { language: 'en', network: '192.0.2.1' });
    expect((await signUp.enterCode(await at(again), codeFor(email))).is).toBe('wait');
    clock.advance(30);
    expect(await signUp.enterCode(await at(again), codeFor(email))).toEqual({ is: 'next' });
  });

  it('is sent to an address five times an hour at most, however it is asked for (ASVS 2.3.2)', async () => {
    const email = newEmail();
    const token = await signUp.begin(email, { language: 'en', network: '192.0.2.1' });
    for (let again = 0; again < 3; again++) await signUp.resend(await at(token));
    await signUp.begin(email.toUpperCase(), { language: 'en', network: '192.0.2.1' });
    await signUp.begin(email, { language: 'es', network: '192.0.2.1' });
    await signUp.resend(await at(token));
    expect(sentTo(email)).toHaveLength(5);
    clock.advance(HOUR + 1);
    await signUp.resend(await at(token));
    expect(sentTo(email)).toHaveLength(6);
  });

  it('is sent five times at most when twenty ask side by side', async () => {
    const email = newEmail();
    await Promise.all(
      Array.from({ length: 20 }, () => signUp.begin(email, { language: 'en', network: '192.0.2.1' })),
    );
    expect(sentTo(email)).toHaveLength(5);
    const other = newEmail();
    const progress = await at(await signUp.begin(other, { language: 'en', network: '192.0.2.1' }));
    await Promise.all(Array.from({ length: 20 }, () => signUp.resend(progress)));
    expect(sentTo(other)).toHaveLength(5);
  });

  it('is sent to an address twenty times an hour, and then once for each network that did not ask that day (ASVS 2.3.2)', async () => {
    const email = newEmail();
    const begin = (network: string) => signUp.begin(email, { language: 'en', network });
    for (let network = 1; network <= 3; network++)
      for (let times = 0; times < 5; times++) await begin(`203.0.113.${network}`);
    for (let times = 0; times < 4; times++) await begin('203.0.113.4');
    const last = await begin('203.0.113.5');
    expect((await at(last)).sent).toBe(true);
    expect(sentTo(email)).toHaveLength(20);
    const tooMany = await begin('203.0.113.5');
    expect((await at(tooMany)).sent).toBe(false);
    expect(sentTo(email).filter(({ is }) => is === 'code')).toHaveLength(20);
    expect((await at(await begin('203.0.113.6'))).sent).toBe(true);
  });

  it('still works when a further one was not sent', async () => {
    const email = newEmail();
    const token = await signUp.begin(email, { language: 'en', network: '192.0.2.1' });
    for (let again = 0; again < 9; again++) await signUp.resend(await at(token));
    expect(await signUp.enterCode(await at(token), codeFor(email))).toEqual({ is: 'next' });
  });
});

describe('an address that has an account', () => {
  it('gets another message, as often as any, and every code is wrong', async () => {
    const { email } = await newAccount();
    const token = await signUp.begin(email.toUpperCase(), { language: 'en', network: '192.0.2.1' });
    expect((await at(token)).stage).toBe('code');
    for (let again = 0; again < 9; again++) await signUp.resend(await at(token));
    expect(sentTo(email)).toEqual(Array.from({ length: 5 }, () => ({ to: email, is: 'known' })));
    for (let failure = 0; failure < 10; failure++)
      expect(await signUp.enterCode(await at(token), String(100000 + failure))).toEqual({ is: 'wrong' });
    expect((await signUp.enterCode(await at(token), '123456')).is).toBe('wait');
  });

  it('gets one account of two sign-ups that race, and none of them fails', async () => {
    const email = newEmail();
    const tokens = [
      await signUp.begin(email, { language: 'en', network: '192.0.2.1' }),
      await signUp.begin(email, { language: 'en', network: '192.0.2.1' }),
    ];
    const codes = sentTo(email).map((message) => (message.is === 'code' ? message.code : ''));
    // Both prove the address at once, so that neither sees the other come first.
    await Promise.all(tokens.map(async (token, n) => signUp.enterCode(await at(token), codes[n] ?? '')));
    const ready: SignUpProgress[] = [];
    for (const token of tokens) {
      const progress = await signUp.find(token);
      if (progress === null) continue;
      await signUp.choosePassword(progress, PASSWORD);
      await signUp.describe(await at(token), PERSON);
      await signUp.confirm(await at(token));
      ready.push(await at(token));
    }
    expect(ready.length).toBeGreaterThan(0);
    const results = await Promise.all(
      [...ready, ...ready].map((progress) => finish(progress, appCode(progress))),
    );
    expect(results.filter(({ is }) => is === 'signed-up')).toHaveLength(1);
    for (const { is } of results) expect(['signed-up', 'gone']).toContain(is);
  });

  it('gets one account and one set of codes when the last step is sent twenty times side by side', async () => {
    const { token, email } = await upTo('authenticator');
    const progress = await at(token);
    const results = await Promise.all(Array.from({ length: 6 }, () => finish(progress, appCode(progress))));
    expect(results.map(({ is }) => is).sort()).toEqual(['gone', 'gone', 'gone', 'gone', 'gone', 'signed-up']);
    const id = await accountsOf(email);
    const sessionsOf = await database
      .selectFrom('session')
      .select('id')
      .where('account_id', '=', id)
      .execute();
    expect(sessionsOf).toHaveLength(1);
  });

  it('gets none by a sign-up that was ended while its backup codes were hashed', async () => {
    const { token, email } = await upTo('authenticator');
    const progress = await at(token);
    const elsewhere = await upTo('code', email);
    const proving = await at(elsewhere.token);
    const ended = Promise.withResolvers<void>();
    const digest: Hasher['digest'] = async (...work) => {
      await ended.promise;
      return hasher.digest(...work);
    };
    const by = makeSignUp({ ...signUpParts, hasher: { ...hasher, digest } });
    const finishing = finish(progress, appCode(progress), { by });
    expect(await signUp.enterCode(proving, codeFor(email))).toEqual({ is: 'next' });
    ended.resolve();
    expect(await finishing).toEqual({ is: 'gone' });
    expect(await accountsOf(email)).toBeNull();
    expect((await at(elsewhere.token)).stage).toBe('password');
  });

  it('is proven elsewhere at the very moment in which the account is made: one of the two, and neither fails', async () => {
    for (let round = 0; round < 8; round++) {
      const { token, email } = await upTo('authenticator');
      const progress = await at(token);
      const proving = await at((await upTo('code', email)).token);
      const [made, proven] = await Promise.all([
        finish(progress, appCode(progress)),
        signUp.enterCode(proving, codeFor(email)),
      ]);
      const isMade = made.is === 'signed-up';
      expect([made.is, proven.is]).toEqual(isMade ? ['signed-up', 'wrong'] : ['gone', 'next']);
      expect((await accountsOf(email)) !== null).toBe(isMade);
    }
  });

  it('that got one meanwhile ends a sign-up', async () => {
    const { token, email } = await upTo('authenticator');
    await newAccount({ email });
    const progress = await at(token);
    expect(await finish(progress, appCode(progress))).toEqual({ is: 'gone' });
  });
});
