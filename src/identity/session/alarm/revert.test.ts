import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshDatabase, waitingForLocks } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { testRecovery } from '../../../testing/recovery.ts';
import { UNKNOWN } from '../../../testing/sign-in.ts';
import { lockAccount, setPassword } from '../../core/accounts/index.ts';
import { readReaders } from '../../core/addresses/index.ts';
import { bindApp, newAppSecret } from '../../credentials/authenticator-app/index.ts';
import { countBackupCodes } from '../../credentials/backup-codes/index.ts';
import { RECOVER } from './index.ts';

const identity = await testIdentity(await freshDatabase());
const { alarm, backupCodes, clock, database, emails, factors, hasher, raiseAlarm, sent, told } = identity;
const ways = testRecovery(identity);
const { appCode, begin, beginWithPassword, bindNew, enterCode, kindsTo, last, newAccount } = ways;
const { lastNotice, openLink, progressOf, recovery } = ways;
type Owner = Awaited<ReturnType<typeof owner>>;
const DAY = 24 * 3600;
const FROM = { language: 'en', network: '192.0.2.1', browser: UNKNOWN };
const NEW_PASSWORD = 'harvest moon 41 violet saddle';

async function owner() {
  const account = await newAccount({ withCodes: true });
  clock.advance(100 * DAY);
  return { ...account, ...(await identity.askingFor(account.id)), language: 'en', account };
}
/** As whoever reads a message to an address does. */
const raiseFrom = async ({ accountId }: Owner, email: string) =>
  alarm.raiseByLink(await identity.reportLink(accountId, email));
const addressesOf = async (who: Owner) =>
  (await emails.list(who)).map(({ email, isPrimary }) => `${email}${isPrimary ? ' (main)' : ''}`);
const idOf = async (who: Owner, email: string) =>
  (await emails.list(who)).find((each) => each.email === email)?.id ?? '';
const remove = async (who: Owner, email: string) => emails.remove(who, await idOf(who, email));
const makeMain = async (who: Owner, email: string) => emails.makePrimary(who, await idOf(who, email));
/** In a session of its own, as the one before was ended. */
const again = async (who: Owner): Promise<Owner> => ({
  ...who,
  ...(await identity.askingFor(who.accountId)),
});

