import { randomBytes } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import type { Plan, Report } from './plan.ts';
import { hashing } from './product.ts';
import { Tally } from './tally.ts';
import { PASSWORD } from './visitor.ts';

/** Argon2id and nothing else: what a sign-in cannot be faster than. */
export async function hashAll({ seconds, lanes, warm }: Plan & { is: 'hashes' }): Promise<Report> {
  const secret = randomBytes(32);
  // A hash of the product's own making brings its parameters with it.
  const hashed = await hashing.makeHasher({ peppers: [{ name: '', key: secret }] }).hash(PASSWORD);
  const tally = new Tally(seconds, warm);
  const lane = async () => {
    while (!tally.isOver) {
      const began = performance.now();
      await verify(hashed, PASSWORD, { secret });
      tally.add('hashed', began);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return tally.report();
}
