import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { softAuthenticator } from '../../../testing/authenticator.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { PERSON, SITE, testIdentity } from '../../../testing/identity.ts';
import { identified, openAccountKey } from '../../core/accounts/index.ts';
import type { Enrolling } from '../../credentials/factors/index.ts';
import { readPolicy } from '../../index.ts';
import { enrollingOf, type SignUpProgress } from './sign-up.ts';

// More hashes at a time than there are cores, so that what races does not come in one by one.
const base = readPolicy({ profile: 'standard' });
const LIMITS = { signUpsPerDay: 8, allSignUpsPerDay: 24 };
const identity = await testIdentity(await freshDatabase(), {
  hashing: { lanes: 100 },
  policy: { phones: { ...base.phones, unprovenPerDay: 7, ...LIMITS } },
});
const { database, vault, clock, policy, signUp, sessions, sent, texts, phones, passkeys, factors } = identity;
const { sms, passkey } = factors;
const send = sms.enrolment.send;
if (send === undefined) throw new Error('text messages are not sent');
const PASSWORD = 'kettle-orbit-94-willow';
const DAY = 24 * 3600;
const browser = { tokens: [], userAgent: '' };

let numbers = 0;
const newNumber = () => `+1202555${String(1000 + numbers++)}`;
let networks = 0;
const newNetwork = () => `192.0.${Math.floor(++networks / 250)}.${networks % 250}`;

const at = async (token: string): Promise<SignUpProgress> => {
  const progress = await signUp.find(token);
  if (progress === null) throw new Error('the sign-up is gone');
  return progress;
};

/** Somebody who has come to their second step. */
async function newcomer({ network = newNetwork(), email = `${randomUUID()}@example.org` } = {}) {
  const token = await signUp.begin(email, { language: 'es', network });
  const message = sent.findLast(({ to }) => to === email);
  await signUp.enterCode(await at(token), message?.is === 'code' ? message.code : '');
  await signUp.choosePassword(await at(token), PASSWORD);
  await signUp.describe(await at(token), PERSON);
  await signUp.confirm(await at(token));
  const progress = await at(token);
  const enrolling = enrollingOf(progress, 'Firefox on Linux');
  if (enrolling === null) throw new Error('not at the second step');
  return { email, token, progress, enrolling };
}

const codeFor = (number: string) => texts.findLast(({ to }) => to === number)?.code ?? '';
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const textsTo = (number: string) => texts.filter(({ to }) => to === number).length;
const accountOf = async (email: string) =>
  (await identified(vault, email).execute(database)).rows[0]?.account_id ?? null;

async function finish(progress: SignUpProgress, enrolling: Enrolling, answer: string, factor = sms) {
  const result = await factor.enrolment.check(enrolling, answer);
  return result.is === 'right' ? signUp.finish(progress, result.bind, browser) : result;
}

/** The account that a sign-up made. */
async function ownerOf(result: Awaited<ReturnType<typeof finish>>) {
  if (result.is !== 'signed-up') throw new Error(result.is);
  const found = await sessions.find(result.token);
  if (found.is !== 'live') throw new Error(found.is);
  return found.session;
}

