import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase, waitingForLocks } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { know } from '../../core/devices/index.ts';
import { type Asking, RECOVER, unlessUnderAlarm } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, sessions, newAccount, alarm, raiseAlarm, told } = identity;

const inside = <T>(work: Parameters<ReturnType<typeof database.transaction>['execute']>[0]) =>
  database.transaction().execute(work) as Promise<T>;
const link = ({ id, email }: { readonly id: AccountId; readonly email: string }) =>
  identity.reportLink(id, email);
const isLink = async (token: string) => (await alarm.findLink(token)) !== null;
const change = async (id: AccountId) =>
  unlessUnderAlarm(database, await identity.askingFor(id), async () => ({ is: 'changed' }) as const);
const begin = async (id: AccountId) => {
  const deviceId = await know(database, clock, {
    accountId: id,
    token: 'T'.repeat(43),
    userAgent: '',
    rememberUntil: new Date('2027-01-01'),
  });
  return sessions.begin(database, id, { proven: true, deviceId });
};
const kinds = async (id: AccountId) =>
  (
    await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', id)
      .orderBy('seq')
      .execute()
  ).map(({ kind }) => kind);

describe('the alarm', () => {
  it('ends every session, a sign-in half done and every known device, and calls a closing off', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const tokens = [await begin(mine.id), await begin(mine.id)];
    const other = await begin(theirs.id);
    await database.updateTable('account').set({ closes_at: clock.now() }).where('id', '=', mine.id).execute();
    const waiting = await identity.signIn.checkPassword({
      identifier: mine.email,
      password: mine.password,
      returnTo: '/home',
      browser: { tokens: [], userAgent: '' },
      prove: async () => ({ is: 'proven' }) as const,
    });
    if (waiting.is !== 'needs-factor') throw new Error(waiting.is);
    await raiseAlarm(mine.id);
    for (const token of tokens) expect((await sessions.find(token)).is).toBe('ended-elsewhere');
    expect(await identity.signIn.waiting(waiting.token)).toBeNull();
    expect((await sessions.find(other)).is).toBe('live');
    const devices = await database.selectFrom('known_device').select('account_id').execute();
    expect(devices).toEqual([{ account_id: theirs.id }]);
    const row = await database
      .selectFrom('account')
      .select(['alarmed_at', 'closes_at'])
      .where('id', '=', mine.id)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ alarmed_at: clock.now(), closes_at: null });
  });

  it('is told to every address in the transaction that raises it (ASVS 6.3.7)', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    await raiseAlarm(mine.id);
    await alarm.raiseByLink(await link(theirs));
    await alarm.raiseByLink('x'.repeat(43));
    const notice = {
      is: 'alarm-raised',
      recover: RECOVER,
      days: 7,
      taken: {},
      names: [],
      emails: { out: [], back: [] },
    } as const;
    expect(told.filter(({ notice: { is } }) => is === 'alarm-raised').slice(-2)).toEqual([
      { accountId: mine.id, notice },
      { accountId: theirs.id, notice },
    ]);
  });

  it('lets no code add an address any more that was being added', async () => {
    const mine = await newAccount();
    const now = clock.now();
    await database
      .insertInto('email_addition')
      .values({
        id: randomUUID(),
        account_id: mine.id,
        stage: 'code',
        email_index: Buffer.from('x'),
        email_sealed: Buffer.from('x'),
        code_hash: Buffer.from('x'),
        code_expires_at: now,
        codes_sent: 1,
        code_sent_at: now,
        created_at: now,
      })
      .execute();
    await raiseAlarm(mine.id);
    const left = await database.selectFrom('email_addition').select(['stage', 'code_hash']).execute();
    // Replaced, so that asking for another code finds nothing either.
    expect(left).toEqual([{ stage: 'replaced', code_hash: null }]);
  });

  it('stops changes until it is cleared, and of that account only', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    expect(await change(mine.id)).toEqual({ is: 'changed' });
    await raiseAlarm(mine.id);
    expect(await change(mine.id)).toEqual({ is: 'alarmed' });
    expect(await change(theirs.id)).toEqual({ is: 'changed' });
    expect(await inside((transaction) => alarm.clear(transaction, mine.id, null))).toEqual([]);
    expect(await inside((transaction) => alarm.clear(transaction, mine.id, null))).toBeNull();
    expect(await change(mine.id)).toEqual({ is: 'changed' });
    expect(await kinds(mine.id)).toEqual(['alarm-raised']);
  });

  it('lets no change slip in behind it: what comes after it in time is refused', async () => {
    const mine = await newAccount();
    const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const order: string[] = [];
    const early = unlessUnderAlarm(database, await identity.askingFor(mine.id), async () => {
      begins();
      await held;
      order.push('change');
    });
    await begun;
    const raised = raiseAlarm(mine.id).then(() => order.push('alarm'));
    const late = raised.then(() => change(mine.id));
    letGo();
    await Promise.all([early, raised]);
    expect(order).toEqual(['change', 'alarm']);
    expect(await late).toEqual({ is: 'alarmed' });
  });

  it('of an account that is no more changes nothing, and nothing is told or written down', async () => {
    const gone = '018f0000-0000-7000-8000-00000000dead' as AccountId;
    const asking = { id: gone, accountId: gone };
    expect(await unlessUnderAlarm(database, asking, async () => ({ is: 'changed' }))).toEqual({ is: 'gone' });
    expect(await alarm.raise(asking)).toBeNull();
    await inside((transaction) => alarm.clear(transaction, gone, null));
    expect(told.filter(({ accountId }) => accountId === gone)).toEqual([]);
    expect(await kinds(gone)).toEqual([]);
  });

  it('is not needed to stop what was asked for in a session that was ended meanwhile (ASVS 7.4.1)', async () => {
    const mine = await newAccount();
    const [thief, owner, other] = [
      await identity.askingFor(mine.id),
      await identity.askingFor(mine.id),
      await identity.askingFor((await newAccount()).id),
    ];
    const changed = { is: 'changed' } as const;
    const by = (asking: Asking) => unlessUnderAlarm(database, asking, async () => changed);
    expect(await by(thief)).toEqual(changed);
    let late: Promise<unknown> = Promise.resolve();
    await database.transaction().execute(async (transaction) => {
      await sessions.endSome(transaction, mine.id, { but: owner.id });
      // The request came in before, so nothing at the door has turned it away.
      late = by(thief);
      await expect.poll(() => waitingForLocks(database)).toBe(1);
    });
    expect(await late).toEqual({ is: 'gone' });
    expect(await by(owner)).toEqual(changed);
    expect(await by({ ...owner, id: other.id })).toEqual({ is: 'gone' });
    await sessions.end(owner, 'signed-out');
    expect(await by(owner)).toEqual({ is: 'gone' });
  });
});

