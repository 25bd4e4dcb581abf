import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../../platform/agency/index.ts';
import { loadLanguages } from '../../../platform/i18n/index.ts';
import { makeMailer, makeOutbox } from '../../../platform/messages/index.ts';
import { freshDatabase, waitingForLocks } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import type { Browser } from '../../core/devices/index.ts';
import { parsePhone } from '../../core/phones/index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, vault, clock, policy, signIn, smsCodes, factors, phones, texts, told, alarm, raiseAlarm } =
  identity;
const { phoneSettings: settings } = identity;

const browser: Browser = { tokens: [], userAgent: '' };
const HOUR = 3600;
const DAY = 24 * HOUR;
let serial = 0;
/** A number that nobody had before. */
const newNumber = () => {
  const result = parsePhone(`+1202${String(2_000_000 + ++serial * 7)}`);
  if (result.is !== 'number') throw new Error(result.is);
  return result.number;
};
type Number = ReturnType<typeof newNumber>;

const owner = async (more?: Parameters<typeof identity.newAccount>[0]) => {
  const account = await identity.newAccount(more);
  return { ...account, ...(await identity.askingFor(account.id)), language: 'en' };
};
type Owner = Awaited<ReturnType<typeof owner>>;
const codeFor = (number: Number) => texts.findLast(({ to }) => to === number)?.code ?? 'none';
const textsTo = (number: Number) => texts.filter(({ to }) => to === number).length;
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const pendingOf = async (who: Owner) => {
  const pending = await settings.pending(who);
  if (pending === null) throw new Error('nothing waits');
  return pending;
};
const enter = async (who: Owner, code: string) => settings.enterCode(who, await pendingOf(who), code);
/** Adds a number as whoever holds it does. @returns its id */
async function addWhole(who: Owner, number = newNumber()) {
  expect(await settings.add(who, number)).toEqual({ is: 'sent' });
  expect(await enter(who, codeFor(number))).toEqual({ is: 'added' });
  return (await settings.list(who)).find((phone) => phone.number === number)?.id ?? '';
}
/** An account with a number. */
async function withPhone() {
  const who = await owner();
  const number = newNumber();
  return { who, number, id: await addWhole(who, number) };
}
/** Has the password right. @returns the token of the sign-in and whoever is asked */
async function begin({ email, password }: Owner, by = browser) {
  const result = await signIn.checkPassword({
    identifier: email,
    password,
    returnTo: '/home',
    browser: by,
    prove: async () => ({ is: 'proven' }) as const,
  });
  if (result.is !== 'needs-factor') throw new Error(result.is);
  const waiting = await signIn.waiting(result.token);
  if (waiting === null) throw new Error('nobody waits');
  return { token: result.token, ...waiting };
}
type Begun = Awaited<ReturnType<typeof begin>>;
const send = ({ challenged }: Begun, choice: string | null = null) => {
  if (factors.sms.send === undefined) throw new Error('sends nothing');
  return factors.sms.send(challenged, choice);
};
const answer = ({ token }: Begun, code: string, { remember = false, by = browser } = {}) =>
  signIn.checkFactor(token, factors.sms, { answer: code, browser: by, remember });
const noticesTo = ({ accountId }: Owner) =>
  told.filter((each) => each.accountId === accountId).map(({ notice }) => notice.is);

