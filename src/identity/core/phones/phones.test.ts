import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { testPage } from '../../../testing/page.ts';
import { makePhones, maskedPhone, parsePhone, phoneField, phoneIndexes, writtenPhone } from './index.ts';
import { asPhoneNumber } from './number.ts';

const { database, vault, clock, newAccount } = await testIdentity(await freshDatabase());
const phones = makePhones({ vault, clock, policy: { most: 3 } });

const number = (text: string) => {
  const result = parsePhone(text, 'US');
  if (result.is !== 'number') throw new Error(`${text} is ${result.is}`);
  return result.number;
};
const owner = async () => {
  const { id, key } = await newAccount();
  return { accountId: id, key };
};
type Owner = Awaited<ReturnType<typeof owner>>;
const add = (who: Owner, text: string) =>
  database.transaction().execute((transaction) => phones.add(transaction, who, number(text)));
const verify = (accountId: Owner['accountId'], id: string) =>
  database.transaction().execute((transaction) => phones.verify(transaction, accountId, id));
const addVerified = async (who: Owner, text: string) => {
  const added = await add(who, text);
  if (added.is !== 'added') throw new Error(added.is);
  await verify(who.accountId, added.id);
  return added.id;
};
const US = ['2025550101', '2025550102', '2025550103', '2025550104', '2025550105'] as const;

describe('a telephone number', () => {
  it.each([
    ['202-555-0142', 'US', '+12025550142'],
    [' (202) 555 0142 ', 'US', '+12025550142'],
    ['1 202 555 0142', 'US', '+12025550142'],
    ['٢٠٢٥٥٥٠١٤٢', 'US', '+12025550142'],
    ['+۵۲ ५५ 1234 ৫৬৭৮', 'US', '+525512345678'],
    ['+52 55 1234 5678', 'US', '+525512345678'],
    ['0034 612 34 56 78', 'US', '+34612345678'],
    ['011 34 612 34 56 78', 'US', '+34612345678'],
    ['+86 138 0013 8000', undefined, '+8613800138000'],
    ['07911 123456', 'GB', '+447911123456'],
    ['  +52 55 1234 5678 ', undefined, '+525512345678'],
    ['00 86 138 0013 8000', undefined, '+8613800138000'],
    ['+34 612 34 56 78', 'XX', '+34612345678'],
  ])('is read as people write it: %s from %s', (typed, country, expected) => {
    expect(parsePhone(typed, country)).toEqual({ is: 'number', number: expected });
  });

  it.each([
    ['202-555-0142', undefined, 'wrong'],
    ['202-555-0142', 'XX', 'wrong'],
    ['202-555-00-0142', 'US', 'wrong'],
    ['555-0142', 'US', 'wrong'],
    ['911', 'US', 'wrong'],
    ['', 'US', 'wrong'],
    ['+', 'US', 'wrong'],
    ['+999 123 456 789', 'US', 'wrong'],
    ['202-555-0142 ext 3', 'US', 'wrong'],
    ['call 202-555-0142', 'US', 'wrong'],
    ['202-555-0142, 202-555-0143', 'US', 'wrong'],
    ['+44 20 7946 0018', 'US', 'takes-no-texts'],
    ['+1 900 555 0142', 'US', 'takes-no-texts'],
    ['+1 800 555 0142', 'US', 'takes-no-texts'],
    ['+882 16 50 123456', 'US', 'takes-no-texts'],
    // Numbers that whoever is called shares the cost of, that follow a person, pagers, companies' own, voicemail.
    ['+44 843 412 3456', undefined, 'takes-no-texts'],
    ['+44 70 1234 5678', undefined, 'takes-no-texts'],
    ['+44 76 4012 3456', undefined, 'takes-no-texts'],
    ['+44 55 1234 5678', undefined, 'takes-no-texts'],
    ['+49 177 99 1234567', undefined, 'takes-no-texts'],
  ])('is refused where no message would arrive: %s from %s is %s', (typed, country, is) => {
    expect(parsePhone(typed, country)).toEqual({ is });
  });

  it('is the same however often it is read, and never anything but E.164', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 7, maxLength: 12 });
    const typed = fc.oneof(
      digits,
      digits.map((text) => `+${text}`),
      digits.map((text) => `202${text}`),
      fc.string(),
    );
    fc.assert(
      fc.property(typed, fc.constantFrom('US', 'MX', 'ES', undefined, 'XX'), (text, country) => {
        const result = parsePhone(text, country);
        if (result.is !== 'number') return;
        expect(result.number).toMatch(/^\+[1-9]\d{5,14}$/);
        expect(parsePhone(result.number)).toEqual(result);
        expect(parsePhone(writtenPhone(result.number))).toEqual(result);
        expect(phoneIndexes(vault, result.number)).toEqual(phoneIndexes(vault, number(result.number)));
      }),
      { numRuns: 300 },
    );
  });

  it('tells a person what is wrong with it in a form', () => {
    const field = phoneField('US');
    const fault = (value: unknown) => field.safeParse(value).error?.issues[0]?.message;
    expect(field.parse('202 555 0142')).toBe('+12025550142');
    expect(fault(undefined)).toBe('phones.missing');
    expect(fault('12')).toBe('phones.wrong');
    expect(fault('+1 900 555 0142')).toBe('phones.takes-no-texts');
    expect(fault('2'.repeat(41))).toBe('form.too-long');
    expect(fault(['2025550142', '2025550143'])).toBe('form.given-twice');
  });

  it.each([
    '',
    '12025550142',
    '+0123456789',
    '+1202',
    '+1234567890123456',
    ' +12025550142',
    '+12025550142 x',
  ])('is not taken back from %j, which nobody read as one', (text) => {
    expect(() => asPhoneNumber(text)).toThrow();
  });

  it('is named by its last two digits alone', () => {
    const { words } = testPage('en');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), (last) => {
        const digits = String(last).padStart(2, '0');
        const masked = maskedPhone(number(`20255501${digits}`), words);
        expect(masked).toBe(`number that ends in ${digits}`);
      }),
    );
    expect(writtenPhone(number('2025550142'))).toBe('+1 202 555 0142');
  });
});

