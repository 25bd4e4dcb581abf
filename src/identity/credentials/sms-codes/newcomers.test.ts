import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { parsePhone } from '../../core/phones/index.ts';
import { readPolicy } from '../../index.ts';
import type { AskingNew } from './sms-codes.ts';

const LIMITS = { unprovenPerDay: 7, signUpsPerDay: 8, allSignUpsPerDay: 30 };
const identity = await testIdentity(await freshDatabase(), {
  policy: { phones: { ...readPolicy({ profile: 'standard' }).phones, ...LIMITS } },
});
const { askingFor, clock, database, newAccount, phoneSettings, policy, smsCodes, texts, vault } = identity;

const DAY = 24 * 3600;
let serial = 0;
/** A number that nobody had before. */
const newNumber = () => {
  const result = parsePhone(`+1202${String(2_000_000 + ++serial * 7)}`);
  if (result.is !== 'number') throw new Error(result.is);
  return result.number;
};
type Number = ReturnType<typeof newNumber>;

/** Somebody without an account, who has proven an address. */
const newcomer = ({ network = randomBytes(32), address = randomBytes(32) } = {}): AskingNew => ({
  attempt: randomUUID(),
  asker: { is: 'newcomer', network, address },
  key: vault.newDataKey().key,
  language: 'es',
});
const send = (who: AskingNew, number = newNumber()) =>
  database.transaction().execute((transaction) => smsCodes.sendToNew(transaction, who, number));
/** What became of as many messages as are asked for, side by side, each to a number of its own. */
const sentTo = async (all: readonly AskingNew[]) =>
  (await Promise.all(all.map((who) => send(who)))).filter(({ is }) => is === 'sent').length;
const codeFor = (number: Number) => texts.findLast(({ to }) => to === number)?.code ?? 'none';
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('a code to a number that no account has yet', () => {
  it('proves the number that it went to, once, also for twenty side by side (ASVS 6.5.1)', async () => {
    const who = newcomer();
    const number = newNumber();
    expect(await smsCodes.waitingNew(database, who)).toBeNull();
    expect(await smsCodes.checkNew(database, who, '000000')).toBeNull();
    expect(await send(who, number)).toEqual({ is: 'sent' });
    expect(texts.at(-1)).toMatchObject({ to: number, language: 'es' });
    expect(await smsCodes.waitingNew(database, who)).toEqual({ number, isAnother: false });
    expect(await smsCodes.checkNew(database, who, otherThan(codeFor(number)))).toBeNull();
    const right = await smsCodes.checkNew(database, who, codeFor(number));
    if (right === null) throw new Error('wrong');
    expect(right.number).toBe(number);
    const results = await Promise.all(Array.from({ length: 20 }, () => smsCodes.use(database, right.take)));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await smsCodes.checkNew(database, who, codeFor(number))).toBeNull();
    expect(await smsCodes.waitingNew(database, who)).toBeNull();
  });

  it('is one that nobody else asked for, and the newest alone works, for ten minutes (ASVS 6.5.5, 6.6.2)', async () => {
    const [who, other] = [newcomer(), newcomer()];
    const [mistaken, number] = [newNumber(), newNumber()];
    await send(who, mistaken);
    await send(who, number);
    await send(other);
    expect(await smsCodes.waitingNew(database, who)).toEqual({ number, isAnother: true });
    const { key } = who;
    expect(await smsCodes.checkNew(database, { attempt: other.attempt, key }, codeFor(number))).toBeNull();
    if (codeFor(mistaken) !== codeFor(number))
      expect(await smsCodes.checkNew(database, who, codeFor(mistaken))).toBeNull();
    clock.advance(policy.code.minutes * 60 - 1);
    expect(await smsCodes.checkNew(database, who, codeFor(number))).toMatchObject({ number });
    clock.advance(1);
    expect(await smsCodes.checkNew(database, who, codeFor(number))).toBeNull();
    expect(await smsCodes.waitingNew(database, who)).toBeNull();
  });

  it('is none that an account has asked for, nor the other way round', async () => {
    const { id, key } = await newAccount();
    const owner = { ...(await askingFor(id)), key, language: 'en' };
    const [owned, fresh] = [newNumber(), newNumber()];
    await phoneSettings.add(owner, owned);
    const pending = await phoneSettings.pending(owner);
    const attempt = pending?.id ?? '';
    expect(await smsCodes.waitingNew(database, { attempt, key })).toBeNull();
    expect(await smsCodes.checkNew(database, { attempt, key }, codeFor(owned))).toBeNull();
    const who = newcomer();
    await send(who, fresh);
    expect(await smsCodes.waiting(database, who.attempt)).toBeNull();
    const asking = { attempt: who.attempt, accountId: id };
    expect(await smsCodes.check(database, asking, codeFor(fresh))).toBeNull();
  });

  it('keeps the number sealed by the key of whoever asks, in its own place', async () => {
    const who = newcomer();
    const [number, another] = [newNumber(), newNumber()];
    await send(who, number);
    const sealed = (attempt: string) =>
      database
        .selectFrom('sms_code')
        .select(['id', 'number_sealed', 'account_id', 'phone_id'])
        .where('attempt', '=', attempt)
        .executeTakeFirstOrThrow();
    const row = await sealed(who.attempt);
    expect(row).toMatchObject({ account_id: null, phone_id: null });
    expect(row.number_sealed?.toString('latin1')).not.toContain(number.slice(2));
    await expect(
      smsCodes.waitingNew(database, { attempt: who.attempt, key: newcomer().key }),
    ).rejects.toThrow();
    // What is sealed for one code opens as that of no other.
    const other = { ...newcomer(), key: who.key };
    await send(other, another);
    await database
      .updateTable('sms_code')
      .set({ number_sealed: row.number_sealed })
      .where('attempt', '=', other.attempt)
      .execute();
    await expect(smsCodes.waitingNew(database, other)).rejects.toThrow();
    const place = { table: 'sms_code', column: 'number_sealed', row: row.id };
    expect(who.key.unseal(row.number_sealed ?? Buffer.alloc(0), place)).toBe(number);
  });
});