describe('adding a number', () => {
  it('takes the code that was sent to it, and then it is a second step', async () => {
    const who = await owner();
    const number = newNumber();
    expect(await settings.add(who, number)).toEqual({ is: 'sent' });
    expect(await settings.pending(who)).toMatchObject({ number, sent: 'first' });
    expect(await settings.list(who)).toEqual([]);
    expect((await begin(who)).held).not.toContain('sms-code');
    expect(await enter(who, codeFor(number))).toEqual({ is: 'added' });
    expect(await settings.pending(who)).toBeNull();
    expect((await settings.list(who)).map((phone) => phone.number)).toEqual([number]);
    expect((await begin(who)).held).toEqual(['authenticator-app', 'sms-code']);
    expect(noticesTo(who)).toEqual(['phone-added']);
  });

  it('works once, also for twenty who enter the code side by side (ASVS 6.5.1)', async () => {
    const who = await owner();
    const number = newNumber();
    await settings.add(who, number);
    const pending = await pendingOf(who);
    const code = codeFor(number);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => settings.enterCode(who, pending, code)),
    );
    expect(results.filter(({ is }) => is === 'added')).toHaveLength(1);
    expect(await settings.list(who)).toHaveLength(1);
    expect(noticesTo(who)).toEqual(['phone-added']);
  });

  it('refuses a code that is wrong, old, overtaken, of another number or of another account (ASVS 6.5.5, 6.6.2)', async () => {
    const [who, other] = [await owner(), await owner()];
    const [first, second] = [newNumber(), newNumber()];
    await settings.add(who, first);
    const earlier = await pendingOf(who);
    const earlierCode = codeFor(first);
    await settings.add(who, second);
    const overtaken = codeFor(second);
    await settings.resend(who);
    expect(await settings.pending(who)).toMatchObject({ sent: 'another' });
    const code = codeFor(second);
    expect(await settings.enterCode(who, earlier, earlierCode)).toEqual({ is: 'wrong' });
    for (const wrong of [otherThan(code), earlierCode, overtaken])
      if (wrong !== code) expect(await enter(who, wrong)).toEqual({ is: 'wrong' });
    expect(await settings.enterCode(other, await pendingOf(who), code)).toEqual({ is: 'wrong' });
    clock.advance(policy.code.minutes * 60);
    expect(await enter(who, code)).toEqual({ is: 'wrong' });
    expect(await settings.pending(who)).toMatchObject({ sent: 'no' });
    expect(await settings.list(who)).toEqual([]);
  });

  it('takes no code of a second step, and none of its own is a second step', async () => {
    const { who, number } = await withPhone();
    const begun = await begin(who);
    await send(begun);
    const forSignIn = codeFor(number);
    const another = newNumber();
    await settings.add(who, another);
    const forNumber = codeFor(another);
    expect([forSignIn, forNumber]).not.toContain('none');
    if (forSignIn === forNumber) return;
    expect(await enter(who, forSignIn)).toEqual({ is: 'wrong' });
    expect(await answer(begun, forNumber)).toEqual({ is: 'wrong' });
  });

  it('counts wrong tries over every number and every code of an account, and makes them wait (ASVS 6.6.3)', async () => {
    const who = await owner();
    for (let tries = 0; tries < 10; tries++) {
      if (tries % 3 === 0) await settings.add(who, newNumber());
      expect(await enter(who, 'x')).toEqual({ is: 'wrong' });
    }
    const number = newNumber();
    await settings.add(who, number);
    expect((await enter(who, codeFor(number))).is).toBe('wait');
    clock.advance(31);
    expect(await enter(who, codeFor(number))).toEqual({ is: 'added' });
  });

  it('goes on after however many wrong tries: no code is disabled that adds a number', async () => {
    const who = await owner();
    const number = newNumber();
    await settings.add(who, newNumber());
    expect(await enter(who, 'x')).toEqual({ is: 'wrong' });
    // As after a hundred more, each once the wait before it was over.
    await database.updateTable('throttle').set({ failures: 150 }).where('kind', '=', 'sms-code').execute();
    clock.advance(3600);
    await settings.add(who, number);
    expect(await enter(who, codeFor(number))).toEqual({ is: 'added' });
  });

  it('sends few messages an hour and a day for one account, to whatever numbers, also side by side (ASVS 2.3.2)', async () => {
    const who = await owner();
    const mark = texts.length;
    await Promise.all(Array.from({ length: 12 }, () => settings.add(who, newNumber())));
    expect(texts.length - mark).toBe(policy.code.sentPerHour);
    expect(await settings.resend(who)).toEqual({ is: 'enough' });
    for (let hour = 1; hour < 20; hour++) {
      clock.advance(HOUR);
      for (let tries = 0; tries < 6; tries++) {
        // Giving up and asking anew begins no new count.
        await settings.giveUp(who);
        await settings.add(who, newNumber());
      }
    }
    expect(texts.length - mark).toBe(policy.phones.unprovenPerDay);
    clock.advance(DAY);
    expect(await settings.add(who, newNumber())).toEqual({ is: 'sent' });
  });

  it("does not flood a stranger's number, however many accounts ask, nor keep its owner from signing in", async () => {
    const { who, number } = await withPhone();
    const before = textsTo(number);
    for (let n = 0; n < 6; n++) {
      const stranger = await owner();
      await settings.add(stranger, number);
      for (let more = 0; more < policy.code.sentPerHour; more++) await settings.resend(stranger);
    }
    // The owner's own first code is one of them.
    expect(textsTo(number) - before).toBe(policy.phones.unprovenPerDay - 1);
    clock.advance(HOUR);
    expect(await settings.add(await owner(), number)).toEqual({ is: 'enough' });
    const begun = await begin(who);
    expect(await send(begun)).toEqual({ is: 'sent' });
    expect((await answer(begun, codeFor(number))).is).toBe('right');
  });

  it('says the same of a number that another account has, which a family may share (ASVS 6.3.8)', async () => {
    const { number } = await withPhone();
    const answers = [];
    for (const each of [number, newNumber()]) {
      const who = await owner();
      const added = await settings.add(who, each);
      const { sent } = await pendingOf(who);
      answers.push([added, sent, await enter(who, 'x'), await settings.resend(who)]);
      expect(await enter(who, codeFor(each))).toEqual({ is: 'added' });
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it('is refused for an own number and when there are three', async () => {
    const { who, number } = await withPhone();
    expect(await settings.add(who, number)).toEqual({ is: 'own-already' });
    await addWhole(who);
    await addWhole(who);
    expect(await settings.add(who, newNumber())).toEqual({ is: 'full' });
  });

  it('and removing one is refused while somebody else may be in the account', async () => {
    const { who, id } = await withPhone();
    const number = newNumber();
    await settings.add(who, number);
    const pending = await pendingOf(who);
    await raiseAlarm(who.accountId);
    const refused = { is: 'alarmed' };
    expect(await settings.enterCode(who, pending, codeFor(number))).toEqual(refused);
    expect(await settings.add(who, newNumber())).toEqual(refused);
    expect(await settings.resend(who)).toEqual(refused);
    expect(await settings.remove(who, id)).toEqual(refused);
    expect(await settings.setNotices(who, id, true)).toEqual(refused);
    // What an intruder began to add is gone, also once the owner is back.
    expect(await settings.pending(who)).toBeNull();
    await database.transaction().execute((transaction) => alarm.clear(transaction, who.accountId, null));
    const again = { ...who, ...(await identity.askingFor(who.accountId)) };
    expect(await settings.enterCode(again, pending, codeFor(number))).toEqual({ is: 'wrong' });
    expect(await settings.list(who)).toHaveLength(1);
  });

  it('that is given up takes nothing away that is proven at the same moment', async () => {
    const who = await owner();
    await settings.add(who, newNumber());
    const { id } = await pendingOf(who);
    let givingUp: Promise<unknown> = Promise.resolve();
    await database.transaction().execute(async (transaction) => {
      await phones.verify(transaction, who.accountId, id);
      givingUp = settings.giveUp(who);
      await expect.poll(() => waitingForLocks(database)).toBe(1);
    });
    await givingUp;
    expect((await settings.list(who)).map((phone) => phone.id)).toEqual([id]);
  });

  it('never slips in behind an alarm that is raised at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const who = await owner();
      const number = newNumber();
      await settings.add(who, number);
      const pending = await pendingOf(who);
      const [entered] = await Promise.all([
        settings.enterCode(who, pending, codeFor(number)),
        raiseAlarm(who.accountId),
      ]);
      expect(['added', 'alarmed', 'wrong']).toContain(entered.is);
      expect(await settings.list(who)).toHaveLength(entered.is === 'added' ? 1 : 0);
    }
  });
});

