import { join } from 'node:path';
import { readConfig } from '../platform/config/index.ts';
import {
  keyRingFile,
  newKeyRing,
  rewrapDataKeys,
  withAddedKeyCurrent,
  withNewKey,
  withoutOldKeys,
} from '../platform/crypto/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';

const USAGE = `Keeps the key ring (docs/operators.md).

  npm run keys -- create    makes a ring where there is none
  npm run keys -- add       adds a key that only opens; then give the ring to every server and restart them
  npm run keys -- use       makes the added key the one that wraps; then the same again
  npm run keys -- rewrap    wraps every data key by it
  npm run keys -- retire    rewraps what is left and removes the older keys; only when no server runs with a ring
                            from before "use", since what such a server still writes would be lost`;

async function run([action, ...rest]: readonly string[]): Promise<number> {
  const result = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (result.is === 'faults') throw new Error(result.faults.join('\n'));
  const { config } = result;
  const store = keyRingFile(config.keyRingPath);
  const rewrap = async (): Promise<number> => {
    const foundation = await openFoundation(config, 'command');
    try {
      return await rewrapDataKeys(foundation.database, foundation.vault);
    } finally {
      await foundation.close();
    }
  };
  switch (rest.length === 0 ? action : undefined) {
    case 'create':
      if (store.exists()) throw new Error(`there is a key ring at ${config.keyRingPath} already`);
      store.save(newKeyRing());
      console.log(
        `Made ${config.keyRingPath}. Keep a copy elsewhere: without it nothing that is sealed can be read.`,
      );
      return 0;
    case 'add':
      store.save(withNewKey(store.load()));
      console.log('Added a key. Restart every server with this ring, then run: npm run keys -- use');
      return 0;
    case 'use':
      store.save(withAddedKeyCurrent(store.load()));
      console.log(
        'The added key wraps now. Restart every server with this ring, then run: npm run keys -- rewrap',
      );
      return 0;
    case 'rewrap':
      console.log(`Wrapped ${await rewrap()} data keys anew.`);
      return 0;
    case 'retire': {
      const left = await rewrap();
      if (left > 0) console.log(`Wrapped ${left} data keys anew first.`);
      const before = store.load();
      keyRingFile(`${config.keyRingPath}.before-retire`).save(before);
      store.save(withoutOldKeys(before));
      console.log(
        `Removed the older keys. Restart every server. The ring with them is in ${config.keyRingPath}.before-retire: keep it with the backups that need it.`,
      );
      return 0;
    }
    default:
      console.error(USAGE);
      return 2;
  }
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
