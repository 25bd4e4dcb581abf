import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HashingBusy } from '../../../platform/hashing/index.ts';
import { softAuthenticator } from '../../../testing/authenticator.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { SITE, testIdentity } from '../../../testing/identity.ts';
import { FIREFOX, prove, testSignIn, UNKNOWN } from '../../../testing/sign-in.ts';
import { listDevices } from '../../core/devices/index.ts';
import { countBackupCodes } from '../../credentials/backup-codes/index.ts';
import type { Purpose } from '../../credentials/passkeys/index.ts';
import { makeSignIn } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, factors, signIn, sessions, newAccount } = identity;
const { tryPassword, given, pass, app, codeOf, wrongCode } = testSignIn(identity);
const MINUTE = 60;
const WRONG = { is: 'wrong' };
const backup = (token: string, code: string) => signIn.checkFactor(token, factors.backupCode, given(code));
const lastEvent = () =>
  database
    .selectFrom('security_event')
    .select(['kind', 'account_id', 'detail'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
const isWaiting = async (token: string) => (await signIn.waiting(token)) !== null;

describe('the password', () => {
  it('lets in with the email or the username, however they are typed', async () => {
    const username = `quill-${randomUUID().slice(0, 8)}`;
    const account = await newAccount({ username });
    for (const identifier of [
      account.email,
      ` ${account.email.toUpperCase()} `,
      username,
      username.toUpperCase(),
    ])
      expect((await tryPassword(identifier, account.password)).is).toBe('needs-factor');
  });

  it('is right however its characters are composed, and wrong when anything else differs (ASVS 6.2.8)', async () => {
    const account = await newAccount({ password: 'café-orbit-willow-94' });
    expect((await tryPassword(account.email, 'cafe\u0301-orbit-willow-94')).is).toBe('needs-factor');
    for (const other of ['cafe-orbit-willow-94', 'Café-orbit-willow-94', 'café-orbit-willow-94 ', ''])
      expect(await tryPassword(account.email, other)).toMatchObject(WRONG);
  });

  it('of nobody is as wrong as a wrong one', async () => {
    const account = await newAccount();
    expect(await tryPassword(account.email, 'no')).toEqual(
      await tryPassword(`${randomUUID()}@example.org`, 'no'),
    );
  });

  it('of nobody costs one hash, as that of an account does (ASVS 6.3.8)', async () => {
    const hashed: string[] = [];
    const { hasher } = identity;
    const counted = await makeSignIn({
      ...identity,
      factors: Object.values(factors),
      hasher: {
        ...hasher,
        verify: (hash, password) => {
          hashed.push(hash);
          return hasher.verify(hash, password);
        },
      },
    });
    const account = await newAccount();
    for (const identifier of [account.email, `${randomUUID()}@example.org`, `${randomUUID()}@example.org`])
      await counted.checkPassword({ identifier, password: 'wrong', returnTo: '/', browser: UNKNOWN, prove });
    expect(hashed).toHaveLength(3);
    // The parameters of a hash decide how long it takes.
    const parameters = hashed.map((hash) => hash.split('$').slice(1, 4).join('$'));
    expect(new Set(parameters).size).toBe(1);
  });

  it('is checked only with a proof of work after five failures, and an unproven try is none (ASVS 2.4.1, 6.3.1)', async () => {
    const question = { challenge: '', work: 1, ticket: '', waitSeconds: 30 };
    const unproven = { is: 'unproven', question } as const;
    const account = await newAccount();
    for (const identifier of [account.email, `${randomUUID()}@example.org`]) {
      const attempt = (password: string) =>
        signIn.checkPassword({
          identifier,
          password,
          returnTo: '/',
          browser: UNKNOWN,
          prove: async () => unproven,
        });
      for (let failure = 1; failure <= 5; failure++)
        expect(await attempt('wrong')).toEqual({ is: 'wrong', asksProof: failure === 5 });
      for (let times = 0; times < 20; times++)
        expect(await attempt(account.password)).toEqual({ is: 'unproven', verdict: unproven });
      expect(await tryPassword(identifier, 'wrong')).toEqual({ is: 'wrong', asksProof: true });
    }
    expect((await tryPassword(account.email, account.password)).is).toBe('needs-factor');
    expect(identity.policy.proof.failures).toBe(5);
  });

  it('has to wait after ten failures, for an account and for nobody alike, right or wrong (ASVS 6.3.1)', async () => {
    const account = await newAccount();
    const nobody = `${randomUUID()}@example.org`;
    const seen = async (identifier: string) => {
      const results: unknown[] = [];
      for (let failure = 1; failure <= 13; failure++) {
        results.push(await tryPassword(identifier, 'wrong'));
        if (failure > 10) clock.advance(30 * 2 ** (failure - 11));
        else clock.advance(1);
      }
      return results.map((result) => {
        const { is, until } = result as { is: string; until?: Date };
        return until === undefined ? is : is;
      });
    };
    expect(await seen(account.email)).toEqual(await seen(nobody));
    const waitOf = async (identifier: string) => {
      const result = await tryPassword(identifier, account.password);
      return result.is === 'wait' ? result.until.getTime() - clock.now().getTime() : result.is;
    };
    const [own, stranger] = [await newAccount(), `${randomUUID()}@example.org`];
    for (let failure = 0; failure < 10; failure++) {
      await tryPassword(own.email, 'wrong');
      await tryPassword(stranger, 'wrong');
    }
    expect(await waitOf(own.email)).toBe(30_000);
    expect(await waitOf(stranger)).toBe(30_000);
    expect((await tryPassword(own.email, own.password)).is).toBe('wait');
    clock.advance(30);
    expect((await tryPassword(own.email, own.password)).is).toBe('needs-factor');
  });

  it('is counted for the account, whether guessed at by email or by username', async () => {
    const username = `quill-${randomUUID().slice(0, 8)}`;
    const account = await newAccount({ username });
    for (let failure = 0; failure < 10; failure++)
      await tryPassword(failure % 2 === 0 ? account.email : ` ${username.toUpperCase()}`, 'wrong');
    expect((await tryPassword(account.email, account.password)).is).toBe('wait');
  });

  it('is tried at most ten times by forty who try side by side (ASVS 6.3.1)', async () => {
    const account = await newAccount();
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, n) => tryPassword(account.email, `wrong ${n}`)),
    );
    expect(results.filter(({ is }) => is === 'wrong')).toHaveLength(10);
    expect(results.filter(({ is }) => is === 'wait')).toHaveLength(30);
  });

  it('forgives earlier failures when it is right', async () => {
    const account = await newAccount();
    for (let failure = 0; failure < 9; failure++) await tryPassword(account.email, 'wrong');
    await pass(account);
    for (let failure = 0; failure < 10; failure++)
      expect(await tryPassword(account.email, 'wrong')).toMatchObject(WRONG);
    expect((await tryPassword(account.email, 'wrong')).is).toBe('wait');
  });

  it('that could not be checked for want of time is no failure (ASVS 16.5.3)', async () => {
    // A hash as slow as a real one, so that those who ask side by side meet.
    const costs = new Map([[1, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }]]);
    const busy = await testIdentity(test, { hashing: { lanes: 1, most: 1, costs } });
    const account = await busy.newAccount();
    const results = await Promise.allSettled(
      Array.from({ length: 9 }, () =>
        busy.signIn.checkPassword({
          identifier: account.email,
          password: 'wrong',
          returnTo: '/',
          browser: UNKNOWN,
          prove,
        }),
      ),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(HashingBusy);
    const tried = results.length - refused.length;
    for (let failure = tried; failure < 10; failure++)
      expect(await tryPassword(account.email, 'wrong')).toMatchObject(WRONG);
    expect((await tryPassword(account.email, 'wrong')).is).toBe('wait');
  });

  it('leaves an event for each refusal, without what was typed (ASVS 16.3.1)', async () => {
    const account = await newAccount();
    await tryPassword(account.email, 'a wrong one 7319');
    const events = await database
      .selectFrom('security_event')
      .selectAll()
      .where('account_id', '=', account.id)
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(['password-refused']);
    expect(JSON.stringify(events)).not.toContain('7319');
    // Of nobody too.
    await tryPassword(`${randomUUID()}@example.org`, 'wrong');
    expect(await lastEvent()).toEqual({ kind: 'password-refused', account_id: null, detail: {} });
  });
});