describe('a code by text message', () => {
  it('signs in at the second step, once, also for twenty side by side (ASVS 6.5.1)', async () => {
    const { who, number } = await withPhone();
    const begun = await begin(who);
    expect(await answer(begun, '000000')).toEqual({ is: 'wrong' });
    expect(await send(begun)).toEqual({ is: 'sent' });
    const results = await Promise.all(Array.from({ length: 20 }, () => answer(begun, codeFor(number))));
    expect(results.filter(({ is }) => is === 'right')).toHaveLength(1);
    const [phone] = await settings.list(who);
    expect(phone?.lastUsedAt).toEqual(clock.now());
  });

  it('is no use in another sign-in, of the same account or another (ASVS 6.6.2)', async () => {
    const { who, number } = await withPhone();
    const { who: other } = await withPhone();
    const [mine, again, theirs] = [await begin(who), await begin(who), await begin(other)];
    await send(mine);
    const code = codeFor(number);
    for (const begun of [again, theirs]) expect(await answer(begun, code)).toEqual({ is: 'wrong' });
    await send(theirs);
    if (codeFor(number) !== texts.at(-1)?.code) expect(await answer(theirs, code)).toEqual({ is: 'wrong' });
    expect((await answer(mine, code)).is).toBe('right');
  });

  it('is no use once another was sent in its place, or it is ten minutes old (ASVS 6.5.5)', async () => {
    const { who, number } = await withPhone();
    const begun = await begin(who);
    await send(begun);
    const old = codeFor(number);
    await send(begun);
    const fresh = codeFor(number);
    if (old !== fresh) expect(await answer(begun, old)).toEqual({ is: 'wrong' });
    clock.advance(policy.code.minutes * 60);
    expect(await answer(begun, fresh)).toEqual({ is: 'wrong' });
    await send(begun);
    clock.advance(60);
    expect((await answer(begun, codeFor(number))).is).toBe('right');
  });

  it('is no use once its phone was removed, also at the same moment', async () => {
    const { who, number, id } = await withPhone();
    const begun = await begin(who);
    await send(begun);
    expect(await settings.remove(who, id)).toEqual({ is: 'removed' });
    expect(await answer(begun, codeFor(number))).toEqual({ is: 'wrong' });
    for (let round = 0; round < 5; round++) {
      const next = await withPhone();
      const racing = await begin(next.who);
      await send(racing);
      const [entered, removed] = await Promise.all([
        answer(racing, codeFor(next.number)),
        settings.remove(next.who, next.id),
      ]);
      expect(removed.is).toBe('removed');
      expect(['right', 'wrong']).toContain(entered.is);
      expect(await answer(await begin(next.who), codeFor(next.number))).toEqual({ is: 'wrong' });
    }
  });

  it('that was found right is used up by one of twenty, and by nobody once it is taken back', async () => {
    const right = async () => {
      const phone = await withPhone();
      const { challenged } = await begin(phone.who);
      await factors.sms.send?.(challenged, null);
      const { attempt, accountId } = challenged;
      const found = await smsCodes.check(database, { attempt, accountId }, codeFor(phone.number));
      if (found === null) throw new Error('wrong');
      return { ...phone, challenged, take: found.take };
    };
    const one = await right();
    const results = await Promise.all(Array.from({ length: 20 }, () => smsCodes.use(database, one.take)));
    expect(results.filter(Boolean)).toHaveLength(1);
    const removed = await right();
    await settings.remove(removed.who, removed.id);
    const overtaken = await right();
    await factors.sms.send?.(overtaken.challenged, null);
    for (const { take } of [removed, overtaken]) expect(await smsCodes.use(database, take)).toBe(false);
    const late = await right();
    clock.advance(policy.code.minutes * 60);
    expect(await smsCodes.use(database, late.take)).toBe(false);
    // Whoever is asked is part of what the code is bound to.
    const other = await owner();
    const fresh = await right();
    const asking = { attempt: fresh.challenged.attempt, accountId: other.accountId };
    expect(await smsCodes.check(database, asking, codeFor(fresh.number))).toBeNull();
  });

  it('goes to the phone that was chosen, of those that are proven and own', async () => {
    const { who, number, id } = await withPhone();
    const { id: anothers, number: anothersNumber } = await withPhone();
    const second = newNumber();
    const secondId = await addWhole(who, second);
    await settings.add(who, newNumber());
    const unproven = (await pendingOf(who)).id;
    const begun = await begin(who);
    const mark = texts.length;
    for (const choice of [null, anothers, unproven, '', 'x', "' or 1=1 --"])
      expect(await send(begun, choice)).toEqual({ is: 'choose' });
    expect(texts.length).toBe(mark);
    expect(textsTo(anothersNumber)).toBe(1);
    await send(begun, id);
    const toFirst = codeFor(number);
    await send(begun, secondId);
    const toSecond = codeFor(second);
    if (toFirst !== toSecond) expect(await answer(begun, toFirst)).toEqual({ is: 'wrong' });
    expect((await answer(begun, toSecond)).is).toBe('right');
    expect((await settings.list(who)).map(({ lastUsedAt }) => lastUsedAt !== null)).toEqual([false, true]);
  });

  it('is guessed ten times before a wait, and no resend begins a new count (ASVS 6.3.1, 6.6.3)', async () => {
    const { who, number } = await withPhone();
    let begun = await begin(who);
    for (let tries = 0; tries < 10; tries++) {
      if (tries % 3 === 0) {
        begun = await begin(who);
        await send(begun);
      }
      expect(await answer(begun, otherThan(codeFor(number)))).toEqual({ is: 'wrong' });
    }
    expect((await answer(begun, codeFor(number))).is).toBe('wait');
    clock.advance(30);
    expect((await answer(begun, codeFor(number))).is).toBe('right');
  });

  it('that was guessed a hundred times is disabled until a number is bound anew', async () => {
    const { who, number, id } = await withPhone();
    await database
      .insertInto('throttle')
      .values({
        subject: Buffer.from(who.accountId.replaceAll('-', ''), 'hex'),
        kind: 'sms-code',
        device: 'unknown',
        failures: 100,
        wait_until: null,
        updated_at: clock.now(),
      })
      .execute();
    const begun = await begin(who);
    await send(begun);
    expect(await answer(begun, codeFor(number))).toEqual({ is: 'disabled' });
    await settings.remove(who, id);
    await addWhole(who, number);
    await send(begun);
    expect((await answer(begun, codeFor(number))).is).toBe('right');
  });

  it('is sent five times an hour to a phone of an account, also side by side and after removing it (ASVS 2.3.2)', async () => {
    const { who, number, id } = await withPhone();
    clock.advance(HOUR);
    const mark = textsTo(number);
    const [one, other] = [await begin(who), await begin(who)];
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n % 2 === 0 ? one : other)));
    expect(results.filter(({ is }) => is === 'sent')).toHaveLength(policy.code.sentPerHour);
    expect(textsTo(number) - mark).toBe(policy.code.sentPerHour);
    await settings.remove(who, id);
    expect(await settings.add(who, number)).toEqual({ is: 'enough' });
    clock.advance(HOUR);
    expect(await settings.resend(who)).toEqual({ is: 'sent' });
  });

  it('is counted for each phone, so that a second one still gets codes', async () => {
    const { who, id } = await withPhone();
    const second = await addWhole(who);
    clock.advance(HOUR);
    const begun = await begin(who);
    for (const phone of [id, second]) {
      for (let n = 0; n < policy.code.sentPerHour; n++)
        expect(await send(begun, phone)).toEqual({ is: 'sent' });
      expect(await send(begun, phone)).toEqual({ is: 'enough' });
    }
  });

  it('is sent so many times an hour to one number, for all the accounts that have it', async () => {
    const number = newNumber();
    const all = [];
    for (let n = 0; n < 5; n++) {
      const who = await owner();
      await addWhole(who, number);
      all.push(who);
    }
    clock.advance(HOUR);
    let count = 0;
    for (const who of all) {
      const begun = await begin(who);
      for (let n = 0; n < policy.code.sentPerHour; n++) if ((await send(begun)).is === 'sent') count++;
    }
    expect(count).toBe(policy.phones.sentPerHour);
  });

  it('lets a device be remembered, which is then asked for the password alone', async () => {
    const { who, number } = await withPhone();
    const begun = await begin(who);
    await send(begun);
    const entered = await answer(begun, codeFor(number), { remember: true });
    if (entered.is !== 'right') throw new Error(entered.is);
    const by = { tokens: [entered.value.deviceToken], userAgent: '' };
    await expect(begin(who, by)).rejects.toThrow('signed-in');
    clock.advance(policy.devices.rememberDays * DAY);
    expect((await begin(who, by)).held).toContain('sms-code');
  });

  it('is forgotten with its phones where the second step was lost', async () => {
    const { who, number } = await withPhone();
    const begun = await begin(who);
    await send(begun);
    await database.transaction().execute((transaction) => factors.sms.forget(transaction, who));
    expect(await settings.list(who)).toEqual([]);
    expect(await answer(begun, codeFor(number))).toEqual({ is: 'wrong' });
    expect((await begin(who)).held).toEqual(['authenticator-app']);
  });

  it('is as old as its proof, also where it was asked for the day before', async () => {
    const [who, other] = [await owner(), await owner()];
    await addWhole(other);
    const number = newNumber();
    await settings.add(who, number);
    clock.advance(23 * HOUR);
    const asked = clock.now();
    await settings.resend(who);
    expect(await enter(who, codeFor(number))).toEqual({ is: 'added' });
    const gone = async (whose: Owner, since: Date) =>
      database.transaction().execute((transaction) => factors.sms.forget(transaction, whose, since));
    const before = new Date(asked.getTime() - 1);
    expect(await gone(who, asked)).toEqual([]);
    expect(await gone(who, before)).toEqual([null]);
    expect(await gone(other, before)).toEqual([]);
  });

  it('stands nowhere in the clear, and is forgotten after a day', async () => {
    const { who, number } = await withPhone();
    await send(await begin(who));
    const rows = await database.selectFrom('sms_code').selectAll().execute();
    const stored = rows
      .flatMap((row) => [row.number_index, row.code_hash ?? Buffer.alloc(0)])
      .map((bytes) => bytes.toString('latin1'))
      .join();
    expect(stored).not.toContain(codeFor(number));
    expect(stored).not.toContain(number.slice(2));
    const kept = async () =>
      database.selectFrom('sms_code').select('id').where('account_id', '=', who.accountId).execute();
    await smsCodes.removeOld(database);
    expect(await kept()).toHaveLength(2);
    clock.advance(DAY + 1);
    await smsCodes.removeOld(database);
    expect(await kept()).toEqual([]);
  });
});

