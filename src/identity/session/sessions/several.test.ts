import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Consume } from '../../../platform/database/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { PERSON, testIdentity } from '../../../testing/identity.ts';
import { type AccountId, setNameInUse } from '../../core/accounts/index.ts';
import { know, newDeviceToken } from '../../core/devices/index.ts';
import { accountSubject, countTry, UNKNOWN_DEVICE } from '../../core/throttling/index.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, vault, clock, policy, sessions, newAccount } = identity;
const nobody = '018f0000-0000-7000-8000-00000000dead';

const begin = async (accountId: AccountId, userAgent?: string) => {
  const deviceId =
    userAgent === undefined
      ? null
      : await know(database, clock, {
          accountId,
          token: newDeviceToken(vault),
          userAgent,
          rememberUntil: null,
        });
  const token = await sessions.begin(database, accountId, { proven: false, deviceId });
  return { ...(await live(token)), token, deviceId };
};
const live = async (token: string) => {
  const found = await sessions.find(token);
  if (found.is !== 'live') throw new Error(`the session is ${found.is}`);
  return found.session;
};
const areLive = (of: readonly { token: string }[]) =>
  Promise.all(of.map(async ({ token }) => (await sessions.find(token)).is === 'live'));

describe('the sessions of an account', () => {
  it('are listed with where and when, this one marked, the last seen first, and nobody else’s (ASVS 7.5.2)', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const begunAt = clock.now();
    const first = await begin(mine.id, FIREFOX);
    clock.advance(60);
    const second = await begin(mine.id);
    await begin(theirs.id);
    expect(await sessions.list(second)).toEqual([
      { id: second.id, isThis: true, begunAt: clock.now(), seenAt: clock.now(), browser: '', system: '' },
      { id: first.id, isThis: false, begunAt, seenAt: begunAt, browser: 'Firefox', system: 'Linux' },
    ]);
    clock.advance(60);
    await sessions.find(first.token);
    expect(await sessions.list(second)).toMatchObject([
      { id: first.id, begunAt, seenAt: clock.now() },
      { id: second.id, isThis: true },
    ]);
  });

  it('are listed exactly as long as their cookies let somebody in', async () => {
    const { id } = await newAccount();
    const [idle, left, busy] = [await begin(id), await begin(id), await begin(id)];
    await sessions.end(left, 'signed-out');
    const listed = async () => (await sessions.list(busy)).map((each) => each.id).sort();
    expect(await listed()).toEqual([idle.id, busy.id].sort());
    // Half an hour, and the half minute by which a session may be seen later than it is marked.
    clock.advance(policy.session.idleMinutes * 60);
    await sessions.find(busy.token);
    clock.advance(30);
    expect(await listed()).toEqual([idle.id, busy.id].sort());
    clock.advance(1);
    expect(await listed()).toEqual([busy.id]);
    expect((await sessions.find(idle.token)).is).toBe('timed-out');
    while (clock.now() < new Date(busy.endsAt.getTime() - 600_000)) {
      clock.advance(600);
      await sessions.find(busy.token);
    }
    expect(await listed()).toEqual([busy.id]);
    clock.advance((busy.endsAt.getTime() - clock.now().getTime()) / 1000);
    expect(await listed()).toEqual([]);
    expect((await sessions.find(busy.token)).is).toBe('timed-out');
  });

  it('are ended one, all but one, those of a device but one, or all, and only of that account (ASVS 7.4.3)', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const here = await begin(mine.id, FIREFOX);
    const sameDevice = {
      token: await sessions.begin(database, mine.id, { proven: false, deviceId: here.deviceId }),
    };
    const [one, other] = [await begin(mine.id), await begin(mine.id, FIREFOX)];
    const all = [here, sameDevice, one, other, await begin(theirs.id)];
    const end = (which: Parameters<typeof sessions.endSome>[2], id = mine.id) =>
      sessions.endSome(database, id, which);

    expect(await end({ only: nobody })).toBe(0);
    expect(await end({ only: one.id }, theirs.id)).toBe(0);
    expect(await areLive(all)).toEqual([true, true, true, true, true]);
    expect(await end({ only: one.id })).toBe(1);
    expect(await end({ only: one.id })).toBe(0);
    expect(await areLive(all)).toEqual([true, true, false, true, true]);
    expect(await end({ device: here.deviceId ?? '', but: here.id })).toBe(1);
    expect(await areLive(all)).toEqual([true, false, false, true, true]);
    expect(await end({ but: here.id })).toBe(1);
    expect(await areLive(all)).toEqual([true, false, false, false, true]);
    expect(await end('all')).toBe(1);
    expect(await areLive(all)).toEqual([false, false, false, false, true]);
  });

  it('take the language that was chosen, from the next request on', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const sessionsOf = [await begin(mine.id), await begin(mine.id), await begin(theirs.id)];
    await sessions.setLanguage(mine.id, 'es');
    const languages = await Promise.all(sessionsOf.map(async ({ token }) => (await live(token)).language));
    expect(languages).toEqual(['es', 'es', 'en']);
  });

  it('know that the alarm was raised, that the account closes, and how the person wants to be called', async () => {
    const { id, key } = await newAccount();
    const { token } = await begin(id);
    const calm = { alarmed: false, closesAt: null, owesAcknowledgement: false, name: PERSON.fullName };
    expect(await live(token)).toMatchObject(calm);
    await setNameInUse(database, { accountId: id, key }, 'Gosia Kowal');
    expect(await live(token)).toMatchObject({ ...calm, name: 'Gosia Kowal', fullName: PERSON.fullName });
    const at = clock.now();
    await database
      .updateTable('account')
      .set({ alarmed_at: at, closes_at: at })
      .where('id', '=', id)
      .execute();
    expect(await live(token)).toMatchObject({ alarmed: true, closesAt: at });
  });

  it('are marked as seen at most every half minute', async () => {
    const { id } = await newAccount();
    const session = await begin(id);
    const seenAfter = async (seconds: number) => {
      clock.advance(seconds);
      await sessions.find(session.token);
      const [listed] = await sessions.list(session);
      return (clock.now().getTime() - (listed?.seenAt.getTime() ?? 0)) / 1000;
    };
    expect([await seenAfter(20), await seenAfter(10), await seenAfter(1)]).toEqual([20, 30, 0]);
  });
});

