import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Done, Work } from './work.ts';

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

type Waiting = {
  readonly work: Work;
  readonly since: number;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
};

type Lane = { readonly worker: Worker; busyWith: Waiting | undefined };

/**
 * Argon2id behind a queue of its own, on threads of its own that stand back for the one that answers pages: at most one
 * hash a core at a time and a bounded wait, so that a flood of sign-ins costs the flood and not the people who are
 * signed in.
 */
export function makeHasher({
  pepper,
  lanes: mostLanes = availableParallelism(),
  most = 128,
  patience = 5_000,
}: HasherOptions): Hasher {
  const lanes: Lane[] = [];
  const queue: Waiting[] = [];
  const busy = () => new HashingBusy(Math.ceil(patience / 1000));

  const next = (): void => {
    const lane = queue.length === 0 ? undefined : freeLane();
    const waiting = lane === undefined ? undefined : queue.shift();
    if (lane === undefined || waiting === undefined) return;
    if (performance.now() - waiting.since > patience) {
      waiting.reject(busy());
    } else {
      lane.busyWith = waiting;
      lane.worker.ref();
      lane.worker.postMessage(waiting.work);
    }
    next();
  };

  const freeLane = (): Lane | undefined => {
    const free = lanes.find((lane) => lane.busyWith === undefined);
    if (free !== undefined || lanes.length >= mostLanes) return free;
    const lane: Lane = { worker: startWorker(pepper), busyWith: undefined };
    lane.worker.on('message', (done: Done) => {
      const finished = lane.busyWith;
      lane.busyWith = undefined;
      lane.worker.unref();
      finished?.resolve(done);
      next();
    });
    lane.worker.on('error', (error: Error) => {
      lanes.splice(lanes.indexOf(lane), 1);
      lane.busyWith?.reject(error);
      next();
    });
    lanes.push(lane);
    return lane;
  };

  const inLane = (work: Work): Promise<Done> =>
    new Promise((resolve, reject) => {
      if (queue.length >= most) throw busy();
      queue.push({ work, since: performance.now(), resolve, reject });
      next();
    });

  return {
    hash: async (secret) => {
      const done = await inLane({ is: 'hash', secret });
      if (done.is === 'hash') return done.hash;
      throw unexpected(done);
    },
    verify: async (hash, secret) => {
      const done = await inLane({ is: 'verify', secret, hash });
      if (done.is === 'verify') return done.right;
      throw unexpected(done);
    },
    digest: async (secret, salt) => {
      const done = await inLane({ is: 'digest', secret, salt });
      if (done.is === 'digest') return Buffer.from(done.digest);
      throw unexpected(done);
    },
    waiting: () => queue.length,
  };
}

function startWorker(pepper: Buffer): Worker {
  // Beside this file in the source and in the build, where it ends differently.
  const worker = new Worker(new URL(`./lane${extname(import.meta.url)}`, import.meta.url), {
    workerData: new Uint8Array(pepper),
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 },
  });
  worker.unref();
  return worker;
}

function unexpected(done: Done): Error {
  return new Error(done.is === 'failed' ? done.why : `a lane answered ${done.is}`);
}
