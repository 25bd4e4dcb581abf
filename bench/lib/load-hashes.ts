import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Plan, Report } from './plan.ts';
import { hashing } from './product.ts';
import { Tally } from './tally.ts';

/** Argon2id and nothing else: what a sign-in cannot be faster than. */
export async function hashAll({ seconds, lanes, warm }: Plan & { is: 'hashes' }): Promise<Report> {
  const options = { ...hashing.ARGON2ID, secret: randomBytes(32) };
  const hashed = await hash('walnut-harbour', options);
  const tally = new Tally(seconds, warm);
  const lane = async () => {
    while (!tally.isOver) {
      const began = performance.now();
      await verify(hashed, 'walnut-harbour', options);
      tally.add('hashed', began);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return tally.report();
}