describe('a second step within a session', () => {
  const taken =
    (yes: boolean): Consume =>
    (when) =>
      sql`select 1 as one where ${yes}::boolean and ${when}`;
  const answerOf = (accountId: string, yes = true) => ({
    factor: 'authenticator-app' as const,
    take: taken(yes),
    counted: {
      subject: accountSubject(accountId),
      kind: 'authenticator-app' as const,
      device: UNKNOWN_DEVICE,
    },
  });
  const failuresOf = async (accountId: string) => {
    const admission = await countTry(database, clock, policy.failures, answerOf(accountId).counted);
    return admission.is === 'admitted' ? admission.failures : admission;
  };

  it('gives it a new token, and forgives the failures before it (ASVS 7.2.4)', async () => {
    const { id } = await newAccount();
    const [session, other] = [await begin(id), await begin(id)];
    expect([await failuresOf(id), await failuresOf(id)]).toEqual([1, 2]);
    clock.advance(60);
    const token = await sessions.prove(database, session, answerOf(id));
    expect(await live(token ?? '')).toMatchObject({ id: session.id, provenAt: clock.now() });
    expect(await sessions.find(session.token)).toEqual({ is: 'none' });
    expect((await live(other.token)).provenAt).toBeNull();
    expect(await failuresOf(id)).toBe(1);
  });

  it('changes nothing where the answer was used up before, or the session has ended', async () => {
    const { id } = await newAccount();
    const [session, ended] = [await begin(id), await begin(id)];
    await sessions.endSome(database, id, { only: ended.id });
    expect(await failuresOf(id)).toBe(1);
    expect(await sessions.prove(database, session, answerOf(id, false))).toBeNull();
    expect(await sessions.prove(database, ended, answerOf(id))).toBeNull();
    expect((await live(session.token)).provenAt).toBeNull();
    expect(await sessions.find(ended.token)).toEqual({ is: 'ended-elsewhere' });
    expect(await failuresOf(id)).toBe(2);
  });

  it('is both steps of a sign-in once the password is given after it, and keeps its hour (ASVS 7.5.1)', async () => {
    const { id } = await newAccount();
    const session = await begin(id);
    const { hash } = await database
      .selectFrom('password')
      .select('hash')
      .where('account_id', '=', id)
      .executeTakeFirstOrThrow();
    const right = { hash, counted: { subject: accountSubject(id), kind: 'password' as const } };
    // Nothing was proven in it yet.
    expect(await sessions.proveInFull(database, session, right)).toBeNull();
    const first = await live((await sessions.prove(database, session, answerOf(id))) ?? '');
    const provenAt = clock.now();
    expect(first).toMatchObject({ provenAt, provenInFull: false });
    clock.advance(60);
    expect(
      await sessions.proveInFull(database, first, { ...right, hash: 'of a password that was changed since' }),
    ).toBeNull();
    const token = await sessions.proveInFull(database, first, right);
    expect(await live(token ?? '')).toMatchObject({ id: session.id, provenAt, provenInFull: true });
    // What was asked about before that is not what it was any more.
    expect(await sessions.proveInFull(database, first, right)).toBeNull();
    const passkey = { ...answerOf(id), factor: 'passkey' as const };
    const alone = await live((await sessions.prove(database, await begin(id), passkey)) ?? '');
    expect(alone.provenInFull).toBe(true);
  });

  it('is what a session was begun with, in full unless the password was not given', async () => {
    const { id } = await newAccount();
    const proof = async (how: { proven: boolean; withoutPassword?: boolean; passkeyAlone?: boolean }) => {
      const { provenAt, provenInFull, withPassword } = await live(
        await sessions.begin(database, id, { ...how, deviceId: null }),
      );
      return [provenAt, provenInFull, withPassword];
    };
    expect(await proof({ proven: false })).toEqual([null, false, false]);
    expect(await proof({ proven: true })).toEqual([clock.now(), true, true]);
    expect(await proof({ proven: true, withoutPassword: true })).toEqual([clock.now(), false, false]);
    expect(await proof({ proven: true, passkeyAlone: true })).toEqual([clock.now(), true, false]);
  });
});
