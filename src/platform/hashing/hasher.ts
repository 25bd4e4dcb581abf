import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Pepper } from '../crypto/index.ts';
import { makeThreads, ThreadsBusy } from '../threads/index.ts';
import { COSTS, type Cost, type Done, type Work } from './work.ts';

export type Hasher = {
  /** A PHC string with a fresh salt, after the name of its pepper. @throws HashingBusy */
  hash(secret: string): Promise<string>;
  /** Whether a secret is the one that was hashed. It takes as long where the pepper is gone. @throws HashingBusy */
  verify(hash: string, secret: string): Promise<boolean>;
  /**
   * Hashes a secret that was right anew where the pepper or the parameters of its hash are no longer those of new ones
   * (ASVS 11.2.2). @returns null where they are, and where hashing is busy, which leaves it to the next time
   */
  renew(hash: string, secret: string): Promise<string | null>;
  /** A salt for digests, which says what they are made with. */
  newSalt(): Buffer;
  /** The bare digest under a given salt, 32 bytes, for comparing one try with several. @throws HashingBusy */
  digest(secret: string, salt: Buffer): Promise<Buffer>;
  /** How many wait, for the metrics. */
  waiting(): number;
};

export type HasherOptions = {
  /** The one of new hashes first. */
  readonly peppers: readonly [Pepper, ...Pepper[]];
  /** By number; new hashes are made with the last one. */
  readonly costs?: ReadonlyMap<number, Cost>;
  /** Most hashes at a time; one a core. */
  readonly lanes?: number;
  /** Most that may wait; beyond it a try is refused at once. */
  readonly most?: number;
  /** The longest wait, in milliseconds; a try that has waited longer is refused. */
  readonly patience?: number;
};

const SALT_BYTES = 32;

/**
 * Argon2id on threads of its own: at most one hash a core at a time and a bounded wait, so that a flood of sign-ins
 * costs the flood and not the people who are signed in.
 */
export function makeHasher({
  peppers,
  costs = COSTS,
  lanes = availableParallelism(),
  most = 128,
  patience = 5_000,
}: HasherOptions): Hasher {
  const threads = makeThreads<Work, Done>({
    module: ['lane', import.meta.url],
    most: lanes,
    mostWaiting: most,
    patience,
    megabytes: 64,
  });
  const [pepper] = peppers;
  const [costNow, cost] = [...costs].at(-1) ?? [];
  if (costNow === undefined || cost === undefined) throw new Error('there is no cost of hashes');
  const parameters = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;
  const pepperNamed = (name: string) => peppers.find((known) => known.name === name);

  const newHash = async (secret: string): Promise<string> => {
    const done = await threads.ask({ is: 'hash', secret, pepper: pepper.key, cost });
    if (done.is === 'hash') return `${pepper.name}${done.hash}`;
    throw unexpected(done);
  };

  return {
    hash: newHash,
    verify: async (hash, secret) => {
      const named = pepperNamed(pepperNameOf(hash));
      const done = await threads.ask({
        is: 'verify',
        secret,
        pepper: (named ?? pepper).key,
        hash: hash.slice(hash.indexOf('$')),
      });
      if (done.is === 'verify') return done.right && named !== undefined;
      throw unexpected(done);
    },
    renew: async (hash, secret) => {
      if (hash.startsWith(`${pepper.name}${parameters}`)) return null;
      return newHash(secret).catch((error: unknown) => {
        if (error instanceof ThreadsBusy) return null;
        throw error;
      });
    },
    newSalt: () => Buffer.concat([randomBytes(SALT_BYTES), Buffer.from([costNow]), Buffer.from(pepper.name)]),
    digest: async (secret, salt) => {
      const [number = 0] = salt.subarray(SALT_BYTES, SALT_BYTES + 1);
      const named = pepperNamed(salt.subarray(SALT_BYTES + 1).toString());
      const costThen = costs.get(number);
      const done = await threads.ask({
        is: 'digest',
        secret,
        pepper: (named ?? pepper).key,
        cost: costThen ?? cost,
        salt,
      });
      // What cannot be digested as it was then is right for nothing.
      const isSame = named !== undefined && costThen !== undefined;
      if (done.is === 'digest') return isSame ? Buffer.from(done.digest) : randomBytes(done.digest.length);
      throw unexpected(done);
    },
    waiting: threads.waiting,
  };
}

/** What stands before the PHC string: the name of the pepper. */
const pepperNameOf = (hash: string): string => hash.slice(0, hash.indexOf('$'));

function unexpected(done: Done): Error {
  return new Error(`a lane answered ${done.is}`);
}