async function addEmail(who: Owner): Promise<string> {
  const email = `${randomUUID()}@elsewhere.example`;
  await emails.add(who, email);
  const pending = await emails.pending(who);
  const message = sent.findLast(({ to }) => to === email);
  if (pending === null || message?.is !== 'code') throw new Error('no code');
  expect(await emails.enterCode(who, pending, message.code)).toEqual({ is: 'added' });
  return email;
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

/** Puts new codes in the place of those there are. @returns the new ones */
async function renewCodes({ accountId }: Owner): Promise<readonly string[]> {
  const token = await identity.sessions.begin(database, accountId, { proven: true, deviceId: null });
  const found = await identity.sessions.find(token);
  if (found.is !== 'live') throw new Error(found.is);
  await backupCodes.make(found.session);
  const made = await backupCodes.read(found.session);
  expect(await backupCodes.keep(found.session, made?.id ?? '')).toEqual({ is: 'kept' });
  return made?.codes ?? [];
}

/** Begins with an address and a code on paper, as somebody does who has nothing else. @returns the token */
async function comeWith(email: string, code: string): Promise<string> {
  const token = await begin('both', email);
  expect(await recovery.enterCode(await progressOf(token), last('code', email))).toEqual({ is: 'next' });
  expect((await recovery.confirm(await progressOf(token), factors.backupCode, code)).is).toBe('right');
  return token;
}

/** Makes all anew at the end of a hold. */
async function finish(token: string) {
  await recovery.choosePassword(await progressOf(token), NEW_PASSWORD, UNKNOWN);
  const secret = (await recovery.enrolling(await progressOf(token), 'Firefox'))?.secret ?? '';
  return bindNew(await progressOf(token), appCode(secret));
}

describe('an alarm', () => {
  it('takes out what is not settled, and of addresses that only while a settled one stays (ASVS 6.5.6)', async () => {
    const who = await owner();
    const thiefs = await addEmail(who);
    await addApp(who);
    await nameApps(who, 'Old tablet');
    await makeMain(who, thiefs);
    clock.advance(6 * DAY);
    const taken = await raiseFrom(who, who.email);
    expect(taken).toEqual({ email: 1, 'authenticator-app': 1 });
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`]);
    expect([await appsOf(who), await countBackupCodes(database, who.accountId)]).toEqual([1, 10]);
    // Nobody is at home for whoever comes with the thief's address.
    await begin('password', thiefs);
    expect(kindsTo(thiefs)).toEqual([]);
    await begin('password', who.email);
    expect(kindsTo(who.email)).toContain('link');
    expect(told.at(-1)?.notice).toEqual({
      is: 'alarm-raised',
      recover: RECOVER,
      days: 7,
      taken,
      names: ['Old tablet'],
      emails: { out: [thiefs], back: [] },
    });
  });

  it('leaves what came longer ago, and what the account was made with', async () => {
    const fresh = await newAccount({ withCodes: true });
    const old = await owner();
    const second = await addEmail(old);
    await addApp(old);
    expect(await raiseAlarm(fresh.id)).toEqual({});
    clock.advance(8 * DAY);
    expect(await raiseAlarm(old.accountId)).toEqual({});
    expect(await addressesOf(old)).toEqual([`${old.email} (main)`, second]);
    expect([await appsOf(old), await countBackupCodes(database, old.accountId)]).toEqual([2, 10]);
  });

  it('leaves the addresses of others alone', async () => {
    const [who, other] = [await owner(), await owner()];
    const added = await addEmail(other);
    await addApp(other);
    await raiseAlarm(who.accountId);
    expect(await addressesOf(other)).toEqual([`${other.email} (main)`, added]);
    expect(await appsOf(other)).toBe(2);
  });

  it('is raised by no address that came lately, while there is one that is settled', async () => {
    const who = await owner();
    const ofOwner = await identity.reportLink(who.accountId, who.email);
    const thiefs = await addEmail(who);
    expect(await identity.reportLink(who.accountId, thiefs)).toBe('');
    // A link of a time when it stood highest does not work either, once another does.
    await makeMain(who, thiefs);
    await remove(who, who.email);
    const early = await identity.reportLink(who.accountId, thiefs);
    expect(await alarm.findLink(early)).not.toBeNull();
    expect(await alarm.raiseByLink(ofOwner)).toEqual({ 'email-back': 1 });
    expect(await alarm.findLink(early)).toBeNull();
    expect(await alarm.raiseByLink(early)).toBeNull();
  });

  it('raised from one address leaves the links of another', async () => {
    const who = await owner();
    const second = await addEmail(who);
    clock.advance(8 * DAY);
    const [one, other] = [
      await identity.reportLink(who.accountId, who.email),
      await identity.reportLink(who.accountId, second),
    ];
    expect(await alarm.raiseByLink(one)).toEqual({});
    expect(await alarm.raiseByLink(one)).toBeNull();
    const mark = told.length;
    expect(await alarm.raiseByLink(other)).toBe('already');
    expect(told).toHaveLength(mark);
  });

  it('is raised by no session that was ended while its request waited (ASVS 7.4.1)', async () => {
    const who = await owner();
    await database.deleteFrom('session').where('id', '=', who.id).execute();
    expect(await alarm.raise(who)).toBeNull();
    expect(told.filter(({ accountId }) => accountId === who.accountId)).toEqual([]);
  });
});

describe('an address that left the account', () => {
  it('comes back by the link of its message, which raises the alarm, and once', async () => {
    const who = await owner();
    const next = await addEmail(who);
    await makeMain(who, next);
    await remove(who, who.email);
    const token = await identity.reportLink(who.accountId, who.email);
    expect(await alarm.findLink(token)).toEqual({ bringsBack: true });
    expect(await alarm.raiseByLink(token)).toEqual({ 'email-back': 1 });
    // Two may claim the account now: both stay, and neither in place of the other.
    expect(await addressesOf(who)).toEqual([`${next} (main)`, who.email]);
    const inside = await again(who);
    expect(await alarm.end(inside, [])).toEqual({ is: 'none-chosen' });
    expect(await alarm.end(inside, [await idOf(who, next)])).toEqual({ is: 'ended' });
    expect(await addressesOf(who)).toEqual([`${next} (main)`]);
    expect(await identity.reportLink(who.accountId, who.email)).toBe('');
    expect(await alarm.raiseByLink(token)).toBeNull();
  });

  it('does not come back after seven days, nor where it had not been of the account for as long', async () => {
    const who = await owner();
    const [next, young] = [await addEmail(who), await addEmail(who)];
    await remove(who, young);
    expect(await identity.reportLink(who.accountId, young)).toBe('');
    await makeMain(who, next);
    await remove(who, who.email);
    const token = await identity.reportLink(who.accountId, who.email);
    clock.advance(7 * DAY - 1);
    expect(await alarm.findLink(token)).toEqual({ bringsBack: true });
    clock.advance(1);
    expect(await alarm.findLink(token)).toBeNull();
    await alarm.removeOld();
    expect(await database.selectFrom('former_email').select('id').execute()).toEqual([]);
  });

  it('keeps its link where the alarm ends that somebody else raised meanwhile', async () => {
    const who = await owner();
    const other = await addEmail(who);
    clock.advance(30 * DAY);
    await remove(who, other);
    const token = await identity.reportLink(who.accountId, other);
    await raiseFrom(who, who.email);
    await database.transaction().execute((within) => alarm.clear(within, who.accountId, null));
    expect(await alarm.raiseByLink(token)).toEqual({});
  });

  it('hears once, and as what it is, where it is added again', async () => {
    const who = await owner();
    await makeMain(who, await addEmail(who));
    await remove(who, who.email);
    const before = await identity.reportLink(who.accountId, who.email);
    clock.advance(60);
    await emails.add(who, who.email);
    const pending = await emails.pending(who);
    const message = sent.findLast(({ to }) => to === who.email);
    if (pending === null || message?.is !== 'code') throw new Error('no code');
    expect(await emails.enterCode(who, pending, message.code)).toEqual({ is: 'added' });
    expect(await alarm.findLink(before)).toBeNull();
    const readers = await readReaders(database, identity, who.accountId);
    expect(readers.filter(({ email }) => email === who.email)).toMatchObject([{ standing: 'young' }]);
  });

  it('does not come back where its reader has given it to another account', async () => {
    const [who, other] = [await owner(), await owner()];
    await makeMain(who, await addEmail(who));
    await remove(who, who.email);
    const token = await identity.reportLink(who.accountId, who.email);
    await emails.add(other, who.email);
    const pending = await emails.pending(other);
    const message = sent.findLast(({ to }) => to === who.email);
    if (pending === null || message?.is !== 'code') throw new Error('no code');
    expect(await emails.enterCode(other, pending, message.code)).toEqual({ is: 'added' });
    expect(await alarm.raiseByLink(token)).toBeNull();
    expect(await addressesOf(other)).toContain(who.email);
  });
});

describe('whoever lost all to a thief', () => {
  it('gets back in by their email and a code that they have on paper, after the hold', async () => {
    const who = await owner();
    const [paper = ''] = who.account.codes;
    // A thief with the password and the second step takes all that there is.
    const thiefs = await addEmail(who);
    await addApp(who);
    await nameApps(who, 'Theirs');
    await database
      .deleteFrom('authenticator_app')
      .where('account_id', '=', who.accountId)
      .where('name_sealed', 'is', null)
      .execute();
    const theirs = await renewCodes(who);
    await setPassword(database, clock, who.accountId, await hasher.hash('a thief’s own password 94'));
    await makeMain(who, thiefs);
    await remove(who, who.email);

    expect(await raiseFrom(who, who.email)).toEqual({
      'authenticator-app': 1,
      'backup-code': 1,
      'backup-code-back': 1,
      'email-back': 1,
    });
    const token = await begin('both', who.email);
    await enterCode(token, who.account);
    const confirm = async (code: string) =>
      (await recovery.confirm(await progressOf(token), factors.backupCode, code)).is;
    expect(await confirm(theirs[0] ?? '')).toBe('wrong');
    expect(await confirm(paper)).toBe('right');
    expect((await progressOf(token)).stage).toBe('hold');
    expect(last('recovery-begun', thiefs)).toBe('');
    clock.advance(3 * DAY);
    expect((await finish(token)).is).toBe('returned');
    // Who ended it decides between the two: the other address is out.
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`]);
  });
});

