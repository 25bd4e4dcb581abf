import { MINUTE } from '../platform/clock/index.ts';
import { type Hasher, makeHasher } from '../platform/hashing/index.ts';

/**
 * Hashes by the same code with little memory, since a test that makes a person makes eleven hashes. What a real one costs
 * is shown by the tests of hashing, the journeys and the measurements.
 */
const QUICK = new Map([[1, { memoryCost: 256, timeCost: 1, parallelism: 1 }]]);

export function testHasher(options: Parameters<typeof makeHasher>[0]): Hasher {
  return makeHasher({ costs: QUICK, patience: MINUTE, ...options });
}
