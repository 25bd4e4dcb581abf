import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const root = join(import.meta.dirname, '..');

/** A module as `npm run build` left it in dist/, with the types of its source. */
async function load<Module>(file: string): Promise<Module> {
  return import(pathToFileURL(join(root, 'dist', file)).href);
}

/** The parts of Portico from which a worker puts together its own. */
export const built = {
  app: () => load<typeof import('../src/app.ts')>('app.js'),
  claims: () => load<typeof import('../src/records/claims/index.ts')>('records/claims/index.js'),
  config: () => load<typeof import('../src/platform/config/index.ts')>('platform/config/index.js'),
  database: () => load<typeof import('../src/platform/database/index.ts')>('platform/database/index.js'),
  demo: () => load<typeof import('../src/demo/index.ts')>('demo/index.js'),
  feed: () => load<typeof import('../src/records/feed/index.ts')>('records/feed/index.js'),
  foundation: () =>
    load<typeof import('../src/platform/foundation/index.ts')>('platform/foundation/index.js'),
  hashing: () => load<typeof import('../src/platform/hashing/index.ts')>('platform/hashing/index.js'),
  log: () => load<typeof import('../src/platform/log/index.ts')>('platform/log/index.js'),
};
