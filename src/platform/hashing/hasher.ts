import { availableParallelism } from 'node:os';
import { makeThreads } from '../threads/index.ts';
import type { Done, Work } from './work.ts';

export type Hasher = {
  /** A PHC string with a fresh salt. @throws HashingBusy */
  hash(secret: string): Promise<string>;
  /** Whether a secret is the one that was hashed. @throws HashingBusy */
  verify(hash: string, secret: string): Promise<boolean>;
  /** The bare digest under a given salt, 32 bytes, for comparing one try with several. @throws HashingBusy */
  digest(secret: string, salt: Buffer): Promise<Buffer>;
  /** How many wait, for the metrics. */
  waiting(): number;
};

export type HasherOptions = {
  readonly pepper: Buffer;
  /** Most hashes at a time; one a core. */
  readonly lanes?: number;
  /** Most that may wait; beyond it a try is refused at once. */
  readonly most?: number;
  /** The longest wait, in milliseconds; a try that has waited longer is refused. */
  readonly patience?: number;
};

/**
 * Argon2id on threads of its own: at most one hash a core at a time and a bounded wait, so that a flood of sign-ins
 * costs the flood and not the people who are signed in.
 */
export function makeHasher({
  pepper,
  lanes = availableParallelism(),
  most = 128,
  patience = 5_000,
}: HasherOptions): Hasher {
  const threads = makeThreads<Work, Done>({
    module: ['lane', import.meta.url],
    data: new Uint8Array(pepper),
    most: lanes,
    mostWaiting: most,
    patience,
    megabytes: 64,
  });
  return {
    hash: async (secret) => {
      const done = await threads.ask({ is: 'hash', secret });
      if (done.is === 'hash') return done.hash;
      throw unexpected(done);
    },
    verify: async (hash, secret) => {
      const done = await threads.ask({ is: 'verify', secret, hash });
      if (done.is === 'verify') return done.right;
      throw unexpected(done);
    },
    digest: async (secret, salt) => {
      const done = await threads.ask({ is: 'digest', secret, salt });
      if (done.is === 'digest') return Buffer.from(done.digest);
      throw unexpected(done);
    },
    waiting: threads.waiting,
  };
}

function unexpected(done: Done): Error {
  return new Error(`a lane answered ${done.is}`);
}
