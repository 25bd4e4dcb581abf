import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { testIdentity } from '../../testing/identity.ts';
import { testRecovery } from '../../testing/recovery.ts';
import { UNKNOWN } from '../../testing/sign-in.ts';
import { setPassword } from '../accounts/index.ts';
import { bindApp, newAppSecret } from '../authenticator-app/index.ts';
import { countBackupCodes, newBackupCodes, storeBackupCodes } from '../backup-codes/index.ts';
import { alarmLinks, RECOVER } from './index.ts';

const identity = await testIdentity(await freshDatabase());
const { alarm, backupCodes, clock, database, emails, factors, hasher, policy, sent, told, vault } = identity;
const linkFor = alarmLinks({ vault, clock, policy: policy.alarm });
const { appCode, begin, beginWithPassword, bindNew, enterCode, kindsTo, newAccount, progressOf, recovery } =
  testRecovery(identity);
type Owner = Parameters<typeof emails.list>[0];
const DAY = 24 * 3600;

async function owner() {
  const account = await newAccount({ withCodes: true });
  return { ...account, ...(await identity.askingFor(account.id)), language: 'en', account };
}
/** The token of the newest notice to an address. */
function undoTokenFor(address: string): string {
  const old = told
    .map(({ notice }) => ('old' in notice ? notice.old : null))
    .findLast((each) => each?.to === address);
  return new URL(old?.undo?.path ?? '/', 'https://x.example').searchParams.get('token') ?? '';
}
/** As whoever reads a message to an address does. */
async function raiseFrom({ accountId }: Owner, email: string) {
  const path = await database.transaction().execute((transaction) => linkFor(transaction, accountId, email));
  return alarm.raiseByLink(new URL(path, 'https://x.example').searchParams.get('token') ?? '');
}
const addressesOf = async (who: Owner) =>
  (await emails.list(who)).map(({ email, isPrimary }) => `${email}${isPrimary ? ' (main)' : ''}`);

async function addEmail(who: Owner): Promise<{ id: string; email: string }> {
  const email = `${randomUUID()}@elsewhere.example`;
  await emails.add(who, email);
  const pending = await emails.pending(who);
  const message = sent.findLast(({ to }) => to === email);
  if (pending === null || message?.is !== 'code') throw new Error('no code');
  await emails.enterCode(who, pending, message.code);
  const added = (await emails.list(who)).find((each) => each.email === email);
  if (added === undefined) throw new Error('not added');
  return added;
}

async function addApp({ accountId, key }: Owner): Promise<string> {
  const secret = newAppSecret();
  await bindApp(database, clock, { accountId, key, secret, step: null });
  return secret;
}

/** Gives every app of an account that came today a name. */
async function nameApps({ accountId, key }: Owner, name: string): Promise<void> {
  const apps = await database
    .selectFrom('authenticator_app')
    .select('id')
    .where('account_id', '=', accountId)
    .where('created_at', '=', clock.now())
    .execute();
  for (const { id } of apps)
    await database
      .updateTable('authenticator_app')
      .set({ name_sealed: key.seal(name, { table: 'authenticator_app', column: 'name_sealed', row: id }) })
      .where('id', '=', id)
      .execute();
}

const appsOf = async ({ accountId }: Owner) =>
  (await database.selectFrom('authenticator_app').select('id').where('account_id', '=', accountId).execute())
    .length;