describe('notices to a number', () => {
  it('are told to the addresses when they end, since whoever ends them may not be the owner', async () => {
    const { who, id } = await withPhone();
    expect(await settings.setNotices(who, id, true)).toEqual({ is: 'done' });
    const mark = noticesTo(who).length;
    expect(await settings.setNotices(who, id, false)).toEqual({ is: 'done' });
    // Once, however often it is asked for.
    expect(await settings.setNotices(who, id, false)).toEqual({ is: 'done' });
    expect(noticesTo(who).slice(mark)).toEqual(['phone-notices-off']);
  });
});

describe('removing a number', () => {
  it('tells the person, and never takes the last strong second step', async () => {
    const { who, id } = await withPhone();
    await database.deleteFrom('authenticator_app').where('account_id', '=', who.accountId).execute();
    expect(await settings.remove(who, id)).toEqual({ is: 'last' });
    const other = await addWhole(who);
    const results = await Promise.all([settings.remove(who, id), settings.remove(who, other)]);
    expect(results.map(({ is }) => is).sort()).toEqual(['last', 'removed']);
    expect(noticesTo(who)).toEqual(['phone-added', 'phone-added', 'phone-removed']);
  });

  it('is written down, as are adding one and choosing what goes to it', async () => {
    const { who, id } = await withPhone();
    await settings.setNotices(who, id, true);
    await settings.setNotices(who, id, false);
    await settings.setNotices(who, randomUUID(), true);
    await settings.remove(who, id);
    expect(await settings.remove(who, id)).toEqual({ is: 'unknown' });
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', who.accountId)
      .orderBy('seq')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual([
      'phone-added',
      'phone-notices-on',
      'phone-notices-off',
      'phone-removed',
    ]);
  });

  it('is for its own account alone, and for numbers that were proven (ASVS 8.2.2)', async () => {
    const [{ who }, { id: anothers, who: another }] = [await withPhone(), await withPhone()];
    await settings.add(who, newNumber());
    for (const id of [anothers, (await pendingOf(who)).id, 'x', "' or 1=1 --"])
      expect(await settings.remove(who, id)).toEqual({ is: 'unknown' });
    expect(await settings.list(another)).toHaveLength(1);
  });
});

