import { hashRawSync, hashSync, verifySync } from '@node-rs/argon2';
import { serveThread } from '../threads/index.ts';
import type { Done, Work } from './work.ts';

// One thread that hashes, one secret after the other, for hasher.ts.
serveThread((work: Work): Done => {
  const { secret, pepper } = work;
  switch (work.is) {
    case 'hash':
      return { is: 'hash', hash: hashSync(secret, { ...work.cost, secret: pepper }) };
    case 'verify':
      return { is: 'verify', right: verifySync(work.hash, secret, { secret: pepper }) };
    case 'digest':
      return { is: 'digest', digest: hashRawSync(secret, { ...work.cost, secret: pepper, salt: work.salt }) };
  }
});
