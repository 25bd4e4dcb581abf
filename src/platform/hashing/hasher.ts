import { availableParallelism } from 'node:os';
import { hash as argon2Hash, verify as argon2Verify, hashRaw } from '@node-rs/argon2';

/** OWASP's Argon2id parameters for password storage (ASVS 11.4.2): 19 MiB, 2 passes, 1 lane. */
export const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Too much hashing is asked for at once. The person is told to try again; nobody signed in is slowed. */
export class HashingBusy extends Error {
  readonly statusCode = 503;
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('the hashing queue is full');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

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
 * Argon2id behind a queue of its own: at most one hash a core at a time and a bounded wait, so that a flood of
 * sign-ins costs the flood and not the people who are signed in.
 */
export function makeHasher({
  pepper,
  lanes = availableParallelism(),
  most = 128,
  patience = 5_000,
}: HasherOptions): Hasher {
  const options = { ...ARGON2ID, secret: pepper };
  const queue: Array<{ since: number; start: () => void; refuse: () => void }> = [];
  let running = 0;

  const next = (): void => {
    while (running < lanes) {
      const first = queue.shift();
      if (first === undefined) return;
      if (performance.now() - first.since > patience) first.refuse();
      else first.start();
    }
  };
  const inLane = <T>(work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const refuse = () => reject(new HashingBusy(Math.ceil(patience / 1000)));
      if (queue.length >= most) {
        refuse();
        return;
      }
      const start = () => {
        running += 1;
        work()
          .then(resolve, reject)
          .finally(() => {
            running -= 1;
            next();
          });
      };
      queue.push({ since: performance.now(), start, refuse });
      next();
    });

  return {
    hash: (secret) => inLane(() => argon2Hash(secret, options)),
    verify: (hash, secret) => inLane(() => argon2Verify(hash, secret, options)),
    digest: (secret, salt) => inLane(() => hashRaw(secret, { ...options, salt })),
    waiting: () => queue.length,
  };
}
