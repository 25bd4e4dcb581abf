import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { emailIndexes, identified } from '../../core/accounts/index.ts';
import type { Notice } from '../../core/notices/index.ts';
import { makeEmails } from './index.ts';

const identity = await testIdentity(await freshDatabase());
const { alarm, raiseAlarm, database, vault, clock, policy, newAccount, askingFor } = identity;

type Mail =
  | { readonly to: string; readonly is: 'code'; readonly code: string }
  | { readonly to: string; readonly is: 'known' };
const mails: Mail[] = [];
const told: Array<{ readonly accountId: string; readonly notice: Notice }> = [];
const emails = makeEmails({
  database,
  vault,
  clock,
  policy,
  notices: { send: async (_transaction, accountId, notice) => void told.push({ accountId, notice }) },
  messages: {
    code: async (_transaction, to, _language, code) => void mails.push({ to, is: 'code', code }),
    belongsToAnother: async (_transaction, to) => void mails.push({ to, is: 'known' }),
  },
});

const DAY = 24 * 3600;
const newEmail = () => `${randomUUID()}@example.org`;
const owner = async (email = newEmail()) => {
  const { id, key } = await newAccount({ email });
  return { ...(await askingFor(id)), key, language: 'en', email };
};
type Owner = Awaited<ReturnType<typeof owner>>;
const accountOf = async (email: string) =>
  (await identified(vault, email).execute(database)).rows[0]?.account_id ?? null;
const codeFor = (email: string): string => {
  const mail = mails.findLast(({ to }) => to === email);
  if (mail?.is !== 'code') throw new Error(`no code for ${email}`);
  return mail.code;
};
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const pendingOf = async (who: Owner) => {
  const pending = await emails.pending(who);
  if (pending === null) throw new Error('nothing waits');
  return pending;
};
const enter = async (who: Owner, code: string) => emails.enterCode(who, await pendingOf(who), code);
/** Adds an address as its reader does. @returns its id */
const addWhole = async (who: Owner, email = newEmail()) => {
  await emails.add(who, email);
  const result = await enter(who, codeFor(email));
  if (result.is !== 'added') throw new Error(result.is);
  return idOf(who, email);
};
const idOf = async (who: Owner, email: string) =>
  (await emails.list(who)).find((each) => each.email === email)?.id ?? '';
const addressesOf = async (who: Owner) => (await emails.list(who)).map(({ email }) => email);
const mainOf = async (who: Owner) =>
  (await emails.list(who)).filter(({ isPrimary }) => isPrimary).map(({ email }) => email);

