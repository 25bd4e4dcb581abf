import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { currentCode, makeAppSettings } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, policy, sessions, factors, newAccount } = identity;
const told: string[] = [];
const apps = makeAppSettings({
  database,
  clock,
  policy: policy.apps,
  factors: Object.values(factors),
  notices: {
    send: async (_transaction, accountId, notice) =>
      void told.push(`${accountId} ${notice.is} ${'factor' in notice ? notice.factor : ''}`),
  },
});
const owner = async () => {
  const { id: accountId, key, secret } = await newAccount();
  return { id: await begin(accountId), accountId, key, secret };
};
const begin = async (accountId: AccountId) => {
  const found = await sessions.find(
    await sessions.begin(database, accountId, { proven: true, deviceId: null }),
  );
  if (found.is !== 'live') throw new Error(found.is);
  return found.session.id;
};
const NOBODYS = '018f0000-0000-7000-8000-000000000000';
type Owner = Awaited<ReturnType<typeof owner>>;

async function add(of: Owner, name: string | null = null) {
  const secret = await apps.offer(of);
  if (secret === null) return { is: 'no-key' } as const;
  return apps.add(of, { code: currentCode(secret, clock.now()).code, name });
}

describe('adding an app', () => {
  it('takes a code of the key that was offered, which stays the same until then', async () => {
    const mine = await owner();
    const secret = await apps.offer(mine);
    expect(await apps.offer(mine)).toBe(secret);
    expect(secret).not.toBe(mine.secret);
    const wrong = currentCode(mine.secret, clock.now()).code;
    expect(await apps.add(mine, { code: wrong, name: null })).toEqual({ is: 'wrong' });
    expect(await add(mine, 'Tablet of Ngọc')).toEqual({ is: 'added' });
    expect((await apps.list(mine)).map(({ name }) => name)).toEqual([null, 'Tablet of Ngọc']);
    expect(told).toEqual([`${mine.accountId} factor-added authenticator-app`]);
    const stored = await database.selectFrom('authenticator_app').select('name_sealed').execute();
    expect(stored.some(({ name_sealed }) => name_sealed?.includes('Tablet'))).toBe(false);
  });

  it('offers another key in another session, so that whoever saw the first gets nothing by it', async () => {
    const mine = await owner();
    const secret = (await apps.offer(mine)) ?? '';
    const elsewhere = { ...mine, id: await begin(mine.accountId) };
    expect(await apps.offer(elsewhere)).not.toBe(secret);
    const { code } = currentCode(secret, clock.now());
    expect(await apps.add(elsewhere, { code, name: null })).toEqual({ is: 'wrong' });
  });

  it('offers another key once the first is an hour old', async () => {
    const mine = await owner();
    const secret = await apps.offer(mine);
    clock.advance(3601);
    const other = await apps.offer(mine);
    expect(other).not.toBe(secret);
    expect(await apps.add(mine, { code: currentCode(secret ?? '', clock.now()).code, name: null })).toEqual({
      is: 'wrong',
    });
  });

  it('binds one when the form is sent twenty times, and its code does not sign in again (ASVS 6.5.1)', async () => {
    const mine = await owner();
    const secret = (await apps.offer(mine)) ?? '';
    const { code } = currentCode(secret, clock.now());
    const results = await Promise.all(Array.from({ length: 20 }, () => apps.add(mine, { code, name: null })));
    expect(results.filter(({ is }) => is === 'added')).toHaveLength(1);
    expect(await apps.list(mine)).toHaveLength(2);
    const bound = await database
      .selectFrom('authenticator_app')
      .select('last_step')
      .where('account_id', '=', mine.accountId)
      .where('last_step', 'is not', null)
      .execute();
    expect(bound).toEqual([{ last_step: String(Math.floor(clock.now().getTime() / 30_000)) }]);
  });

  it('ends at three', async () => {
    const mine = await owner();
    expect([await add(mine), await add(mine), await add(mine)].map(({ is }) => is)).toEqual([
      'added',
      'added',
      'no-key',
    ]);
  });

  it('ends at three also for those whose keys were offered before, in sessions side by side', async () => {
    const mine = await owner();
    const places = await Promise.all(
      Array.from({ length: 4 }, async () => ({ ...mine, id: await begin(mine.accountId) })),
    );
    const keys = await Promise.all(places.map((each) => apps.offer(each)));
    const results = await Promise.all(
      places.map((each, n) =>
        apps.add(each, { code: currentCode(keys[n] ?? '', clock.now()).code, name: null }),
      ),
    );
    expect(results.map(({ is }) => is).sort()).toEqual(['added', 'added', 'enough', 'enough']);
    expect(await apps.list(mine)).toHaveLength(3);
  });

  it('and removing one is told and written down, and what changes nothing is not', async () => {
    const mine = await owner();
    const [first] = await apps.list(mine);
    expect(await apps.remove(mine, first?.id ?? '')).toEqual({ is: 'last' });
    await apps.offer(mine);
    expect(await apps.add(mine, { code: 'no code', name: null })).toEqual({ is: 'wrong' });
    await add(mine, 'Tablet');
    expect(await apps.remove(mine, first?.id ?? '')).toEqual({ is: 'removed' });
    expect((await apps.list(mine)).map(({ name }) => name)).toEqual(['Tablet']);
    expect(told.filter((text) => text.startsWith(mine.accountId))).toEqual([
      `${mine.accountId} factor-added authenticator-app`,
      `${mine.accountId} factor-removed authenticator-app`,
    ]);
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', mine.accountId)
      .orderBy('seq')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(['authenticator-app-added', 'authenticator-app-removed']);
  });

  it('forgives the failures of the app that was disabled', async () => {
    const mine = await owner();
    await database
      .insertInto('throttle')
      .values({
        subject: Buffer.from(mine.accountId.replaceAll('-', ''), 'hex'),
        kind: 'authenticator-app',
        device: 'unknown',
        failures: 100,
        wait_until: null,
        updated_at: clock.now(),
      })
      .execute();
    await add(mine);
    expect(await database.selectFrom('throttle').selectAll().execute()).toEqual([]);
  });
});

