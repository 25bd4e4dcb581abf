import { workerData } from 'node:worker_threads';
import { hashRawSync, hashSync, verifySync } from '@node-rs/argon2';
import { serveThread } from '../threads/index.ts';
import { ARGON2ID, type Done, type Work } from './work.ts';

// One thread that hashes, one secret after the other, for hasher.ts.
const options = { ...ARGON2ID, secret: pepperOf(workerData) };

serveThread((work: Work): Done => {
  switch (work.is) {
    case 'hash':
      return { is: 'hash', hash: hashSync(work.secret, options) };
    case 'verify':
      return { is: 'verify', right: verifySync(work.hash, work.secret, options) };
    case 'digest':
      return { is: 'digest', digest: hashRawSync(work.secret, { ...options, salt: work.salt }) };
  }
});

function pepperOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw new Error('a lane is started with the pepper');
}