describe('adding an address', () => {
  it('takes the code that was sent to it, and then it signs in', async () => {
    const who = await owner();
    const email = newEmail();
    expect(await emails.add(who, ` ${email.toUpperCase()} `)).toEqual({ is: 'pending' });
    expect(await emails.pending(who)).toMatchObject({ email, sent: true });
    expect(await accountOf(email)).toBeNull();
    expect(await enter(who, codeFor(email))).toEqual({ is: 'added' });
    expect(await emails.pending(who)).toBeNull();
    expect(await accountOf(email)).toBe(who.accountId);
    expect(await addressesOf(who)).toEqual([who.email, email]);
    expect(await mainOf(who)).toEqual([who.email]);
    expect(told.at(-1)).toEqual({ accountId: who.accountId, notice: { is: 'email-added', email } });
  });

  it('works once, also for twenty who enter the code side by side (ASVS 6.5.1)', async () => {
    const who = await owner();
    const email = newEmail();
    await emails.add(who, email);
    const pending = await pendingOf(who);
    const code = codeFor(email);
    const results = await Promise.all(Array.from({ length: 20 }, () => emails.enterCode(who, pending, code)));
    expect(results.filter(({ is }) => is === 'added')).toHaveLength(1);
    expect(await addressesOf(who)).toHaveLength(2);
  });

  it('refuses a code that is wrong, old, of another request or of another account (ASVS 6.5.5, 6.6.2)', async () => {
    const [who, other] = [await owner(), await owner()];
    const [first, second] = [newEmail(), newEmail()];
    await emails.add(who, first);
    const earlier = await pendingOf(who);
    const earlierCode = codeFor(first);
    await emails.add(who, second);
    const code = codeFor(second);
    expect(await enter(who, otherThan(code))).toEqual({ is: 'wrong' });
    expect(await emails.enterCode(who, earlier, earlierCode)).toEqual({ is: 'wrong' });
    if (earlierCode !== code) expect(await enter(who, earlierCode)).toEqual({ is: 'wrong' });
    expect(await emails.enterCode(other, await pendingOf(who), code)).toEqual({ is: 'wrong' });
    clock.advance(policy.code.minutes * 60);
    expect(await enter(who, code)).toEqual({ is: 'wrong' });
    expect(await addressesOf(who)).toEqual([who.email]);
  });

  it('counts wrong tries over every address and every code of an account, and makes them wait (ASVS 6.6.3)', async () => {
    const who = await owner();
    for (let tries = 0; tries < 10; tries++) {
      const email = newEmail();
      if (tries % 3 === 0) await emails.add(who, email);
      expect(await enter(who, 'x')).toEqual({ is: 'wrong' });
    }
    const email = newEmail();
    clock.advance(0);
    await emails.add(who, email);
    expect((await enter(who, codeFor(email))).is).toBe('wait');
    clock.advance(31);
    expect(await enter(who, codeFor(email))).toEqual({ is: 'added' });
  });

  it('sends few messages an hour, however it is asked, and says so (ASVS 2.3.2)', async () => {
    const who = await owner();
    const first = newEmail();
    const before = mails.length;
    await emails.add(who, first);
    for (let n = 1; n < policy.code.sentPerHour; n++)
      expect(await emails.resend(who)).toEqual({ is: 'sent' });
    expect(await emails.resend(who)).toEqual({ is: 'enough' });
    await emails.add(who, newEmail());
    expect(await pendingOf(who)).toMatchObject({ sent: false });
    expect(mails.length - before).toBe(policy.code.sentPerHour);
    clock.advance(3601);
    expect(await emails.resend(who)).toEqual({ is: 'sent' });
  });

  it('sends few messages a day for one account, to whatever addresses (ASVS 2.3.2)', async () => {
    const who = await owner();
    const before = mails.length;
    for (let hour = 0; hour < 12; hour++) {
      for (let n = 0; n < 3; n++) await emails.add(who, newEmail());
      clock.advance(3600);
    }
    expect(mails.length - before).toBe(policy.code.sentPerHour * 4);
    expect(await emails.resend(who)).toEqual({ is: 'enough' });
    clock.advance(DAY);
    await emails.add(who, newEmail());
    expect(mails.length - before).toBe(policy.code.sentPerHour * 4 + 1);
  });

  it('goes on after however many wrong tries: no code is disabled that adds an address', async () => {
    const who = await owner();
    const email = newEmail();
    await emails.add(who, email);
    expect(await enter(who, 'x')).toEqual({ is: 'wrong' });
    // As after a hundred more, each once the wait before it was over.
    await database.updateTable('throttle').set({ failures: 150 }).where('kind', '=', 'email-code').execute();
    clock.advance(3600);
    await emails.add(who, email);
    expect(await enter(who, codeFor(email))).toEqual({ is: 'added' });
  });

  it('does not flood an address, and leaves each account its first message of a day, however many ask (ASVS 2.3.2)', async () => {
    const email = newEmail();
    const { sentPerHour, inAllPerHour, inAllPerDay } = policy.code;
    const got = () => mails.filter(({ to }) => to === email).length;
    const strangers = [];
    for (let n = 0; n < inAllPerHour / sentPerHour; n++) {
      const who = await owner();
      strangers.push(who);
      await emails.add(who, email);
      for (let more = 1; more < sentPerHour; more++) expect(await emails.resend(who)).toEqual({ is: 'sent' });
    }
    expect(got()).toBe(inAllPerHour);
    const own = await owner();
    await emails.add(own, email);
    expect(got()).toBe(inAllPerHour + 1);
    expect(await emails.resend(own)).toEqual({ is: 'enough' });
    // All day long, and the next day too, whatever strangers do.
    for (let day = 0; day < 2; day++) {
      for (let hour = 0; hour < 24; hour++) {
        clock.advance(3600);
        for (const who of strangers) for (let n = 0; n < sentPerHour; n++) await emails.add(who, email);
      }
      const late = await owner();
      const mark = got();
      await emails.add(late, email);
      expect(got()).toBe(mark + 1);
      if (day === 1) expect(await enter(late, codeFor(email))).toEqual({ is: 'added' });
    }
    expect(got()).toBeLessThanOrEqual(3 * (inAllPerDay + strangers.length + 1));
  });

  it('looks the same for an address that another account has, and only tells that address (ASVS 6.3.8)', async () => {
    const [who, known] = [await owner(), await owner()];
    const free = newEmail();
    const answers = [];
    for (const email of [known.email, free]) {
      const added = await emails.add(who, email);
      const { sent } = await pendingOf(who);
      answers.push([
        added,
        sent,
        await emails.resend(who),
        await enter(who, 'x'),
        await enter(who, '000000'),
      ]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(mails.filter(({ to }) => to === known.email).map(({ is }) => is)).toEqual(['known', 'known']);
    expect(mails.filter(({ to }) => to === free).map(({ is }) => is)).toEqual(['code', 'code']);
    const row = await database
      .selectFrom('email_addition')
      .select('code_hash')
      .where('email_index', 'in', emailIndexes(vault, known.email))
      .executeTakeFirstOrThrow();
    expect(row.code_hash).toBeNull();
  });

  it('gives an address to the first of two accounts that prove it (ASVS 2.3.4)', async () => {
    const [one, other] = [await owner(), await owner()];
    const email = newEmail();
    await emails.add(one, email);
    const code = codeFor(email);
    await addWhole(other, email);
    expect(await enter(one, code)).toEqual({ is: 'taken' });
    expect(await accountOf(email)).toBe(other.accountId);
  });

  it('is refused for an own address, and when there are enough', async () => {
    const who = await owner();
    expect(await emails.add(who, who.email.toUpperCase())).toEqual({ is: 'own-already' });
    for (let n = 1; n < policy.emails.most; n++) {
      await addWhole(who);
      clock.advance(3601);
    }
    expect(await emails.add(who, newEmail())).toEqual({ is: 'full' });
  });

  it('and every other change is refused while somebody else may be in the account', async () => {
    const who = await owner();
    const id = await addWhole(who);
    const email = newEmail();
    await emails.add(who, email);
    const pending = await pendingOf(who);
    await raiseAlarm(who.accountId);
    const before = await emails.list(who);
    const mark = mails.length;
    for (const change of [
      () => emails.add(who, newEmail()),
      () => emails.resend(who),
      () => emails.giveUp(who),
      () => emails.enterCode(who, pending, codeFor(email)),
      () => emails.makePrimary(who, id),
      () => emails.remove(who, id),
    ])
      expect(await change()).toEqual({ is: 'alarmed' });
    expect([await emails.list(who), mails.length]).toEqual([before, mark]);
  });

  it('and every other change is refused to a session that is no more', async () => {
    const who = await owner();
    const id = await addWhole(who);
    await database.deleteFrom('session').where('id', '=', who.id).execute();
    for (const change of [() => emails.add(who, newEmail()), () => emails.remove(who, id)])
      expect(await change()).toEqual({ is: 'gone' });
    expect(await emails.list(who)).toHaveLength(2);
  });

  it('sends nothing more for one that is given up', async () => {
    const who = await owner();
    expect(await emails.resend(who)).toEqual({ is: 'enough' });
    await emails.add(who, newEmail());
    await emails.giveUp(who);
    expect(await emails.resend(who)).toEqual({ is: 'enough' });
  });

  it('can be given up, and is forgotten after a day', async () => {
    const who = await owner();
    const email = newEmail();
    await emails.add(who, email);
    const pending = await pendingOf(who);
    await emails.giveUp(who);
    expect(await emails.pending(who)).toBeNull();
    expect(await emails.enterCode(who, pending, codeFor(email))).toEqual({ is: 'wrong' });
    await emails.add(who, email);
    clock.advance(DAY);
    expect(await emails.pending(who)).toBeNull();
    clock.advance(1);
    await emails.removeOld();
    expect(await database.selectFrom('email_addition').select('id').execute()).toEqual([]);
  });
});

describe('changing addresses', () => {
  it('tells every address of a new main one, and of the one before (ASVS 6.3.7)', async () => {
    const who = await owner();
    const email = newEmail();
    const id = await addWhole(who, email);
    expect(await emails.makePrimary(who, id)).toEqual({ is: 'done' });
    expect(await mainOf(who)).toEqual([email]);
    expect(told.at(-1)?.notice).toEqual({ is: 'email-changed', main: email, old: who.email });
    await emails.remove(who, await idOf(who, who.email));
    expect(told.at(-1)?.notice).toEqual({ is: 'email-removed', email: who.email });
  });

  it('is written down, each change once, and what is refused is not', async () => {
    const who = await owner();
    const email = newEmail();
    await emails.add(who, email);
    expect(await enter(who, otherThan(codeFor(email)))).toEqual({ is: 'wrong' });
    expect(await enter(who, codeFor(email))).toEqual({ is: 'added' });
    const id = await idOf(who, email);
    expect(await emails.makePrimary(who, randomUUID())).toEqual({ is: 'unknown' });
    await emails.makePrimary(who, id);
    expect(await emails.makePrimary(who, id)).toEqual({ is: 'primary' });
    await emails.remove(who, await idOf(who, who.email));
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', who.accountId)
      .orderBy('seq')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(['email-added', 'email-made-primary', 'email-removed']);
  });

  it('never removes the main address, nor one of another account (ASVS 8.2.2)', async () => {
    const [who, other] = [await owner(), await owner()];
    const [main] = await emails.list(who);
    expect(await emails.remove(who, main?.id ?? '')).toEqual({ is: 'primary' });
    expect(await emails.makePrimary(who, main?.id ?? '')).toEqual({ is: 'primary' });
    for (const id of [main?.id ?? '', randomUUID(), 'x', "' or 1=1 --"]) {
      expect(await emails.remove(other, id)).toEqual({ is: 'unknown' });
      expect(await emails.makePrimary(other, id)).toEqual({ is: 'unknown' });
    }
    expect(await addressesOf(who)).toEqual([who.email]);
  });

  it('always leaves one main address that was proven, whatever is done in whatever order', async () => {
    type Act = {
      readonly is: 'add' | 'enter' | 'guess' | 'main' | 'remove' | 'bring-back' | 'days';
      readonly which: number;
    };
    const act: fc.Arbitrary<Act> = fc.record({
      is: fc.constantFrom('add', 'enter', 'enter', 'guess', 'main', 'main', 'remove', 'bring-back', 'days'),
      which: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 30 }), async (acts) => {
        let who = await owner();
        const proven = new Set([who.email]);
        const gone = new Set<string>();
        const mark = told.length;
        for (const { is, which } of acts) {
          const list = await emails.list(who);
          const chosen = list[which % list.length]?.id ?? '';
          const pending = await emails.pending(who);
          if (is === 'add') await emails.add(who, newEmail());
          if (is === 'days') clock.advance((which + 1) * DAY);
          if (is === 'guess' && pending !== null)
            expect((await emails.enterCode(who, pending, 'x')).is).toMatch(/^(wrong|wait)$/);
          if (is === 'enter' && pending?.sent === true) {
            const result = await emails.enterCode(who, pending, codeFor(pending.email));
            if (result.is === 'added') proven.add(pending.email);
          }
          if (is === 'main') await emails.makePrimary(who, chosen);
          if (is === 'remove' && (await emails.remove(who, chosen)).is === 'done')
            gone.add(list[which % list.length]?.email ?? '');
          if (is === 'bring-back') {
            const email = [...gone][which % Math.max(gone.size, 1)] ?? '';
            const token = await identity.reportLink(who.accountId, email);
            const comesBack = (await alarm.findLink(token))?.bringsBack === true;
            await alarm.raiseByLink(token);
            if (comesBack) expect(await addressesOf(who)).toContain(email);
            await database.transaction().execute((within) => alarm.clear(within, who.accountId, null));
            who = { ...who, ...(await askingFor(who.accountId)) };
          }
          const after = await emails.list(who);
          expect(after.filter(({ isPrimary }) => isPrimary)).toHaveLength(1);
          expect(after[0]?.isPrimary).toBe(true);
          for (const { email } of after) expect(proven).toContain(email);
          expect(new Set(after.map(({ email }) => email)).size).toBe(after.length);
        }
        expect(told.slice(mark).every(({ accountId }) => accountId === who.accountId)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('is followed by waits where it goes to and fro, also side by side: each time every address is told', async () => {
    const who = await owner();
    const id = await addWhole(who);
    const [first] = await emails.list(who);
    clock.advance(30 * DAY);
    const mark = told.length;
    const flip = async (times: number) => emails.makePrimary(who, times % 2 === 0 ? id : (first?.id ?? ''));
    for (let times = 0; times < 5; times++) expect(await flip(times)).toEqual({ is: 'done' });
    const late = await Promise.all(Array.from({ length: 20 }, () => flip(5)));
    expect(new Set(late.map(({ is }) => is))).toEqual(new Set(['wait']));
    expect(await mainOf(who)).not.toContain(who.email);
    expect(told.length - mark).toBe(5);
    // What changes nothing is not counted.
    expect(await flip(4)).toEqual({ is: 'primary' });
    clock.advance(policy.failures.firstWaitSeconds);
    expect(await flip(5)).toEqual({ is: 'done' });
    clock.advance(policy.failures.firstWaitSeconds);
    expect((await flip(6)).is).toBe('wait');
    clock.advance(policy.failures.firstWaitSeconds);
    expect(await flip(6)).toEqual({ is: 'done' });
    expect((await emails.makePrimary(await owner(), id)).is).toBe('unknown');
  });

  it('stays so also when everything is asked for at the same moment', async () => {
    const who = await owner();
    const ids = [await addWhole(who), await addWhole(who), await addWhole(who)];
    await Promise.all(
      ids.flatMap((id) => [emails.makePrimary(who, id), emails.remove(who, id), emails.makePrimary(who, id)]),
    );
    expect(await mainOf(who)).toHaveLength(1);
  });
});