describe('a way back', () => {
  it('that was under way ends with the alarm, and one that was begun behind it goes on when it is raised again', async () => {
    const who = await owner();
    const early = await beginWithPassword(who.account);
    await enterCode(early, who.account);
    await raiseAlarm(who.accountId);
    expect(await recovery.find(early)).toBeNull();
    clock.advance(60);
    const late = await beginWithPassword(who.account);
    await enterCode(late, who.account);
    await raiseAlarm(who.accountId);
    expect((await progressOf(late)).stage).toBe('hold');
  });

  it('on which nothing is proven shows no stranger that it was ended (ASVS 6.3.8)', async () => {
    const who = await owner();
    const [theirs, nobodys] = [
      await begin('both', who.email),
      await begin('both', `${randomUUID()}@example.org`),
    ];
    await raiseAlarm(who.accountId);
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
        raiseAlarm(who.accountId),
        ...ids.map((id) => recovery.send(id)),
      ]);
      expect(all.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(await recovery.find(held)).toBeNull();
    }
  });
});

describe('two people and one account', () => {
  it('the mailbox and the codes that the owner left behind open nothing, however they are used together', async () => {
    const who = await owner();
    const [shared, [seen = '']] = [who.email, who.account.codes];
    const fresh = await addEmail(who);
    await makeMain(who, fresh);
    await remove(who, shared);
    await renewCodes(who);
    clock.advance(2 * DAY);
    // The other one reads the mailbox and has a photograph of the codes.
    expect(await raiseFrom(who, shared)).toEqual({ 'backup-code': 1, 'email-back': 1 });
    const token = await begin('both', shared);
    expect(await recovery.enterCode(await progressOf(token), last('code', shared))).toEqual({ is: 'next' });
    expect((await recovery.confirm(await progressOf(token), factors.backupCode, seen)).is).toBe('wrong');
    // Nor with the password: the owner sees it, and stops it behind the alarm.
    const known = await begin('both', shared);
    expect((await progressOf(known)).stage).toBe('code');
    const withPassword = await beginWithPassword({ ...who.account, email: shared });
    await recovery.enterCode(await progressOf(withPassword), last('code', shared));
    expect((await progressOf(withPassword)).stage).toBe('hold');
    const inside = await again(who);
    const [hold] = await recovery.running(who.accountId);
    expect(hold?.unsettled).toBe(true);
    expect(await recovery.stop(inside, hold?.id ?? '')).toEqual({ is: 'stopped' });
    expect(await alarm.end(inside, [await idOf(who, fresh)])).toEqual({ is: 'ended' });
    expect(await addressesOf(who)).toEqual([`${fresh} (main)`]);
    await begin('both', shared);
    expect(kindsTo(shared).filter((is) => is === 'code')).toHaveLength(3);
  });

  it('the link of an address that was removed first ends no link of another', async () => {
    const who = await owner();
    const family = await addEmail(who);
    clock.advance(400 * DAY);
    const ofOwner = await identity.reportLink(who.accountId, who.email);
    await remove(who, family);
    const ofFamily = await identity.reportLink(who.accountId, family);
    clock.advance(1);
    const thiefs = await addEmail(who);
    await makeMain(who, thiefs);
    await remove(who, who.email);
    expect(await alarm.raiseByLink(ofFamily)).toEqual({ 'email-back': 1 });
    expect(await alarm.raiseByLink(ofOwner)).toEqual({ 'email-back': 1 });
    expect((await addressesOf(who)).toSorted()).toEqual([`${thiefs} (main)`, who.email, family].toSorted());
  });

  it('an address that the owner takes out again after it came back is out for good', async () => {
    let who = await owner();
    const other = await addEmail(who);
    clock.advance(30 * DAY);
    await remove(who, other);
    clock.advance(6 * DAY);
    const token = await identity.reportLink(who.accountId, other);
    // Beside a settled one it would be out again at once: it raises the alarm, and stays out.
    expect(await alarm.findLink(token)).toEqual({ bringsBack: false });
    expect(await alarm.raiseByLink(token)).toEqual({});
    expect(await addressesOf(who)).toEqual([`${who.email} (main)`]);
    who = await again(who);
    expect(await identity.reportLink(who.accountId, other)).toBe('');
  });

  it('a thief who adds an address and has the phone makes no new password at once, and is stopped', async () => {
    const who = await owner();
    const thiefs = await addEmail(who);
    await begin('password', thiefs);
    const token = await openLink(last('link', thiefs));
    if (token === null) throw new Error('no link');
    const code = appCode(who.account.secret);
    expect((await recovery.confirm(await progressOf(token), factors.app, code)).is).toBe('right');
    expect((await progressOf(token)).stage).toBe('hold');
    expect((await recovery.choosePassword(await progressOf(token), NEW_PASSWORD, UNKNOWN)).is).toBe('gone');
    expect(last('recovery-begun', thiefs)).toBe('');
    expect(await recovery.cancel(last('recovery-begun', who.email))).toBe(true);
    expect(await recovery.find(token)).toBeNull();
  });

  it('a way back ends with the address that proved it', async () => {
    const who = await owner();
    const second = await addEmail(who);
    clock.advance(30 * DAY);
    const [one = '', other = ''] = who.account.codes;
    const [bySecond, byMain] = [await comeWith(second, one), await comeWith(who.email, other)];
    await remove(who, second);
    expect(await recovery.find(bySecond)).toBeNull();
    expect((await progressOf(byMain)).stage).toBe('hold');
  });

  it('no code goes to an address that leaves at the same moment', async () => {
    const who = await owner();
    const token = await recovery.begin('both', who.email, FROM);
    const { id } = await progressOf(token);
    let sending = Promise.resolve();
    await database.transaction().execute(async (within) => {
      await lockAccount(within, who.accountId);
      sending = recovery.send(id);
      await expect.poll(() => waitingForLocks(database)).toBe(1);
      await within.deleteFrom('account_email').where('account_id', '=', who.accountId).execute();
    });
    await sending;
    expect(kindsTo(who.email)).toEqual([]);
  });

  it('a link that stops a way back ends with its address, and where another stands higher', async () => {
    const who = await owner();
    const second = await addEmail(who);
    clock.advance(30 * DAY);
    await comeWith(who.email, who.account.codes[0] ?? '');
    const stop = last('recovery-begun', second);
    expect(await recovery.cancellable(stop)).toEqual({ is: 'runs' });
    await remove(who, second);
    expect(await recovery.cancellable(stop)).toEqual({ is: 'unknown' });
    expect(await recovery.cancel(stop)).toBe(false);
    expect(await recovery.cancel(last('recovery-begun', who.email))).toBe(true);
  });

  it('a way back that is stopped gives its paper code back', async () => {
    const who = await owner();
    const [paper = ''] = who.account.codes;
    for (let round = 0; round < 12; round++) {
      const token = await comeWith(who.email, paper);
      expect(await countBackupCodes(database, who.accountId)).toBe(9);
      expect(await recovery.cancel(last('recovery-begun', who.email))).toBe(true);
      expect(await recovery.find(token)).toBeNull();
      expect(await countBackupCodes(database, who.accountId)).toBe(10);
      clock.advance(3600);
    }
  });

  it('an address that comes back hears of the hold that runs, with the link that stops it', async () => {
    const who = await owner();
    const [paper = ''] = who.account.codes;
    const thiefs = await addEmail(who);
    await makeMain(who, thiefs);
    await remove(who, who.email);
    // From the only address that is left, behind an alarm of its own.
    await raiseFrom(who, thiefs);
    const token = await comeWith(thiefs, paper);
    clock.advance(2 * DAY);
    await recovery.remind();
    expect(last('recovery-waits', who.email)).toBe('');
    expect(await raiseFrom(who, who.email)).toEqual({ 'email-back': 1 });
    await recovery.remind();
    expect(await recovery.cancel(last('recovery-waits', who.email))).toBe(true);
    expect(await recovery.find(token)).toBeNull();
  });

  it('an address that stays at the end of an alarm stands no higher than what is added next', async () => {
    const who = await owner();
    const thiefs = await addEmail(who);
    await makeMain(who, thiefs);
    await remove(who, who.email);
    await raiseFrom(who, thiefs);
    clock.advance(6 * DAY);
    const inside = await again(who);
    expect(await alarm.end(inside, [await idOf(who, thiefs)])).toEqual({ is: 'ended' });
    clock.advance(3 * DAY);
    const own = await addEmail(inside);
    const standings = (await emails.list(who)).map(({ email, standing }) => [email, standing]);
    expect(Object.fromEntries(standings)).toEqual({ [thiefs]: 'young', [own]: 'young' });
    expect(await identity.reportLink(who.accountId, own)).not.toBe('');
  });

  it('what a way back made anew is not taken out by whoever reads another settled mailbox', async () => {
    const who = await owner();
    const shared = await addEmail(who);
    clock.advance(30 * DAY);
    const token = await comeWith(who.email, who.account.codes[0] ?? '');
    clock.advance(3 * DAY);
    expect((await finish(token)).is).toBe('returned');
    clock.advance(3600);
    const thief = await addEmail(await again(who));
    await addApp(who);
    expect(await raiseFrom(who, shared)).toEqual({ email: 1, 'authenticator-app': 1 });
    expect([await appsOf(who), await countBackupCodes(database, who.accountId)]).toEqual([1, 10]);
    expect(await addressesOf(who)).not.toContain(thief);
  });

  it('whoever is taken out at the end of a way back is told so', async () => {
    const who = await owner();
    const [paper = ''] = who.account.codes;
    const thiefs = await addEmail(who);
    await makeMain(who, thiefs);
    await remove(who, who.email);
    await raiseFrom(who, who.email);
    const token = await comeWith(who.email, paper);
    clock.advance(3 * DAY);
    expect((await finish(token)).is).toBe('returned');
    expect(lastNotice()).toMatchObject({ is: 'recovery-finished', out: [thiefs] });
  });

  it('a hold behind an alarm that rests on what is settled is stopped by mail, and by no session', async () => {
    const who = await owner();
    await raiseFrom(who, who.email);
    const token = await comeWith(who.email, who.account.codes[0] ?? '');
    const [hold] = await recovery.running(who.accountId);
    expect(hold?.unsettled).toBe(false);
    const thief = await again(who);
    expect(await recovery.stop(thief, hold?.id ?? '')).toEqual({ is: 'alarmed' });
    expect(await alarm.end(thief, [await idOf(who, who.email)])).toEqual({ is: 'alarmed' });
    clock.advance(3 * DAY);
    expect((await finish(token)).is).toBe('returned');
  });
});
