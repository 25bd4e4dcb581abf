import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { testIdentity } from '../../testing/identity.ts';
import { currentCode } from '../authenticator-app/index.ts';
import { parsePhone } from '../phones/index.ts';
import type { Session } from '../sessions/index.ts';
import { makeStepUp } from './step-up.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, factors, sessions, phones, texts, newAccount } = identity;
const stepUp = makeStepUp({ ...identity, factors: Object.values(factors) });

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
