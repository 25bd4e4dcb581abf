import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const root = join(import.meta.dirname, '../..');

/** A file of the built product. */
export function built(path: string): string {
  const file = join(root, 'dist', path);
  if (!existsSync(file)) throw new Error(`dist/${path} is not there: npm run build`);
  return file;
}

const module = (path: string) => import(pathToFileURL(built(path)).href);

// The product as it was built, with the types of its sources.
export const accounts: typeof import('../../src/identity/core/accounts/index.ts') = await module(
  'identity/core/accounts/index.js',
);
export const apps: typeof import('../../src/identity/credentials/authenticator-app/index.ts') = await module(
  'identity/credentials/authenticator-app/index.js',
);
export const devices: typeof import('../../src/identity/core/devices/index.ts') = await module(
  'identity/core/devices/index.js',
);
export const passkeys: typeof import('../../src/identity/credentials/passkeys/index.ts') = await module(
  'identity/credentials/passkeys/index.js',
);
export const passwords: typeof import('../../src/identity/credentials/passwords/index.ts') = await module(
  'identity/credentials/passwords/index.js',
);
export const policies: typeof import('../../src/identity/index.ts') = await module('identity/index.js');
export const sessions: typeof import('../../src/identity/session/sessions/index.ts') = await module(
  'identity/session/sessions/index.js',
);
export const agencies: typeof import('../../src/platform/agency/index.ts') =
  await module('platform/agency/index.js');
export const clocks: typeof import('../../src/platform/clock/index.ts') =
  await module('platform/clock/index.js');
export const crypto: typeof import('../../src/platform/crypto/index.ts') =
  await module('platform/crypto/index.js');
export const databases: typeof import('../../src/platform/database/index.ts') = await module(
  'platform/database/index.js',
);
export const hashing: typeof import('../../src/platform/hashing/index.ts') =
  await module('platform/hashing/index.js');
export const jobs: typeof import('../../src/platform/jobs/index.ts') = await module('platform/jobs/index.js');
export const appointments: typeof import('../../src/records/appointments/index.ts') = await module(
  'records/appointments/index.js',
);
export const cases: typeof import('../../src/records/cases/index.ts') =
  await module('records/cases/index.js');
export const feed: typeof import('../../src/records/feed/index.ts') = await module('records/feed/index.js');
export const notices: typeof import('../../src/records/document-templates/index.ts') = await module(
  'records/document-templates/index.js',
);
export const storage: typeof import('../../src/platform/storage/index.ts') =
  await module('platform/storage/index.js');
export const waits: typeof import('../../src/records/waiting-times/index.ts') = await module(
  'records/waiting-times/index.js',
);