describe('removing an app', () => {
  it('never takes the last strong second step, whatever is done in whatever order, side by side', async () => {
    const step = fc.constantFrom('add', 'remove first', 'remove last', 'remove all at once');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        const mine = await owner();
        for (const each of steps) {
          const bound = await apps.list(mine);
          const [first, last] = [bound.at(0)?.id ?? '', bound.at(-1)?.id ?? ''];
          if (each === 'add') await add(mine);
          if (each === 'remove first') await apps.remove(mine, first);
          if (each === 'remove last') await apps.remove(mine, last);
          if (each === 'remove all at once') await Promise.all(bound.map(({ id }) => apps.remove(mine, id)));
          const left = (await apps.list(mine)).length;
          expect(left).toBeGreaterThanOrEqual(1);
          expect(left).toBeLessThanOrEqual(3);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('leaves the last where only backup codes are left beside it', async () => {
    const { id: accountId, key } = await newAccount({ withCodes: true });
    const mine = { id: await begin(accountId), accountId, key };
    const [app] = await apps.list(mine);
    expect(await apps.remove(mine, app?.id ?? '')).toEqual({ is: 'last' });
  });

  it('can be renamed, which is written down where it changed something', async () => {
    const mine = await owner();
    const [app] = await apps.list(mine);
    expect(await apps.rename(mine, app?.id ?? '', 'Blue phone')).toBe(true);
    expect(await apps.rename(mine, NOBODYS, 'x')).toBe(false);
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', mine.accountId)
      .execute();
    expect(events).toEqual([{ kind: 'authenticator-app-renamed' }]);
  });

  it("of another person is as if it were not there, and so is the other's name", async () => {
    const [mine, theirs] = [await owner(), await owner()];
    await add(theirs);
    const [app] = await apps.list(theirs);
    expect(await apps.remove(mine, app?.id ?? '')).toEqual({ is: 'no-such-app' });
    expect(await apps.rename(mine, app?.id ?? '', 'x')).toBe(false);
    expect(await apps.rename(theirs, app?.id ?? '', 'x')).toBe(true);
    expect((await apps.list(theirs)).map(({ name }) => name)).toEqual(['x', null]);
    expect(await apps.rename(theirs, app?.id ?? '', null)).toBe(true);
    expect((await apps.list(theirs)).map(({ name }) => name)).toEqual([null, null]);
  });

  it('and adding are refused while somebody else may be in the account', async () => {
    const mine = await owner();
    await add(mine);
    const secret = (await apps.offer(mine)) ?? '';
    const [app] = await apps.list(mine);
    await identity.raiseAlarm(mine.accountId);
    const { code } = currentCode(secret, clock.now());
    expect(await apps.add(mine, { code, name: null })).toEqual({ is: 'alarmed' });
    expect(await apps.remove(mine, app?.id ?? '')).toEqual({ is: 'alarmed' });
    expect(await apps.list(mine)).toHaveLength(2);
  });
});