describe('the numbers of an account', () => {
  it('are sealed, and only their owner reads them', async () => {
    const [one, other] = [await owner(), await owner()];
    const id = await addVerified(one, US[0]);
    expect(await phones.list(database, one)).toEqual([
      {
        id,
        number: '+12025550101',
        createdAt: clock.now(),
        verifiedAt: clock.now(),
        lastUsedAt: null,
        takesNotices: false,
      },
    ]);
    await expect(phones.list(database, { accountId: one.accountId, key: other.key })).rejects.toThrow();
    const row = await database.selectFrom('account_phone').selectAll().executeTakeFirstOrThrow();
    expect(`${row.number_sealed.toString('latin1')}${row.number_index.toString('latin1')}`).not.toContain(
      '2025550101',
    );
  });

  it('may be shared by a family, and are counted as one number', async () => {
    const [one, other] = [await owner(), await owner()];
    await addVerified(one, US[1]);
    expect((await add(other, US[1])).is).toBe('added');
  });

  it('are touched by their own account alone (ASVS 8.2.2)', async () => {
    const [one, other] = [await owner(), await owner()];
    const id = await addVerified(one, US[0]);
    const pending = await add(one, US[1]);
    const pendingId = pending.is === 'added' ? pending.id : '';
    const before = await phones.list(database, one);
    expect(await verify(other.accountId, pendingId)).toBe(false);
    expect(await phones.setNotices(database, other.accountId, id, true)).toBe(false);
    expect(await phones.remove(database, other.accountId, id)).toBe(false);
    await phones.markUsed(database, other.accountId, id);
    expect(await phones.list(database, one)).toEqual(before);
    expect(await phones.setNotices(database, one.accountId, id, true)).toBe(true);
    await phones.markUsed(database, one.accountId, id);
    expect((await phones.list(database, one))[0]).toMatchObject({
      takesNotices: true,
      lastUsedAt: clock.now(),
    });
    expect(await phones.remove(database, one.accountId, id)).toBe(true);
    expect(await phones.remove(database, one.accountId, id)).toBe(false);
  });

  it('are no use before they are verified, and forgotten after a day', async () => {
    const who = await owner();
    const added = await add(who, US[0]);
    if (added.is !== 'added') throw new Error(added.is);
    expect(await phones.setNotices(database, who.accountId, added.id, true)).toBe(false);
    const kept = await addVerified(await owner(), US[0]);
    clock.advance(24 * 3600 + 1);
    await phones.removeOld(database);
    expect(await verify(who.accountId, added.id)).toBe(false);
    expect(await phones.list(database, who)).toEqual([]);
    expect(
      await database.selectFrom('account_phone').select('id').where('id', '=', kept).execute(),
    ).toHaveLength(1);
  });

  it('are at most three that are verified and one that waits, whatever is done in whatever order', async () => {
    type Act = { readonly is: 'add' | 'verify' | 'remove'; readonly which: number };
    const acts: fc.Arbitrary<Act> = fc.record({
      is: fc.constantFrom('add', 'add', 'verify', 'verify', 'remove'),
      which: fc.nat(US.length - 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 25, size: 'max' }), async (all) => {
        const who = await owner();
        const ids = new Map<number, string>();
        for (const { is, which } of all) {
          const before = await phones.list(database, who);
          if (is === 'add') {
            const result = await add(who, US[which] ?? US[0]);
            const verified = before.filter(({ verifiedAt }) => verifiedAt !== null);
            const expected = verified.some((phone) => phone.number === `+1${US[which]}`)
              ? 'verified-already'
              : verified.length === 3
                ? 'full'
                : 'added';
            expect(result.is).toBe(expected);
            if (result.is === 'added') ids.set(which, result.id);
          } else {
            const id = ids.get(which) ?? randomUUID();
            if (is === 'verify') await verify(who.accountId, id);
            else await phones.remove(database, who.accountId, id);
          }
          const after = await phones.list(database, who);
          expect(after.filter(({ verifiedAt }) => verifiedAt !== null).length).toBeLessThanOrEqual(3);
          expect(after.filter(({ verifiedAt }) => verifiedAt === null).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('are refused with the fourth, and where one was verified before; removing one makes room', async () => {
    const who = await owner();
    const first = await addVerified(who, US[0]);
    await addVerified(who, US[1]);
    expect(await add(who, US[0])).toEqual({ is: 'verified-already' });
    await addVerified(who, US[2]);
    expect(await add(who, US[3])).toEqual({ is: 'full' });
    expect(await add(who, US[2])).toEqual({ is: 'verified-already' });
    await phones.remove(database, who.accountId, first);
    expect(await add(who, US[3])).toMatchObject({ is: 'added' });
  });

  it('wait to be verified for a day', async () => {
    const who = await owner();
    const added = await add(who, US[0]);
    clock.advance(24 * 3600);
    await phones.removeOld(database);
    expect(await phones.list(database, who)).toMatchObject([added.is === 'added' ? { id: added.id } : {}]);
    clock.advance(1);
    await phones.removeOld(database);
    expect(await phones.list(database, who)).toEqual([]);
  });

  it('are verified once: a code that is sent again does not change when', async () => {
    const who = await owner();
    const id = await addVerified(who, US[0]);
    const [before] = await phones.list(database, who);
    clock.advance(60);
    expect(await verify(who.accountId, id)).toBe(false);
    expect(await phones.list(database, who)).toEqual([before]);
  });

  it('stay within that also for ten that are added and verified side by side', async () => {
    const who = await owner();
    await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const added = await add(who, `20255501${10 + n}`);
        if (added.is === 'added') await verify(who.accountId, added.id);
      }),
    );
    const verified = (await phones.list(database, who)).filter(({ verifiedAt }) => verifiedAt !== null);
    expect(verified.length).toBeGreaterThan(0);
    expect(verified.length).toBeLessThanOrEqual(3);
  });
});
