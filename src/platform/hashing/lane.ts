import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { hashRawSync, hashSync, verifySync } from '@node-rs/argon2';
import { ARGON2ID, type Done, type Work } from './work.ts';

// One thread that hashes, one secret after the other, for hasher.ts.
const options = { ...ARGON2ID, secret: pepperOf(workerData) };
const BELOW_NORMAL = 10;

yieldToTheServer();
parentPort?.on('message', (work: Work) => parentPort?.postMessage(done(work)));

function done(work: Work): Done {
  try {
    switch (work.is) {
      case 'hash':
        return { is: 'hash', hash: hashSync(work.secret, options) };
      case 'verify':
        return { is: 'verify', right: verifySync(work.hash, work.secret, options) };
      case 'digest':
        return { is: 'digest', digest: hashRawSync(work.secret, { ...options, salt: work.salt }) };
    }
  } catch (error) {
    return { is: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Lets the thread that answers pages go first. Linux knows the priority of a thread; elsewhere nothing changes. */
function yieldToTheServer(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, BELOW_NORMAL);
  } catch {
    // Without it a flood of sign-ins slows pages a little more; nothing else depends on it.
  }
}

function pepperOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw new Error('a lane is started with the pepper');
}
