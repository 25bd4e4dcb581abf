import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { normalTypedCode } from '../../../platform/crypto/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testHasher } from '../../../testing/hashing.ts';
import { createAccount } from '../../core/accounts/index.ts';
import { digestTyped, looksLikeBackupCode, usingBackupCode } from './backup-codes.ts';
import {
  acknowledge,
  countBackupCodes,
  newBackupCodes,
  readUnacknowledged,
  storeBackupCodes,
} from './index.ts';

const { database, vault, clock } = await freshDatabase();
const hasher = testHasher({ peppers: vault.peppers });

async function withCodes() {
  const account = await createAccount(
    database,
    { vault, clock },
    {
      person: { fullName: 'Quill', born: '1990-01-01', birthCountry: 'PL' },
      email: `${randomUUID()}@example.org`,
      language: 'en',
      passwordHash: 'x',
    },
  );
  if (account === null) throw new Error('no account');
  const set = await newBackupCodes(hasher);
  await storeBackupCodes(database, clock, account.id, account.key, set);
  const use = async (typed: string) => {
    const found = await digestTyped(database, hasher, account.id, typed);
    if (found === null) throw new Error('no set');
    const { rows } = await usingBackupCode(clock, account.id, found.digest, sql<boolean>`true`).execute(
      database,
    );
    return rows.length === 1;
  };
  return { ...account, codes: set.codes, set, use };
}

describe('backup codes', () => {
  it('are ten of 80 bits without look-alikes, never the same (ASVS 6.5.3, 6.5.4)', async () => {
    const sets = await Promise.all(Array.from({ length: 5 }, () => newBackupCodes(hasher)));
    const codes = sets.flatMap((set) => set.codes);
    expect(new Set(codes).size).toBe(50);
    for (const { codes } of sets) expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    // Every letter of the alphabet turns up at each place sooner or later: none is fixed.
    const letters = new Set(codes.join('').replaceAll('-', ''));
    expect(letters.size).toBe(32);
    expect(new Set(sets.map((set) => set.salt.toString('hex'))).size).toBe(5);
  });

  it('are hashed one after the other, so that whoever asks for a set holds one place of the queue', async () => {
    const narrow = testHasher({ peppers: vault.peppers, lanes: 1, most: 3 });
    const waiting: number[] = [];
    const watched: typeof narrow = {
      ...narrow,
      digest: async (...given) => {
        const digest = narrow.digest(...given);
        waiting.push(narrow.waiting());
        return digest;
      },
    };
    const sets = await Promise.all(Array.from({ length: 4 }, () => newBackupCodes(watched)));
    expect(sets.flatMap(({ hashes }) => hashes)).toHaveLength(40);
    expect(waiting).toHaveLength(40);
    expect(Math.max(...waiting)).toBe(3);
  });

  it('are read however they are spaced, cased and mistaken for look-alikes', () => {
    const letter = fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ');
    const disguise: Record<string, readonly string[]> = {
      '0': ['0', 'O', 'o', '٠'],
      '1': ['1', 'I', 'l', 'L', 'i', '१'],
    };
    const typed = fc.array(
      fc.tuple(letter, fc.nat(), fc.constantFrom('', '', ' ', '-', ' - ')).map(([one, n, after]) => {
        const looks = disguise[one] ?? [one, one.toLowerCase()];
        return { one, look: `${looks[n % looks.length] ?? one}${after}` };
      }),
      { minLength: 16, maxLength: 16 },
    );
    fc.assert(
      fc.property(typed, (letters) => {
        const code = letters.map(({ one }) => one).join('');
        const text = letters.map(({ look }) => look).join('');
        expect(normalTypedCode(text)).toBe(code);
        expect(normalTypedCode(normalTypedCode(text))).toBe(code);
        expect(looksLikeBackupCode(text)).toBe(true);
      }),
    );
  });

  it('look like nothing else', () => {
    for (const text of [
      '',
      '123456',
      'ABCD-EFGH-JKMN',
      'ABCD-EFGH-JKMN-PQRU',
      'ABCD-EFGH-JKMN-PQRS-T',
      '$'.repeat(16),
    ])
      expect([text, looksLikeBackupCode(text)]).toEqual([text, false]);
  });

  it('work once, also for twenty who try one side by side (ASVS 6.5.1)', async () => {
    const { id, codes, use } = await withCodes();
    const [first = '', second = ''] = codes;
    const results = await Promise.all(Array.from({ length: 20 }, () => use(first)));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await use(first)).toBe(false);
    expect(await countBackupCodes(database, id)).toBe(9);
    expect(await use(second.toLowerCase().replaceAll('-', ' '))).toBe(true);
    expect(await countBackupCodes(database, id)).toBe(8);
  });

  it("do not open another's account", async () => {
    const [one, other] = [await withCodes(), await withCodes()];
    for (const code of one.codes.slice(0, 3)) expect(await other.use(code)).toBe(false);
    expect(await countBackupCodes(database, other.id)).toBe(10);
  });

  it('are shown until they are acknowledged, and then nothing readable is left', async () => {
    const { id, key, codes, use } = await withCodes();
    expect(await readUnacknowledged(database, id, key)).toEqual({
      codes,
      createdAt: clock.now(),
      renewed: false,
    });
    await acknowledge(database, clock, id);
    expect(await readUnacknowledged(database, id, key)).toBeNull();
    const set = await database
      .selectFrom('backup_code_set')
      .selectAll()
      .where('account_id', '=', id)
      .executeTakeFirstOrThrow();
    expect(set.codes_sealed).toBeNull();
    expect(set.acknowledged_at).toEqual(clock.now());
    expect(await use(codes[4] ?? '')).toBe(true);
  });

  it('are replaced as a whole', async () => {
    const { id, key, codes, use } = await withCodes();
    await storeBackupCodes(database, clock, id, key, await newBackupCodes(hasher));
    expect(await use(codes[0] ?? '')).toBe(false);
    expect(await countBackupCodes(database, id)).toBe(10);
  });

  it('cannot be recomputed from the table: the salt is not the only secret (ASVS 6.5.2)', async () => {
    const { set, codes } = await withCodes();
    const elsewhere = testHasher({ peppers: [{ ...vault.peppers[0], key: Buffer.alloc(32, 7) }] });
    const digest = await elsewhere.digest(normalTypedCode(codes[0] ?? ''), set.salt);
    expect(set.hashes[0]).not.toEqual(digest);
    expect(set.hashes[0]).toEqual(await hasher.digest(normalTypedCode(codes[0] ?? ''), set.salt));
  });

  it('have no digest where an account has no set', async () => {
    const { id } = await withCodes();
    await database.deleteFrom('backup_code_set').where('account_id', '=', id).execute();
    expect(await digestTyped(database, hasher, id, 'ABCD-EFGH-JKMN-PQRS')).toBeNull();
  });
});
