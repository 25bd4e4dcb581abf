import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { know } from '../../core/devices/index.ts';
import { passwordRules } from '../../credentials/passwords/index.ts';
import type { Session } from '../../session/sessions/index.ts';
import { makePasswordChange } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, policy, sessions, newAccount, hasher, signIn } = identity;
const told: string[] = [];
const passwordChange = makePasswordChange({
  database,
  clock,
  hasher,
  policy,
  passwords: passwordRules(policy, ['Arcadia']),
  sessions,
  notices: { send: async (_transaction, accountId, { is }) => void told.push(`${accountId} ${is}`) },
});
const NEW = 'thimble-gravel-71-oyster';
const browser = { tokens: [], userAgent: '' };
const prove = async () => ({ is: 'proven' }) as const;

async function signedIn() {
  const account = await newAccount();
  const deviceId = await know(database, clock, {
    accountId: account.id,
    token: 'T'.repeat(43),
    userAgent: '',
    rememberUntil: new Date('2027-01-01'),
  });
  const token = await sessions.begin(database, account.id, { proven: true, deviceId });
  return { account, token, session: await live(token), current: account.password };
}

async function live(token: string): Promise<Session> {
  const found = await sessions.find(token);
  if (found.is !== 'live') throw new Error(found.is);
  return found.session;
}

const opens = async (identifier: string, password: string) =>
  (await signIn.checkPassword({ identifier, password, returnTo: '/home', browser, prove })).is ===
  'needs-factor';

describe('changing a password', () => {
  it('takes the one that they have, and then the new one signs in and the old one does not (ASVS 6.2.2, 6.2.3)', async () => {
    const { account, session, token, current } = await signedIn();
    const elsewhere = await sessions.begin(database, account.id, { proven: true, deviceId: null });
    clock.advance(60);
    const result = await passwordChange.change(session, { current, password: NEW, elsewhere: 'stay' });
    expect(result).toEqual({ is: 'changed' });
    expect(await opens(account.email, NEW)).toBe(true);
    expect(await opens(account.email, current)).toBe(false);
    expect(await passwordChange.changedAt(session)).toEqual(clock.now());
    expect((await sessions.find(token)).is).toBe('live');
    expect((await sessions.find(elsewhere)).is).toBe('live');
    expect(told).toContain(`${account.id} password-changed`);
  });

  it('ends the sessions elsewhere where that is wanted, and no device skips the second step (ASVS 7.4.3)', async () => {
    const { account, session, token, current } = await signedIn();
    const elsewhere = await sessions.begin(database, account.id, { proven: true, deviceId: null });
    await passwordChange.change(session, { current, password: NEW, elsewhere: 'end' });
    expect((await sessions.find(token)).is).toBe('live');
    expect((await sessions.find(elsewhere)).is).toBe('ended-elsewhere');
    const remembered = await database
      .selectFrom('known_device')
      .select('remembered_until')
      .where('account_id', '=', account.id)
      .execute();
    expect(remembered).toEqual([{ remembered_until: null }]);
  });

  it('is refused where the new one is the old one, however its characters are composed', async () => {
    const { account, session, current } = await signedIn();
    const result = await passwordChange.change(session, { current, password: current, elsewhere: 'end' });
    expect(result).toEqual({ is: 'refused', why: 'same' });
    expect(told).not.toContain(`${account.id} password-changed`);
    await passwordChange.change(session, { current, password: 'señal-órbita-73-cobre', elsewhere: 'stay' });
    const again = { current: 'señal-órbita-73-cobre', password: 'señal-órbita-73-cobre'.normalize('NFD') };
    expect(await passwordChange.change(session, { ...again, elsewhere: 'stay' })).toEqual(result);
  });

  it('refuses a wrong current password, counts it, and makes whoever guesses wait', async () => {
    const { account, session, current } = await signedIn();
    for (let failure = 0; failure < 10; failure++)
      expect(
        await passwordChange.change(session, {
          current: `guess ${failure}`,
          password: NEW,
          elsewhere: 'stay',
        }),
      ).toEqual({ is: 'wrong' });
    const result = await passwordChange.change(session, { current, password: NEW, elsewhere: 'stay' });
    expect(result).toEqual({ is: 'wait', until: new Date(clock.now().getTime() + 30_000) });
    expect(await opens(account.email, current)).toBe(true);
  });

  it.each([
    ['short', 'too-short'],
    ['password1234', 'common'],
    ['Zdzisława Ngọc Quill', 'personal'],
    ['arcadia-arcadia', 'personal'],
  ])('judges the new one by the rules: %s is %s', async (password, why) => {
    const { account, session, current } = await signedIn();
    expect(await passwordChange.change(session, { current, password, elsewhere: 'end' })).toEqual({
      is: 'refused',
      why,
    });
    expect((await passwordChange.judge(session, password)).is).toBe('refused');
    expect(await opens(account.email, current)).toBe(true);
  });

  it('is written down with what became of the sessions elsewhere, and so is a wrong password', async () => {
    const { account, session, current } = await signedIn();
    await passwordChange.change(session, { current: 'a guess', password: NEW, elsewhere: 'stay' });
    await passwordChange.change(session, { current, password: NEW, elsewhere: 'end' });
    await passwordChange.change(session, { current: NEW, password: `${NEW}-2`, elsewhere: 'stay' });
    const events = await database
      .selectFrom('security_event')
      .select(['kind', 'detail'])
      .where('account_id', '=', account.id)
      .orderBy('seq')
      .execute();
    expect(events).toEqual([
      { kind: 'password-refused', detail: {} },
      { kind: 'password-changed', detail: { elsewhere: 'end' } },
      { kind: 'password-changed', detail: { elsewhere: 'stay' } },
    ]);
  });

  it('sent twice side by side changes it once', async () => {
    const { account, session, current } = await signedIn();
    const results = await Promise.all(
      [NEW, `${NEW}-2`].map((password) =>
        passwordChange.change(session, { current, password, elsewhere: 'stay' }),
      ),
    );
    expect(results.map(({ is }) => is).sort()).toEqual(['changed', 'wrong']);
    const open = await Promise.all([NEW, `${NEW}-2`].map((password) => opens(account.email, password)));
    expect(open.filter(Boolean)).toHaveLength(1);
  });

  it('is refused while somebody else may be in the account', async () => {
    const { account, session, current } = await signedIn();
    await identity.raiseAlarm(account.id);
    expect(await passwordChange.change(session, { current, password: NEW, elsewhere: 'stay' })).toEqual({
      is: 'alarmed',
    });
    expect(await opens(account.email, current)).toBe(true);
  });

  it('brings a password back that was disabled by failures', async () => {
    const { account, session, current } = await signedIn();
    await database
      .insertInto('throttle')
      .values({
        subject: Buffer.from(account.id.replaceAll('-', ''), 'hex'),
        kind: 'password',
        device: 'unknown',
        failures: 100,
        wait_until: null,
        updated_at: clock.now(),
      })
      .execute();
    expect(await opens(account.email, current)).toBe(false);
    await passwordChange.change(session, { current, password: NEW, elsewhere: 'stay' });
    expect(await opens(account.email, NEW)).toBe(true);
  });
});