describe('the text message', () => {
  const root = join(import.meta.dirname, '../../../..');
  const agency = loadAgency(join(root, 'agencies/arcadia'));
  const languages = loadLanguages(join(root, 'locales'), agency);
  const outbox = makeOutbox({ vault, clock, mail: { is: 'mailbox' }, sms: { is: 'mailbox' } });
  const publicUrl = new URL('https://portal.arcadia.example:8443');
  const post = makeMailer({ outbox, languages, agency, publicUrl, clock });

  it.each(['en', 'es'])('holds the agency and the code alone, bound to this site (%s)', async (language) => {
    const number = newNumber();
    await database
      .transaction()
      .execute((transaction) =>
        post.codeText(
          transaction,
          { to: number, language },
          { code: '012345', minutes: policy.code.minutes },
        ),
      );
    for (const { id } of await database.selectFrom('outbox').select('id').execute())
      await outbox.deliver(database, id);
    const [sent] = await database
      .selectFrom('demo_mailbox')
      .select(['channel', 'text'])
      .where('recipient', '=', number)
      .execute();
    expect(sent?.channel).toBe('sms');
    expect(sent?.text.split('\n').at(-1)).toBe('@portal.arcadia.example #012345');
    expect(sent?.text).toContain('Arcadia');
    expect(sent?.text.match(/\d+/g)).toEqual(['012345', '10', '012345']);
  });
});