describe('the link of a message', () => {
  it('raises the alarm once, also when sent twenty times side by side', async () => {
    const mine = await newAccount();
    const token = await link(mine);
    expect(await isLink(token)).toBe(true);
    const results = await Promise.all(Array.from({ length: 20 }, () => alarm.raiseByLink(token)));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await kinds(mine.id)).toEqual(['alarm-raised']);
    expect(await isLink(token)).toBe(false);
  });

  it('works for seven days', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const [early, late] = [await link(mine), await link(theirs)];
    clock.advance(7 * 24 * 3600 - 1);
    expect([await isLink(early), await isLink(late)]).toEqual([true, true]);
    await alarm.removeOld();
    expect(await alarm.raiseByLink(early)).toEqual({});
    clock.advance(1);
    expect(await isLink(late)).toBe(false);
    expect(await alarm.raiseByLink(late)).toBeNull();
    expect(await kinds(theirs.id)).toEqual([]);
    const kept = await link(theirs);
    await alarm.removeOld();
    expect(await database.selectFrom('address_link').selectAll().execute()).toHaveLength(1);
    expect(await isLink(kept)).toBe(true);
  });

  it('is not stored, so that the database does not give it away, and no made-up one works', async () => {
    const mine = await newAccount();
    const token = await link(mine);
    const row = await database.selectFrom('address_link').selectAll().executeTakeFirstOrThrow();
    expect(row.token_hash.toString('base64url')).not.toBe(token);
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (text) => {
        fc.pre(text !== token);
        expect(await alarm.raiseByLink(text)).toBeNull();
      }),
      { numRuns: 50 },
    );
    expect(await kinds(mine.id)).toEqual([]);
  });
});