describe('messages to people who have no account', () => {
  it('are few for one proven address, of one network and in all, also side by side (ASVS 2.3.2, 2.4.1)', async () => {
    clock.advance(DAY);
    const address = randomBytes(32);
    const anywhere = () => newcomer({ address });
    expect(await sentTo(Array.from({ length: 9 }, anywhere))).toBe(policy.code.sentPerHour);
    clock.advance(3600);
    const more = LIMITS.unprovenPerDay - policy.code.sentPerHour;
    expect(await sentTo(Array.from({ length: 9 }, anywhere))).toBe(more);
    clock.advance(3600);
    expect(await send(anywhere())).toEqual({ is: 'enough' });

    const network = randomBytes(32);
    const inNetwork = () => newcomer({ network });
    expect(await sentTo(Array.from({ length: 12 }, inNetwork))).toBe(LIMITS.signUpsPerDay);
    const left = LIMITS.allSignUpsPerDay - LIMITS.unprovenPerDay - LIMITS.signUpsPerDay;
    expect(await sentTo(Array.from({ length: left + 4 }, () => newcomer()))).toBe(left);
    expect(await send(newcomer())).toEqual({ is: 'enough' });

    // Those of accounts are counted apart.
    const { id, key } = await newAccount();
    const owner = { ...(await askingFor(id)), key, language: 'en' };
    expect(await phoneSettings.add(owner, newNumber())).toEqual({ is: 'sent' });
    clock.advance(DAY);
    expect(await sentTo([anywhere(), inNetwork()])).toBe(2);
  });

  it('are few to one number, whoever asks for them', async () => {
    clock.advance(DAY);
    const number = newNumber();
    const results = await Promise.all(Array.from({ length: 12 }, () => send(newcomer(), number)));
    expect(results.filter(({ is }) => is === 'sent')).toHaveLength(LIMITS.unprovenPerDay);
    clock.advance(DAY);
    expect(await send(newcomer(), number)).toEqual({ is: 'sent' });
  });
});
