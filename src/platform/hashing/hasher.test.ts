import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HashingBusy, makeHasher } from './index.ts';
import { COSTS } from './work.ts';

const pepper = { name: 'k-a', key: randomBytes(32) };
const peppers = [pepper] as const;

describe('hasher', () => {
  it('knows a secret again, and only under the same pepper (ASVS 11.4.2)', async () => {
    const hasher = makeHasher({ peppers });
    const hash = await hasher.hash('correct horse');
    expect(hash).toMatch(/^k-a\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(hash, 'correct horse')).toBe(true);
    expect(await hasher.verify(hash, 'correct horsf')).toBe(false);
    expect(
      await makeHasher({ peppers: [{ ...pepper, key: randomBytes(32) }] }).verify(hash, 'correct horse'),
    ).toBe(false);
  });

  const newer = { name: 'k-b', key: randomBytes(32) };
  const costly = new Map([...COSTS, [2, { memoryCost: 1024, timeCost: 3, parallelism: 1 }]]);

  it('knows what was hashed before the pepper and the parameters were replaced, and that it is outdated (ASVS 11.2.2, 11.4.2)', async () => {
    const before = makeHasher({ peppers });
    const hash = await before.hash('correct horse');
    const salt = before.newSalt();
    const digest = await before.digest('code', salt);
    expect(await before.renew(hash, 'correct horse')).toBeNull();
    for (const after of [
      makeHasher({ peppers: [newer, pepper] }),
      makeHasher({ peppers, costs: costly }),
      makeHasher({ peppers: [newer, pepper], costs: costly }),
    ]) {
      expect(await after.verify(hash, 'correct horse')).toBe(true);
      expect(await after.verify(hash, 'correct horsf')).toBe(false);
      const renewed = (await after.renew(hash, 'correct horse')) ?? '';
      expect(await after.verify(renewed, 'correct horse')).toBe(true);
      expect(await after.renew(renewed, 'correct horse')).toBeNull();
      expect(await after.digest('code', salt)).toEqual(digest);
      const newSalt = after.newSalt();
      expect(await after.digest('code', newSalt)).toEqual(await after.digest('code', newSalt));
    }
    const after = makeHasher({ peppers: [newer, pepper], costs: costly });
    expect(await after.hash('correct horse')).toMatch(/^k-b\$argon2id\$v=19\$m=1024,t=3,p=1\$/);
  });

  it('leaves hashing anew to the next time where hashing is busy (ASVS 11.2.2)', async () => {
    const hash = await makeHasher({ peppers }).hash('x');
    const busy = makeHasher({ peppers: [newer, pepper], lanes: 1, most: 1 });
    const [, , renewed] = await Promise.all([busy.hash('y'), busy.hash('z'), busy.renew(hash, 'x')]);
    expect(renewed).toBeNull();
    expect(await busy.renew(hash, 'x')).toMatch(/^k-b\$/);
  });

  it('takes nothing for right whose pepper is gone', async () => {
    const before = makeHasher({ peppers });
    const after = makeHasher({ peppers: [newer] });
    expect(await after.verify(await before.hash('x'), 'x')).toBe(false);
    const salt = before.newSalt();
    expect(await after.digest('code', salt)).not.toEqual(await before.digest('code', salt));
    // Not even where the key is the same under another name.
    const renamed = makeHasher({ peppers: [{ ...newer, key: pepper.key }] });
    expect(await renamed.verify(await before.hash('x'), 'x')).toBe(false);
  });

  it('gives the same digest under the same salt only (ASVS 6.5.2)', async () => {
    const hasher = makeHasher({ peppers });
    const [a, b] = [hasher.newSalt(), hasher.newSalt()];
    expect(await hasher.digest('code', a)).toEqual(await hasher.digest('code', a));
    expect(await hasher.digest('code', a)).not.toEqual(await hasher.digest('code', b));
  });

  it('refuses at once what does not fit in the queue, and does all the rest (ASVS 15.2.2)', async () => {
    const hasher = makeHasher({ peppers, lanes: 1, most: 3 });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => hasher.hash('x')));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(6);
    for (const result of refused) expect(result.reason).toBeInstanceOf(HashingBusy);
    expect(await hasher.hash('x')).toBeTypeOf('string');
  });

  it('refuses what has waited longer than its patience', async () => {
    const hasher = makeHasher({ peppers, lanes: 1, patience: 2 });
    // Its thread takes a while to start.
    await hasher.hash('x').catch(() => null);
    const results = await Promise.allSettled([hasher.hash('x'), hasher.hash('x'), hasher.hash('x')]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(hasher.waiting()).toBe(0);
  });
});