describe('a number as the first second step', () => {
  it('is bound by the code that was sent to it, in the language of the sign-up (ASVS 6.6.1)', async () => {
    const { progress, enrolling } = await newcomer();
    const number = newNumber();
    expect(await send.to(enrolling, number)).toEqual({ is: 'sent' });
    expect(texts.at(-1)).toMatchObject({ to: number, language: 'es' });
    expect(await finish(progress, enrolling, otherThan(codeFor(number)))).toEqual({ is: 'wrong' });
    const owner = await ownerOf(await finish(progress, enrolling, codeFor(number)));
    const [phone, ...more] = await phones.list(database, owner);
    expect(phone).toMatchObject({ number, verifiedAt: clock.now(), takesNotices: false });
    expect(more).toEqual([]);
  });

  it('is the one that the newest code went to, and the code of another sign-up is none', async () => {
    const [one, other] = [await newcomer(), await newcomer()];
    const [mistaken, own, others] = [newNumber(), newNumber(), newNumber()];
    await send.to(one.enrolling, mistaken);
    await send.to(one.enrolling, own);
    await send.to(other.enrolling, others);
    expect(await finish(one.progress, one.enrolling, codeFor(mistaken))).toEqual({ is: 'wrong' });
    expect(await finish(one.progress, one.enrolling, codeFor(others))).toEqual({ is: 'wrong' });
    const owner = await ownerOf(await finish(one.progress, one.enrolling, codeFor(own)));
    expect((await phones.list(database, owner)).map(({ number }) => number)).toEqual([own]);
  });

  it('makes one account, however many send its code at once (ASVS 2.3.3)', async () => {
    const { progress, enrolling, email } = await newcomer();
    const number = newNumber();
    await send.to(enrolling, number);
    const code = codeFor(number);
    const results = await Promise.all(Array.from({ length: 6 }, () => finish(progress, enrolling, code)));
    expect(results.filter(({ is }) => is === 'signed-up')).toHaveLength(1);
    expect(await accountOf(email)).not.toBeNull();
  });

  it('leaves no account where its code was replaced meanwhile, and the person goes on', async () => {
    const { progress, enrolling, email, token } = await newcomer();
    const number = newNumber();
    await send.to(enrolling, number);
    const right = await sms.enrolment.check(enrolling, codeFor(number));
    if (right.is !== 'right') throw new Error(right.is);
    await send.to(enrolling, number);
    expect(await signUp.finish(progress, right.bind, browser)).toEqual({ is: 'wrong' });
    expect(await accountOf(email)).toBeNull();
    await ownerOf(await finish(await at(token), enrolling, codeFor(number)));
  });

  it('takes its code for ten minutes', async () => {
    const { progress, enrolling } = await newcomer();
    const number = newNumber();
    await send.to(enrolling, number);
    clock.advance(policy.code.minutes * 60);
    expect(await finish(progress, enrolling, codeFor(number))).toEqual({ is: 'wrong' });
  });

  it('makes whoever guesses wait, also from a new sign-up, and nobody elsewhere (ASVS 6.3.1)', async () => {
    const network = newNetwork();
    const number = newNumber();
    const { progress, enrolling } = await newcomer({ network });
    await send.to(enrolling, number);
    for (let tries = 0; tries < policy.failures.wait; tries++)
      expect(await finish(progress, enrolling, otherThan(codeFor(number)))).toEqual({ is: 'wrong' });
    const again = await newcomer({ network });
    await send.to(again.enrolling, number);
    expect(await finish(again.progress, again.enrolling, codeFor(number))).toMatchObject({ is: 'wait' });
    const elsewhere = await newcomer();
    await send.to(elsewhere.enrolling, number);
    await ownerOf(await finish(elsewhere.progress, elsewhere.enrolling, codeFor(number)));
  });

  it("does not flood a stranger's number, from however many sign-ups and networks (ASVS 2.4.1)", async () => {
    const number = newNumber();
    clock.advance(DAY);
    for (let n = 0; n < 3; n++) {
      const { enrolling } = await newcomer();
      for (let more = 0; more < policy.code.sentPerHour; more++) await send.to(enrolling, number);
    }
    expect(textsTo(number)).toBe(policy.phones.unprovenPerDay);
    clock.advance(DAY);
    expect(await send.to((await newcomer()).enrolling, number)).toEqual({ is: 'sent' });
  });

  it('is asked for by few of one proven address, of one network and in all, also side by side (ASVS 2.3.2, 2.4.1)', async () => {
    clock.advance(DAY);
    const sentFor = async (asking: readonly Enrolling[]) => {
      const results = await Promise.all(asking.map((each) => send.to(each, newNumber())));
      return results.filter(({ is }) => is === 'sent').length;
    };
    const many = <T>(count: number, make: () => Promise<T>) =>
      Promise.all(Array.from({ length: count }, make));
    const one = await newcomer();
    expect(await sentFor(Array.from({ length: 12 }, () => one.enrolling))).toBe(policy.code.sentPerHour);
    // Whoever proves the same address elsewhere begins no new count.
    const again = await newcomer({ email: one.email });
    expect(await send.to(again.enrolling, newNumber())).toEqual({ is: 'enough' });

    const network = newNetwork();
    const crowd = await many(LIMITS.signUpsPerDay + 3, () => newcomer({ network }));
    expect(await sentFor(crowd.map(({ enrolling }) => enrolling))).toBe(LIMITS.signUpsPerDay);
    const left = LIMITS.allSignUpsPerDay - policy.code.sentPerHour - LIMITS.signUpsPerDay;
    const rest = await many(left + 3, () => newcomer());
    expect(await sentFor(rest.map(({ enrolling }) => enrolling))).toBe(left);
    clock.advance(DAY);
    expect(await sentFor([(await newcomer({ network })).enrolling])).toBe(1);
  });

  it('takes no right code for a failure, also where the account is not made then', async () => {
    const { progress, enrolling } = await newcomer();
    const number = newNumber();
    await send.to(enrolling, number);
    for (let tries = 0; tries < policy.failures.wait + 2; tries++)
      expect((await sms.enrolment.check(enrolling, codeFor(number))).is).toBe('right');
    await ownerOf(await finish(progress, enrolling, codeFor(number)));
  });
});

describe('a passkey as the first second step', () => {
  const authenticator = softAuthenticator({ origin: SITE });
  const offered = (enrolling: Enrolling) => passkeys.offerFirst(enrolling, 'Arcadia');

  it('makes the account, and then signs in alone (ASVS 6.3.3)', async () => {
    const { progress, enrolling } = await newcomer();
    const made = authenticator.create(await offered(enrolling));
    const owner = await ownerOf(await finish(progress, enrolling, made.answer, passkey));
    expect(await passkeys.list(owner)).toMatchObject([{ name: 'Firefox on Linux' }]);
    clock.advance(1);
    const purpose = { for: 'sign-in', of: 'a browser' } as const;
    const answer = authenticator.get(await passkeys.ask(purpose, null), made.passkey);
    expect((await passkeys.check(answer, purpose, null))?.accountId).toBe(owner.accountId);
    // The authenticator knows the account by the same handle when there is another.
    clock.advance(1);
    const more = await passkeys.offer(
      { accountId: owner.accountId, key: await openAccountKey(database, vault, owner.accountId) },
      { purpose: { for: 'enrolment', of: owner.id }, agency: 'Arcadia', login: 'x', fullName: 'X' },
    );
    expect(more?.user.id).toBe((await offered(enrolling)).user.id);
  });

  it('of one sign-up is none for another', async () => {
    const [one, other] = [await newcomer(), await newcomer()];
    const { answer } = authenticator.create(await offered(one.enrolling));
    expect(await finish(other.progress, other.enrolling, answer, passkey)).toEqual({ is: 'wrong' });
    expect(await accountOf(other.email)).toBeNull();
  });
});
