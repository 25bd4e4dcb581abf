import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { accountSubject, countTry } from '../../core/throttling/index.ts';
import { countBackupCodes } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, policy, sessions, factors, backupCodes, told, newAccount, raiseAlarm } = identity;
const HALF_AN_HOUR = 1800;
const NO_ID = '018f0000-0000-7000-8000-00000000dead';

const live = async (accountId: AccountId) => {
  const token = await sessions.begin(database, accountId, { proven: true, deviceId: null });
  const found = await sessions.find(token);
  if (found.is !== 'live') throw new Error(found.is);
  return found.session;
};

/** Somebody signed in, with ten codes. */
async function person({ withCodes = true } = {}) {
  const account = await newAccount({ withCodes });
  return { ...account, session: await live(account.id) };
}
type Person = Awaited<ReturnType<typeof person>>;

/** Makes new codes and reads them, as the page does. */
async function made({ session }: Pick<Person, 'session'>) {
  expect(await backupCodes.make(session)).toEqual({ is: 'made' });
  const codes = await backupCodes.read(session);
  if (codes === null) throw new Error('the codes cannot be read');
  return codes;
}

/** Uses a code as a second step does. */
async function use({ id, key }: Person, code: string | undefined): Promise<boolean> {
  const challenged = { attempt: NO_ID, accountId: id, key, language: 'en' };
  const right = await factors.backupCode.check(challenged, code ?? '');
  return right !== null && (await right.take(sql<boolean>`true`).execute(database)).rows.length === 1;
}

const drafts = (id: AccountId) =>
  database.selectFrom('backup_code_draft').selectAll().where('account_id', '=', id).execute();