describe('the second step', () => {
  it('signs in with the code of the app, once, and goes where the person wanted (ASVS 6.5.1, 7.2.4)', async () => {
    const account = await newAccount();
    const token = await pass(account, '/cases/ARC1?x=1');
    expect(await isWaiting(token)).toBe(true);
    const result = await app(token, codeOf(account));
    if (result.is !== 'right') throw new Error(result.is);
    const entered = result.value;
    expect(entered.returnTo).toBe('/cases/ARC1?x=1');
    expect(await sessions.find(entered.token)).toMatchObject({
      is: 'live',
      session: { accountId: account.id },
    });
    expect(await isWaiting(token)).toBe(false);
    expect(await app(token, codeOf(account))).toEqual({ is: 'gone' });
    expect(entered.token).not.toBe(token);
    expect((await sessions.find(token)).is).toBe('none');
  });

  it('is no session: its token opens nothing (ASVS 2.3.1, 6.3.3)', async () => {
    const account = await newAccount();
    expect(await sessions.find(await pass(account))).toEqual({ is: 'none' });
  });

  it('refuses the same code in another sign-in (ASVS 6.5.1)', async () => {
    const account = await newAccount();
    const [first, second] = [await pass(account), await pass(account)];
    const code = codeOf(account);
    expect((await app(first, code)).is).toBe('right');
    expect(await app(second, code)).toMatchObject(WRONG);
    clock.advance(30);
    expect((await app(second, codeOf(account))).is).toBe('right');
  });

  it('makes one session of twenty who send the same code side by side', async () => {
    const account = await newAccount();
    const token = await pass(account);
    const code = codeOf(account);
    const results = await Promise.all(Array.from({ length: 20 }, () => app(token, code)));
    expect(results.filter(({ is }) => is === 'right')).toHaveLength(1);
    const rows = await database
      .selectFrom('session')
      .select('id')
      .where('account_id', '=', account.id)
      .execute();
    expect(rows).toHaveLength(1);
  });

  it('makes one session, and uses up one backup code, of ten sent for the same sign-in side by side', async () => {
    const account = await newAccount({ withCodes: true });
    const token = await pass(account);
    const results = await Promise.all(account.codes.slice(0, 9).map((code) => backup(token, code)));
    expect(results.filter(({ is }) => is === 'right')).toHaveLength(1);
    expect(await countBackupCodes(database, account.id)).toBe(9);
  });

  it('takes a backup code once, in any look (ASVS 6.5.1)', async () => {
    const account = await newAccount({ withCodes: true });
    const [code = ''] = account.codes;
    expect((await backup(await pass(account), ` ${code.toLowerCase().replaceAll('-', ' ')}`)).is).toBe(
      'right',
    );
    expect(await backup(await pass(account), code)).toMatchObject(WRONG);
  });

  it("refuses another account's codes", async () => {
    const [mine, theirs] = [await newAccount({ withCodes: true }), await newAccount({ withCodes: true })];
    const token = await pass(mine);
    expect(await app(token, codeOf(theirs))).toMatchObject(WRONG);
    expect(await backup(token, theirs.codes[0] ?? '')).toMatchObject(WRONG);
    expect(await countBackupCodes(database, theirs.id)).toBe(10);
  });

  it('waits after ten wrong codes, which a right password does not forgive', async () => {
    const account = await newAccount({ withCodes: true });
    for (let failure = 0; failure < 10; failure++)
      expect(await app(await pass(account), wrongCode(account))).toMatchObject(WRONG);
    const token = await pass(account);
    expect((await app(token, codeOf(account))).is).toBe('wait');
    // Another kind of secret is counted apart.
    expect((await backup(token, account.codes[0] ?? '')).is).toBe('right');
    expect((await app(await pass(account), codeOf(account))).is).toBe('wait');
    clock.advance(30);
    expect((await app(await pass(account), codeOf(account))).is).toBe('right');
  });

  it('disables the codes at a number of failures, which is a hundred', async () => {
    expect(identity.policy.failures.disable).toBe(100);
    const strict = await testIdentity(test, {
      policy: { failures: { ...identity.policy.failures, disable: 12 } },
    });
    const account = await newAccount();
    const enter = async (code: string) =>
      strict.signIn.checkFactor(await pass(account), factors.app, given(code));
    for (let failure = 0; failure < 12; failure++) {
      expect(await enter(wrongCode(account))).toMatchObject(WRONG);
      clock.advance(3600);
    }
    expect(await enter(codeOf(account))).toEqual({ is: 'disabled' });
    clock.advance(365 * 24 * 3600);
    expect(await enter(codeOf(account))).toEqual({ is: 'disabled' });
  });

  it('lapses after 15 minutes', async () => {
    const account = await newAccount();
    const token = await pass(account);
    clock.advance(15 * MINUTE - 1);
    expect(await isWaiting(token)).toBe(true);
    clock.advance(1);
    expect(await isWaiting(token)).toBe(false);
    expect(await app(token, codeOf(account))).toEqual({ is: 'gone' });
    await signIn.removeOld();
    clock.advance(1);
    await signIn.removeOld();
    expect(
      await database.selectFrom('sign_in').select('id').where('account_id', '=', account.id).execute(),
    ).toEqual([]);
  });

  it('is known by its token only', async () => {
    const account = await newAccount();
    const token = await pass(account);
    for (const other of ['', token.slice(1), token.toLowerCase()]) {
      expect(await isWaiting(other)).toBe(false);
      expect(await app(other, codeOf(account))).toEqual({ is: 'gone' });
    }
    const rows = await database.selectFrom('sign_in').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('leaves an event of how the person came in (ASVS 16.2.1, 16.3.1)', async () => {
    const account = await newAccount({ withCodes: true });
    await app(await pass(account), codeOf(account));
    await backup(await pass(account), account.codes[3] ?? '');
    const events = await database
      .selectFrom('security_event')
      .select(['kind', 'detail'])
      .where('account_id', '=', account.id)
      .orderBy('seq')
      .execute();
    expect(events).toEqual([
      { kind: 'signed-in', detail: { factor: 'authenticator-app' } },
      { kind: 'signed-in', detail: { factor: 'backup-code' } },
    ]);
  });
});

describe('a passkey', () => {
  const authenticator = softAuthenticator({ origin: SITE });
  const purpose: Purpose = { for: 'sign-in', of: 'a browser' };

  async function withPasskey() {
    const account = await newAccount();
    const owner = { ...(await identity.askingFor(account.id)), key: account.key };
    const enrolment: Purpose = { for: 'enrolment', of: account.id };
    clock.advance(1);
    const words = { agency: 'Arcadia', login: account.email, fullName: 'Quill' };
    const options = await identity.passkeys.offer(owner, { purpose: enrolment, ...words });
    if (options === null) throw new Error('enough');
    const { answer, passkey } = authenticator.create(options);
    await identity.passkeys.add(owner, { purpose: enrolment, answer, name: 'Passkey' });
    return { account, passkey };
  }

  const alone = async (answer: string, browser = UNKNOWN) =>
    signIn.checkPasskey({ answer, purpose, returnTo: '/cases', browser });
  const ask = async () => {
    clock.advance(1);
    return identity.passkeys.ask(purpose, null);
  };

  it('is both steps at once: the session is proven and the device known', async () => {
    const { account, passkey } = await withPasskey();
    const result = await alone(authenticator.get(await ask(), passkey), {
      tokens: [],
      userAgent: FIREFOX,
    });
    if (result.is !== 'signed-in') throw new Error(result.is);
    expect(await lastEvent()).toEqual({
      kind: 'signed-in',
      account_id: account.id,
      detail: { factor: 'passkey' },
    });
    expect(result.entered.returnTo).toBe('/cases');
    const found = await sessions.find(result.entered.token);
    if (found.is !== 'live') throw new Error(found.is);
    expect(found.session).toMatchObject({ accountId: account.id, provenAt: clock.now() });
    expect(await listDevices(database, clock, identity.policy.devices, account.id)).toMatchObject([
      { browser: 'Firefox', id: found.session.deviceId },
    ]);
    // The person hears of a new device, and of it alone.
    const heard = () =>
      identity.told.filter(({ accountId, notice }) => accountId === account.id && notice.is === 'new-device');
    expect(heard()).toHaveLength(1);
    const browser = { tokens: [result.entered.deviceToken], userAgent: FIREFOX };
    expect((await alone(authenticator.get(await ask(), passkey), browser)).is).toBe('signed-in');
    expect(heard()).toHaveLength(1);
  });

  it('lets the first of twenty in who send one answer', async () => {
    const { account, passkey } = await withPasskey();
    const answer = authenticator.get(await ask(), passkey);
    const results = await Promise.all(Array.from({ length: 20 }, () => alone(answer)));
    expect(results.filter(({ is }) => is === 'signed-in')).toHaveLength(1);
    const begun = await database
      .selectFrom('session')
      .select('id')
      .where('account_id', '=', account.id)
      .execute();
    // The other is the one in which the passkey was added.
    expect(begun).toHaveLength(2);
  });

  it('is refused in one way, whether it is unknown, wrong or was used', async () => {
    const { passkey } = await withPasskey();
    const used = authenticator.get(await ask(), passkey);
    await alone(used);
    const stranger = authenticator.get(await ask(), passkey, { credentialId: 'A'.repeat(43) });
    const wrong = authenticator.get(await ask(), passkey, { verified: false });
    for (const answer of [used, stranger, wrong, 'no answer']) {
      expect(await alone(answer)).toEqual(WRONG);
      expect(await lastEvent()).toMatchObject({ kind: 'passkey-refused' });
    }
    expect(await lastEvent()).toMatchObject({ account_id: null });
  });

  it('that a stranger answers for wrongly, however often, still lets its owner in', async () => {
    const { passkey } = await withPasskey();
    for (let failure = 0; failure < 110; failure++)
      await alone(authenticator.get(await ask(), passkey, { verified: false }));
    expect((await alone(authenticator.get(await ask(), passkey))).is).toBe('signed-in');
  });

  it('is asked for first after the password, and takes the answer for that very sign-in', async () => {
    const [one, other] = [await withPasskey(), await withPasskey()];
    const begin = async ({ account }: typeof one) => {
      clock.advance(1);
      const result = await tryPassword(account.email, account.password);
      if (result.is !== 'needs-factor') throw new Error(result.is);
      expect(result.factor?.kind).toBe('passkey');
      const waiting = await signIn.waiting(result.token);
      if (waiting === null) throw new Error('nobody waits');
      const { attempt, accountId } = waiting.challenged;
      const options = await identity.passkeys.ask({ for: 'second-step', of: attempt }, accountId);
      return { token: result.token, options };
    };
    const [first, again] = [await begin(one), await begin(one)];
    const step = (token: string, answer: string) => signIn.checkFactor(token, factors.passkey, given(answer));
    expect((await step(first.token, authenticator.get(first.options, other.passkey))).is).toBe('wrong');
    const answer = authenticator.get(again.options, one.passkey);
    expect((await step(first.token, answer)).is).toBe('wrong');
    const results = await Promise.all(Array.from({ length: 20 }, () => step(again.token, answer)));
    expect(results.filter(({ is }) => is === 'right')).toHaveLength(1);
  });
});
