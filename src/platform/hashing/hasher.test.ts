import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HashingBusy, makeHasher } from './index.ts';

const pepper = randomBytes(32);

describe('hasher', () => {
  it('knows a secret again, and only under the same pepper (ASVS 11.4.2)', async () => {
    const hasher = makeHasher({ pepper });
    const hash = await hasher.hash('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(hash, 'correct horse')).toBe(true);
    expect(await hasher.verify(hash, 'correct horsf')).toBe(false);
    expect(await makeHasher({ pepper: randomBytes(32) }).verify(hash, 'correct horse')).toBe(false);
  });

  it('gives the same digest under the same salt only (ASVS 6.5.2)', async () => {
    const hasher = makeHasher({ pepper });
    const [a, b] = [randomBytes(16), randomBytes(16)];
    expect(await hasher.digest('code', a)).toEqual(await hasher.digest('code', a));
    expect(await hasher.digest('code', a)).not.toEqual(await hasher.digest('code', b));
  });

  it('refuses at once what does not fit in the queue, and does all the rest (ASVS 15.2.2)', async () => {
    const hasher = makeHasher({ pepper, lanes: 1, most: 3 });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => hasher.hash('x')));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(6);
    for (const result of refused) expect(result.reason).toBeInstanceOf(HashingBusy);
    expect(await hasher.hash('x')).toBeTypeOf('string');
  });

  it('refuses what has waited longer than its patience', async () => {
    const hasher = makeHasher({ pepper, lanes: 1, patience: 5 });
    const results = await Promise.allSettled([hasher.hash('x'), hasher.hash('x'), hasher.hash('x')]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(hasher.waiting()).toBe(0);
  });
});