describe('new backup codes', () => {
  it('take the place of the old ones when they are kept, not before, and once (ASVS 6.5.6)', async () => {
    const owner = await person();
    const bystander = await person();
    const fresh = await made(owner);
    expect(fresh).toMatchObject({ createdAt: clock.now(), renewed: true });
    expect(new Set(fresh.codes).size).toBe(10);
    expect(await use(owner, fresh.codes[0])).toBe(false);
    expect(await use(owner, owner.codes[0])).toBe(true);
    expect(await countBackupCodes(database, owner.id)).toBe(9);

    expect(await backupCodes.keep(owner.session, fresh.id)).toEqual({ is: 'kept' });
    expect(await use(owner, owner.codes[1])).toBe(false);
    expect(await use(owner, fresh.codes[0])).toBe(true);
    // The same again does nothing more: the code that was used stays used.
    expect(await backupCodes.keep(owner.session, fresh.id)).toEqual({ is: 'kept' });
    expect(await use(owner, fresh.codes[0])).toBe(false);
    expect(await countBackupCodes(database, owner.id)).toBe(9);
    expect(await use(bystander, bystander.codes[0])).toBe(true);
  });

  it('are as old as their keeping, not as the page on which they were made', async () => {
    const owner = await person();
    const fresh = await made(owner);
    clock.advance(HALF_AN_HOUR - 1);
    const kept = clock.now();
    await backupCodes.keep(owner.session, fresh.id);
    const taken = async (since: Date) =>
      (
        await database
          .transaction()
          .execute((transaction) =>
            factors.backupCode.forget(transaction, { accountId: owner.id, key: owner.key }, since),
          )
      ).length;
    expect(await taken(kept)).toBe(0);
    expect(await taken(new Date(kept.getTime() - 1))).toBe(1);
  });

  it('are told to the person and written down once, when they are kept', async () => {
    const owner = await person({ withCodes: false });
    const fresh = await made(owner);
    const said = async () => ({
      told: told.filter(({ accountId }) => accountId === owner.id).map(({ notice }) => notice),
      events: await database
        .selectFrom('security_event')
        .select('kind')
        .where('account_id', '=', owner.id)
        .execute(),
    });
    expect(await said()).toEqual({ told: [], events: [] });
    for (let time = 0; time < 2; time++) await backupCodes.keep(owner.session, fresh.id);
    expect(await said()).toEqual({
      told: [{ is: 'backup-codes-renewed' }],
      events: [{ kind: 'backup-codes-renewed' }],
    });
  });

  it('can be read until they are kept, and then stand nowhere readable', async () => {
    const owner = await person({ withCodes: false });
    expect(await backupCodes.read(owner.session)).toBeNull();
    const fresh = await made(owner);
    expect(await backupCodes.read(owner.session)).toEqual(fresh);
    const [draft] = await drafts(owner.id);
    expect(draft?.codes_sealed?.toString('latin1')).not.toContain(fresh.codes[0]);
    await backupCodes.keep(owner.session, fresh.id);
    expect(await backupCodes.read(owner.session)).toBeNull();
    expect(await drafts(owner.id)).toMatchObject([{ codes_sealed: null }]);
    expect(await use(owner, fresh.codes[9])).toBe(true);
  });

  it('are shown and kept only in the session that made them, and only the newest', async () => {
    const owner = await person();
    const elsewhere = await live(owner.id);
    const first = await made(owner);
    expect(await backupCodes.read(elsewhere)).toBeNull();
    expect(await backupCodes.keep(elsewhere, first.id)).toEqual({ is: 'abandoned' });
    const second = await made(owner);
    expect(second.id).not.toBe(first.id);
    expect(second.codes).not.toContain(first.codes[0]);
    expect(await backupCodes.keep(owner.session, first.id)).toEqual({ is: 'abandoned' });
    expect(await backupCodes.read(owner.session)).toEqual(second);
    expect(await use(owner, owner.codes[0])).toBe(true);
    // Whoever makes others elsewhere takes the place of these.
    await made({ session: elsewhere });
    expect(await backupCodes.read(owner.session)).toBeNull();
    expect(await backupCodes.keep(owner.session, second.id)).toEqual({ is: 'abandoned' });
    expect(await use(owner, owner.codes[1])).toBe(true);
  });

  it('lapse after half an hour, and are removed then', async () => {
    const [owner, later] = [await person(), await person({ withCodes: false })];
    const fresh = await made(owner);
    clock.advance(HALF_AN_HOUR - 1);
    expect(await backupCodes.read(owner.session)).toEqual(fresh);
    const kept = await made(later);
    await backupCodes.removeOld();
    expect(await drafts(owner.id)).toHaveLength(1);
    clock.advance(1);
    expect(await backupCodes.read(owner.session)).toBeNull();
    expect(await backupCodes.keep(owner.session, fresh.id)).toEqual({ is: 'abandoned' });
    expect(await use(owner, owner.codes[0])).toBe(true);
    await backupCodes.removeOld();
    expect(await drafts(owner.id)).toEqual([]);
    expect(await backupCodes.read(later.session)).toEqual(kept);
  });

  it('end the waits that guessing at the old ones earned, and those of no other kind', async () => {
    const owner = await person({ withCodes: false });
    const attempt = (kind: 'backup-code' | 'password', device: string) =>
      countTry(database, clock, policy.failures, { subject: accountSubject(owner.id), kind, device });
    for (let failure = 0; failure < 10; failure++) {
      await attempt('backup-code', 'unknown');
      await attempt('backup-code', 'lifted');
      await attempt('password', 'unknown');
    }
    await backupCodes.keep(owner.session, (await made(owner)).id);
    expect([
      (await attempt('backup-code', 'unknown')).is,
      (await attempt('backup-code', 'lifted')).is,
      (await attempt('password', 'unknown')).is,
    ]).toEqual(['admitted', 'admitted', 'wait']);
  });

  it('are neither made nor kept while the alarm is on', async () => {
    const [owner, other] = [await person(), await person({ withCodes: false })];
    const fresh = await made(owner);
    await raiseAlarm(owner.id);
    expect(await backupCodes.keep(owner.session, fresh.id)).toEqual({ is: 'alarmed' });
    expect(await backupCodes.make(owner.session)).toEqual({ is: 'alarmed' });
    expect(await use(owner, owner.codes[0])).toBe(true);
    expect(await backupCodes.make(other.session)).toEqual({ is: 'made' });
  });
});