describe('what came to an account before its alarm', () => {
  it('lately is out again, and what left it is back: whoever was in it stays out (ASVS 6.5.6)', async () => {
    const who = await owner();
    clock.advance(30 * DAY);
    const [before] = await emails.list(who);
    const thiefs = await addEmail(who);
    await addApp(who);
    await nameApps(who, 'Old tablet');
    await storeBackupCodes(database, clock, who.accountId, who.key, await newBackupCodes(hasher));
    await emails.makePrimary(who, thiefs.id);
    await emails.remove(who, before?.id ?? '');
    expect(await addressesOf(who)).toEqual([`${thiefs.email} (main)`]);
    clock.advance(6 * DAY);
    // By the message to the old address that it is back.
    expect(await emails.undo(undoTokenFor(who.email))).toEqual({ is: 'undone' });
    const taken = await raiseFrom(who, who.email);
    expect(taken).toEqual({ email: 1, 'authenticator-app': 1, 'backup-code': 1 });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`]);
    expect(await appsOf(who)).toBe(1);
    expect(await countBackupCodes(database, who.accountId)).toBe(0);
    // Nobody is at home for whoever comes with the thief's address.
    await begin('password', thiefs.email);
    expect(kindsTo(thiefs.email)).toEqual([]);
    await begin('password', who.email);
    expect(kindsTo(who.email)).toContain('link');
    expect(told.at(-1)?.notice).toEqual({
      is: 'alarm-raised',
      recover: RECOVER,
      days: 7,
      taken,
      names: ['Old tablet'],
      emails: { out: [thiefs.email], back: [] },
    });
  });

  it('longer ago stays, and so does what the account was made with', async () => {
    const [old, fresh] = [await owner(), await owner()];
    const second = await addEmail(old);
    await addApp(old);
    expect(await alarm.raise(fresh.accountId)).toEqual({});
    expect(await addressesOf(fresh)).toEqual([`${fresh.email} (main)`]);
    expect([await appsOf(fresh), await countBackupCodes(database, fresh.accountId)]).toEqual([1, 10]);
    clock.advance(8 * DAY);
    await alarm.raise(old.accountId);
    expect(await addressesOf(old)).toEqual([`${old.email} (main)`, second.email]);
    expect([await appsOf(old), await countBackupCodes(database, old.accountId)]).toEqual([2, 10]);
  });

  it('is not the address that somebody moved to, who tells us so there or in a session', async () => {
    for (const from of ['a session', 'a message']) {
      const who = await owner();
      clock.advance(30 * DAY);
      const { id, email } = await addEmail(who);
      await emails.makePrimary(who, id);
      const [, old] = await emails.list(who);
      await emails.remove(who, old?.id ?? '');
      await (from === 'a session' ? alarm.raise(who.accountId) : raiseFrom(who, email));
      expect(await addressesOf(who)).toEqual([`${who.email} (main)`, email]);
      await begin('password', email);
      expect(kindsTo(email)).toContain('link');
    }
  });

  it('is told to us by nobody whose address has left the account since', async () => {
    const who = await owner();
    clock.advance(30 * DAY);
    const path = await database
      .transaction()
      .execute((transaction) => linkFor(transaction, who.accountId, who.email));
    const token = new URL(path, 'https://x.example').searchParams.get('token') ?? '';
    const added = await addEmail(who);
    await emails.makePrimary(who, added.id);
    expect(await alarm.isLink(token)).toBe(true);
    const [, old] = await emails.list(who);
    await emails.remove(who, old?.id ?? '');
    expect([await alarm.isLink(token), await alarm.raiseByLink(token)]).toEqual([false, null]);
  });

  it('is never the last address', async () => {
    const who = await owner();
    clock.advance(30 * DAY);
    const added = await addEmail(who);
    await emails.makePrimary(who, added.id);
    await database.deleteFrom('email_change').where('account_id', '=', who.accountId).execute();
    await database
      .deleteFrom('account_email')
      .where('id', '!=', added.id)
      .where('account_id', '=', who.accountId)
      .execute();
    await alarm.raise(who.accountId);
    expect(await addressesOf(who)).toEqual([`${added.email} (main)`]);
  });

  it('leaves the addresses of others alone', async () => {
    const [who, other] = [await owner(), await owner()];
    clock.advance(30 * DAY);
    const added = await addEmail(other);
    await addApp(other);
    await alarm.raise(who.accountId);
    expect(await addressesOf(other)).toEqual([`${other.email} (main)`, added.email]);
    expect(await appsOf(other)).toBe(2);
  });
});

describe('whoever lost all to a thief', () => {
  it('gets back in by their email and a code that they have on paper, after the hold', async () => {
    const who = await owner();
    const [paper = ''] = who.account.codes;
    clock.advance(30 * DAY);
    // A thief with the password and the second step takes all that there is.
    await addApp(who);
    await nameApps(who, 'Theirs');
    await database
      .deleteFrom('authenticator_app')
      .where('account_id', '=', who.accountId)
      .where('name_sealed', 'is', null)
      .execute();
    const found = await identity.sessions.find(
      await identity.sessions.begin(database, who.accountId, { proven: true, deviceId: null }),
    );
    if (found.is !== 'live') throw new Error(found.is);
    await backupCodes.make(found.session);
    const theirs = await backupCodes.read(found.session);
    await backupCodes.keep(found.session, theirs?.id ?? '');
    await setPassword(database, clock, who.accountId, await hasher.hash('a thief’s own password 94'));

    await raiseFrom(who, who.email);
    const token = await begin('both', who.email);
    await enterCode(token, who.account);
    const confirm = async (code: string) =>
      (await recovery.confirm(await progressOf(token), factors.backupCode, code)).is;
    expect(await confirm(theirs?.codes[0] ?? '')).toBe('wrong');
    expect(await confirm(paper)).toBe('right');
    expect((await progressOf(token)).stage).toBe('hold');
    clock.advance(3 * DAY);
    const password = 'harvest moon 41 violet saddle';
    expect((await recovery.choosePassword(await progressOf(token), password, UNKNOWN)).is).toBe('next');
    const secret = (await recovery.enrolling(await progressOf(token), 'Firefox'))?.secret ?? '';
    expect((await bindNew(await progressOf(token), appCode(secret))).is).toBe('returned');
  });
});

describe('a way back', () => {
  it('that was under way ends with the alarm, and one that was begun behind it goes on when it is raised again', async () => {
    const who = await owner();
    const early = await beginWithPassword(who.account);
    await enterCode(early, who.account);
    await alarm.raise(who.accountId);
    expect(await recovery.find(early)).toBeNull();
    clock.advance(60);
    const late = await beginWithPassword(who.account);
    await enterCode(late, who.account);
    await alarm.raise(who.accountId);
    expect((await progressOf(late)).stage).toBe('hold');
  });

  it('on which nothing is proven shows no stranger that it was ended (ASVS 6.3.8)', async () => {
    const who = await owner();
    const [theirs, nobodys] = [
      await begin('both', who.email),
      await begin('both', `${randomUUID()}@example.org`),
    ];
    await alarm.raise(who.accountId);
    const [one, other] = [await progressOf(theirs), await progressOf(nobodys)];
    expect([one.stage, one.lost]).toEqual([other.stage, other.lost]);
    expect(await enterCode(theirs, who.account)).toEqual({ is: 'wrong' });
  });

  it('that a stranger begins over and over does not keep the alarm from being raised (ASVS 2.3.4)', async () => {
    for (let round = 0; round < 5; round++) {
      const who = await owner();
      const tokens = await Promise.all(Array.from({ length: 4 }, () => begin('both', who.email)));
      const ids = await Promise.all(tokens.map(async (token) => (await progressOf(token)).id));
      const held = await beginWithPassword(who.account);
      await enterCode(held, who.account);
      clock.advance(3600);
      const all = await Promise.allSettled([
        ...ids.map((id) => recovery.send(id)),
        alarm.raise(who.accountId),
        ...ids.map((id) => recovery.send(id)),
      ]);
      expect(all.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(await recovery.find(held)).toBeNull();
    }
  });
});
