import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { testIdentity } from '../../testing/identity.ts';

const identity = await testIdentity(await freshDatabase());
const { clock, database, emails, policy, sent, told } = identity;

type Owner = Parameters<typeof emails.list>[0];
const DAY = 24 * 3600;

/** An account whose first address is long verified. */
async function owner() {
  const account = await identity.newAccount();
  clock.advance(30 * DAY);
  return {
    ...(await identity.askingFor(account.id)),
    key: account.key,
    language: 'en',
    email: account.email,
  };
}

/** Adds an address as its reader does. @returns the address */
async function add(who: Owner, email = `${randomUUID()}@elsewhere.example`): Promise<string> {
  await emails.add(who, email);
  const pending = await emails.pending(who);
  const message = sent.findLast(({ to }) => to === email);
  if (pending === null || message?.is !== 'code') throw new Error('no code');
  expect(await emails.enterCode(who, pending, message.code)).toEqual({ is: 'added' });
  return email;
}

const idOf = async (who: Owner, email: string) =>
  (await emails.list(who)).find((each) => each.email === email)?.id ?? '';
const makeMain = async (who: Owner, email: string) => emails.makePrimary(who, await idOf(who, email));
const remove = async (who: Owner, email: string) => emails.remove(who, await idOf(who, email));
const addressesOf = async (who: Owner) =>
  (await emails.list(who)).map(({ email, isPrimary }) => `${email}${isPrimary ? ' (main)' : ''}`);
/** As it is asked for in a session, or by whoever reads an address. */
const revert = async (who: Owner, since: Date, from: string | null = null) => {
  const askedFrom = from === null ? null : await idOf(who, from);
  return database
    .transaction()
    .execute((transaction) => emails.revert(transaction, who.accountId, since, askedFrom));
};
/** The token of the newest notice to an address. */
const tokenFor = (address: string): string => {
  const old = told
    .map(({ notice }) => ('old' in notice ? notice.old : null))
    .findLast((each) => each?.to === address);
  return new URL(old?.undo?.path ?? '/', 'https://x.example').searchParams.get('token') ?? '';
};

describe('taking back what was done to the addresses of an account', () => {
  it('changes nothing where nothing was done', async () => {
    const who = await owner();
    const second = await add(who);
    expect(await revert(who, clock.now())).toEqual({ out: [], back: [] });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`, second]);
  });

  it('takes out what came later than the time, and keeps what came by then', async () => {
    const who = await owner();
    const early = await add(who);
    const since = clock.now();
    clock.advance(1);
    const late = [await add(who), await add(who)];
    const { out, back } = await revert(who, since);
    expect([out.toSorted(), back]).toEqual([late.toSorted(), []]);
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`, early]);
  });

  it('makes that one the main address again which was it before all changes', async () => {
    const who = await owner();
    const second = await add(who);
    clock.advance(policy.emails.undoDays * DAY);
    const since = clock.now();
    await makeMain(who, second);
    await makeMain(who, who.email);
    await makeMain(who, second);
    expect(await revert(who, since)).toEqual({ out: [], back: [] });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`, second]);
  });

  it('leaves what is the main address so where that was not changed', async () => {
    const who = await owner();
    const [second, third] = [await add(who), await add(who)];
    await makeMain(who, second);
    clock.advance(policy.emails.undoDays * DAY);
    const since = clock.now();
    await remove(who, third);
    expect(await revert(who, since)).toEqual({ out: [], back: [third] });
    expect((await addressesOf(who))[0]).toBe(`${second} (main)`);
    expect(await addressesOf(who)).toHaveLength(3);
  });

  it('makes the oldest the main address where that one is out and no change tells which it was', async () => {
    const who = await owner();
    const early = await add(who);
    const since = clock.now();
    clock.advance(1);
    const late = await add(who);
    await makeMain(who, late);
    await database.deleteFrom('email_change').where('account_id', '=', who.accountId).execute();
    expect(await revert(who, since)).toEqual({ out: [late], back: [] });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`, early]);
  });

  it('leaves the address in whose reader asks for it, and takes out the other new ones', async () => {
    const who = await owner();
    const since = clock.now();
    clock.advance(1);
    const [second, third] = [await add(who), await add(who)];
    expect(await revert(who, since, third)).toEqual({ out: [second], back: [] });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`, third]);
    expect(await revert(who, since, who.email)).toEqual({ out: [third], back: [] });
  });

  it('leaves in what somebody moved to whose old address left the account, beside the old one', async () => {
    const who = await owner();
    const since = clock.now();
    clock.advance(1);
    const [second, moved] = [await add(who), await add(who)];
    await makeMain(who, moved);
    await remove(who, who.email);
    expect(await revert(who, since)).toEqual({ out: [second], back: [who.email] });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`, moved]);
  });

  it('keeps the main address where all came later', async () => {
    const who = await owner();
    const second = await add(who);
    const since = new Date(0);
    expect(await revert(who, since)).toEqual({ out: [second], back: [] });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`]);
  });

  it('uses the links up by which each change could be taken back, and no others', async () => {
    const [who, other] = [await owner(), await owner()];
    for (const each of [who, other]) await makeMain(each, await add(each));
    await revert(who, clock.now());
    expect(await emails.undo(tokenFor(who.email))).toEqual({ is: 'gone' });
    expect((await addressesOf(other))[1]).toBe(other.email);
    expect(await emails.undo(tokenFor(other.email))).toEqual({ is: 'undone' });
  });

  it('brings back none whose link is too old, nor one that another account has since', async () => {
    const [who, other] = [await owner(), await owner()];
    const [lost, kept, given] = [await add(who), await add(who), await add(who)];
    clock.advance(policy.emails.undoDays * DAY);
    await remove(who, lost);
    clock.advance(DAY);
    await remove(who, given);
    await remove(who, kept);
    clock.advance((policy.emails.undoDays - 1) * DAY);
    await add(other, given);
    expect(await revert(who, clock.now())).toEqual({ out: [], back: [kept] });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`, kept]);
    expect(await addressesOf(other)).toEqual([`${other.email} (main)`, given]);
  });
});
