import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../../platform/crypto/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import type { AccountId } from '../accounts/index.ts';
import { LIFTED_DEVICE, UNKNOWN_DEVICE } from '../throttling/index.ts';
import {
  countedDevice,
  type DeviceId,
  deviceOf,
  forgetDevices,
  isKnown,
  know,
  knowing,
  listDevices,
  newDeviceToken,
  removeOldDevices,
  tokenOf,
  trust,
} from './index.ts';

const { database, vault, clock, policy, newAccount } = await testIdentity(await freshDatabase());
const DAY = 24 * 3600;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

const token = () => newDeviceToken(vault);
const sight = (
  accountId: AccountId,
  of = token(),
  rememberUntil: Date | null = null,
  userAgent = FIREFOX,
) => ({
  accountId,
  token: of,
  userAgent,
  rememberUntil,
});
const list = (id: AccountId) => listDevices(database, clock, policy.devices, id);
const ids = async (id: AccountId) => (await list(id)).map((device) => device.id);

/** All that is asked of a browser at a sign-in to an account, by its tokens. */
async function seen(id: AccountId, ...tokens: readonly string[]) {
  const browser = { tokens, userAgent: '' };
  const { rows } = await deviceOf(clock, policy.devices, sql`${id}::uuid`, browser).execute(database);
  const hashes = tokens.map(tokenHash);
  return {
    device: rows[0]?.id ?? null,
    countedAs: rows[0]?.counted_as ?? null,
    counted: await countedDevice(database, clock, policy.devices, id, hashes),
    isKnown: await isKnown(database, clock, policy.devices, id, hashes),
  };
}
const stranger = { device: null, countedAs: null, counted: UNKNOWN_DEVICE, isKnown: false };
const friend = (device: DeviceId) => ({ device, countedAs: device, counted: device, isKnown: true });

