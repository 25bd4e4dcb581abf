import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { testRecovery } from '../../../testing/recovery.ts';
import { kindsHeld } from '../factors/index.ts';

const identity = await testIdentity(await freshDatabase());
const { alarm, raiseAlarm, backupCodes, clock, database, factors, newAccount, policy, sessions } = identity;
const ways = testRecovery(identity);
const DAY = 24 * 3600;

/** Somebody who has had ten codes for long, and of whom a thief took every other second step. */
async function owner() {
  const account = await ways.newAccount({ withCodes: true });
  await database.deleteFrom('authenticator_app').where('account_id', '=', account.id).execute();
  clock.advance(30 * DAY);
  return account;
}
type Account = Awaited<ReturnType<typeof owner>>;

/** Puts ten new codes in the place of those there are, as whoever is in the account does. */
async function replace({ id }: Account): Promise<readonly string[]> {
  const found = await sessions.find(await sessions.begin(database, id, { proven: true, deviceId: null }));
  if (found.is !== 'live') throw new Error(found.is);
  await backupCodes.make(found.session);
  const made = await backupCodes.read(found.session);
  if (made === null) throw new Error('no codes');
  expect(await backupCodes.keep(found.session, made.id)).toEqual({ is: 'kept' });
  return made.codes;
}

const take = async ({ id, key }: Account, code: string | undefined, onWayBack: boolean) => {
  const challenged = { attempt: id, accountId: id, key, language: 'en' };
  return factors.backupCode.check({ ...challenged, ...(onWayBack ? { onWayBack } : {}) }, code ?? '');
};
/** Uses a code, in a sign-in or on a way back. */
async function use(account: Account, code: string | undefined, onWayBack = false): Promise<boolean> {
  const taking = await take(account, code, onWayBack);
  return taking !== null && (await taking.take(sql<boolean>`true`).execute(database)).rows.length === 1;
}
async function holds({ id }: Account, onWayBack: boolean): Promise<boolean> {
  const { rows } = await sql<{ held: readonly string[] }>`
    select ${kindsHeld([factors.backupCode], sql`${id}::uuid`, { onWayBack })} as held`.execute(database);
  return rows[0]?.held.length === 1;
}

describe('backup codes that were replaced', () => {
  it('count again once there is an alarm, on a way back alone, each once (ASVS 6.5.1)', async () => {
    const account = await owner();
    const { codes } = account;
    expect(await use(account, codes[0])).toBe(true);
    const thiefs = await replace(account);
    for (const onWayBack of [false, true]) expect(await use(account, codes[1], onWayBack)).toBe(false);

    expect(await raiseAlarm(account.id)).toMatchObject({ 'backup-code': 1, 'backup-code-back': 1 });
    expect([await holds(account, false), await holds(account, true)]).toEqual([false, true]);
    expect(await use(account, codes[1])).toBe(false);
    for (const gone of [thiefs[0], codes[0]]) expect(await use(account, gone, true)).toBe(false);
    const taking = await take(account, codes[1], true);
    const results = await Promise.all(
      Array.from({ length: 20 }, async () => taking?.take(sql<boolean>`true`).execute(database)),
    );
    expect(results.filter((result) => result?.rows.length === 1)).toHaveLength(1);
    expect(await use(account, codes[1], true)).toBe(false);
    expect(await use(account, codes[2], true)).toBe(true);
  });

  it('are whole, also where a way back had used one that ends with their renewal', async () => {
    const account = await owner();
    const token = await ways.begin('both', account.email);
    await ways.enterCode(token, account);
    const progress = await ways.progressOf(token);
    expect((await ways.recovery.confirm(progress, factors.backupCode, account.codes[0] ?? '')).is).toBe(
      'right',
    );
    await replace(account);
    await raiseAlarm(account.id);
    expect(await use(account, account.codes[0], true)).toBe(true);
  });

  it('do not count where an authenticator is left: its owner may have replaced them since somebody saw them', async () => {
    const account = await newAccount({ withCodes: true });
    clock.advance(30 * DAY);
    await replace(account);
    expect(await raiseAlarm(account.id)).toEqual({ 'backup-code': 1 });
    expect([await holds(account, true), await use(account, account.codes[0], true)]).toEqual([false, false]);
  });

  it('are those from before all that was made since, however often', async () => {
    const account = await owner();
    const first = await replace(account);
    await replace(account);
    await raiseAlarm(account.id);
    expect([await use(account, first[0], true), await use(account, account.codes[0], true)]).toEqual([
      false,
      true,
    ]);
    // Raised once more, it changes nothing.
    expect(await raiseAlarm(account.id)).toBe('already');
    expect(await use(account, account.codes[1], true)).toBe(true);
  });

  it('count no more after a week, nor once the owner is back, and are forgotten', async () => {
    const [late, back, other] = [await owner(), await owner(), await owner()];
    await replace(late);
    clock.advance(policy.alarm.days * DAY);
    for (const account of [back, other]) await replace(account);
    await backupCodes.removeOld();
    const kept = async () => {
      const rows = await database.selectFrom('replaced_backup_codes').select('account_id').execute();
      return [late, back, other].filter(({ id }) => rows.some((row) => row.account_id === id));
    };
    expect(await kept()).toEqual([back, other]);
    await raiseAlarm(late.id);
    await raiseAlarm(back.id);
    expect(await use(late, late.codes[0], true)).toBe(false);
    await database.transaction().execute((transaction) => alarm.clear(transaction, back.id, null));
    expect(await use(back, back.codes[0], true)).toBe(false);
    // Who never raised it is not touched by it.
    await database.transaction().execute((transaction) => alarm.clear(transaction, other.id, null));
    expect(await kept()).toEqual([other]);
    // What was revived waits for its owner, however long.
    await raiseAlarm(other.id);
    clock.advance(60 * DAY);
    await backupCodes.removeOld();
    expect(await use(other, other.codes[0], true)).toBe(true);
  });

  it('do not come back where nothing was put in their place lately', async () => {
    const account = await owner();
    const mine = await replace(account);
    clock.advance(policy.alarm.days * DAY + 1);
    expect(await raiseAlarm(account.id)).toEqual({});
    expect(await use(account, account.codes[0], true)).toBe(false);
    expect(await use(account, mine[0])).toBe(true);
  });

  it('go with all others where they are lost', async () => {
    const account = await owner();
    await replace(account);
    await database
      .transaction()
      .execute((transaction) =>
        factors.backupCode.forget(transaction, { accountId: account.id, key: account.key }),
      );
    await raiseAlarm(account.id);
    expect(await use(account, account.codes[0], true)).toBe(false);
  });
});