describe('a device', () => {
  it('is known to the accounts that signed in from it, each for itself', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const [ours, other] = [token(), token()];
    const id = await know(database, clock, sight(mine.id, ours));
    expect(await seen(mine.id, ours)).toEqual(friend(id));
    expect(await seen(theirs.id, ours)).toEqual(stranger);
    expect(await seen(mine.id, other)).toEqual(stranger);
    const shared = await know(database, clock, sight(theirs.id, ours));
    expect(shared).not.toBe(id);
    expect(await seen(theirs.id, ours)).toEqual(friend(shared));
    expect(await seen(mine.id, ours)).toEqual(friend(id));
  });

  it('is found by whichever token of its browser the account knows: each person has one of their own', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const [one, other] = [token(), token()];
    const [own, others] = [
      await know(database, clock, sight(mine.id, one)),
      await know(database, clock, sight(theirs.id, other)),
    ];
    expect(await seen(mine.id, other, one)).toEqual(friend(own));
    expect(await seen(theirs.id, other, one)).toEqual(friend(others));
    const browser = { tokens: [other, one], userAgent: '' };
    expect(tokenOf(browser, tokenHash(one))).toBe(one);
    expect(tokenOf(browser, tokenHash(token()))).toBeUndefined();
    expect(tokenOf(browser, null)).toBeUndefined();
  });

  it('has no device where a browser has no token', async () => {
    const { id } = await newAccount();
    await know(database, clock, sight(id));
    expect(await seen(id)).toEqual(stranger);
  });

  it('is new the first time, and the same from then on, by what its browser says now', async () => {
    const { id } = await newAccount();
    const of = token();
    const see = async (userAgent: string, when = true) =>
      (await knowing(clock, sight(id, of, null, userAgent), sql<boolean>`${when}::boolean`).execute(database))
        .rows;
    expect(await see(FIREFOX, false)).toEqual([]);
    expect(await list(id)).toEqual([]);
    const [first] = await see(FIREFOX);
    expect(first).toMatchObject({ is_new: true });
    clock.advance(60);
    expect(await see(CHROME)).toEqual([{ id: first?.id, is_new: false }]);
    expect(await list(id)).toEqual([
      { id: first?.id, browser: 'Chrome', system: 'Android', lastUsedAt: clock.now(), rememberedUntil: null },
    ]);
  });

  it('stays remembered where a later sign-in does not ask for it, and longer where it does', async () => {
    const { id } = await newAccount();
    const of = token();
    const [first, second] = [new Date('2027-01-01'), new Date('2027-02-01')];
    const remembered = async (until: Date | null) => {
      await know(database, clock, sight(id, of, until));
      return (await list(id)).map((device) => device.rememberedUntil);
    };
    expect(await remembered(null)).toEqual([null]);
    expect(await remembered(first)).toEqual([first]);
    expect(await remembered(null)).toEqual([first]);
    expect(await remembered(second)).toEqual([second]);
  });

  it('that an emailed link let try again shares its count with others, is not listed and known to nobody', async () => {
    const { id } = await newAccount();
    const [one, other] = [token(), token()];
    const lifted = { countedAs: LIFTED_DEVICE, counted: LIFTED_DEVICE, isKnown: false };
    const trusted = await trust(database, clock, { accountId: id, token: one, userAgent: FIREFOX });
    await trust(database, clock, { accountId: id, token: other, userAgent: CHROME });
    expect(await seen(id, one)).toEqual({ device: trusted, ...lifted });
    expect(await seen(id, other)).toMatchObject(lifted);
    expect(await list(id)).toEqual([]);
    // A link once more is the same device; a full sign-in makes it known, and no link takes that back.
    expect(await trust(database, clock, { accountId: id, token: one, userAgent: '' })).toBe(trusted);
    expect(await know(database, clock, sight(id, one))).toBe(trusted);
    expect(await seen(id, one)).toEqual(friend(trusted));
    expect(await trust(database, clock, { accountId: id, token: one, userAgent: '' })).toBe(trusted);
    expect(await seen(id, one)).toEqual(friend(trusted));
    expect(await list(id)).toMatchObject([{ id: trusted, browser: 'Firefox', system: 'Linux' }]);
  });

  it('is as old as its first sign-in, also where a link let it try again long before', async () => {
    const { id } = await newAccount();
    const one = token();
    await trust(database, clock, { accountId: id, token: one, userAgent: FIREFOX });
    clock.advance(8 * DAY);
    const known = (since: Date) => isKnown(database, clock, policy.devices, id, [tokenHash(one)], { since });
    await know(database, clock, sight(id, one));
    const signedInAt = clock.now();
    expect(await known(new Date(signedInAt.getTime() - 1))).toBe(false);
    clock.advance(DAY);
    await know(database, clock, sight(id, one));
    expect(await known(signedInAt)).toBe(true);
  });

  it('is unknown, and removed, once it was not used for as long as the policy says', async () => {
    const { id } = await newAccount();
    const of = token();
    const device = await know(database, clock, sight(id, of));
    clock.advance(policy.devices.days * DAY - 1);
    expect(await seen(id, of)).toEqual(friend(device));
    expect(await ids(id)).toEqual([device]);
    const fresh = await know(database, clock, sight(id));
    const left = async () => {
      await removeOldDevices(database, clock, policy.devices);
      return (await database.selectFrom('known_device').select('id').where('account_id', '=', id).execute())
        .length;
    };
    expect(await left()).toBe(2);
    clock.advance(1);
    expect(await seen(id, of)).toEqual(stranger);
    expect(await ids(id)).toEqual([fresh]);
    expect(await left()).toBe(1);
    // A link that lets it try again makes it used.
    const lifted = token();
    await trust(database, clock, { accountId: id, token: lifted, userAgent: '' });
    clock.advance(policy.devices.days * DAY - 1);
    await trust(database, clock, { accountId: id, token: lifted, userAgent: '' });
    clock.advance(2);
    expect((await seen(id, lifted)).counted).toBe(LIFTED_DEVICE);
  });

  it('is forgotten alone or with all of its account, and by nobody else', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const [first, second] = [
      await know(database, clock, sight(mine.id)),
      await know(database, clock, sight(mine.id)),
    ];
    const other = await know(database, clock, sight(theirs.id));
    expect(await forgetDevices(database, theirs.id, first)).toBe(0);
    expect(await forgetDevices(database, mine.id, first)).toBe(1);
    expect(await forgetDevices(database, mine.id, first)).toBe(0);
    expect(await ids(mine.id)).toEqual([second]);
    await know(database, clock, sight(mine.id));
    expect(await forgetDevices(database, mine.id)).toBe(2);
    expect(await ids(mine.id)).toEqual([]);
    expect(await ids(theirs.id)).toEqual([other]);
  });

  it('is listed with the last used first', async () => {
    const { id } = await newAccount();
    const of = [token(), token(), token()] as const;
    for (const each of of) {
      await know(database, clock, sight(id, each));
      clock.advance(60);
    }
    const before = await ids(id);
    expect((await list(id)).map(({ lastUsedAt }) => lastUsedAt)).toEqual(
      (await list(id)).map(({ lastUsedAt }) => lastUsedAt).toSorted((a, b) => b.getTime() - a.getTime()),
    );
    await know(database, clock, sight(id, of[0]));
    expect(await ids(id)).toEqual([before[2], before[0], before[1]]);
  });
});
