import { join } from 'node:path';
import { verifySecurityEvents } from '../platform/audit/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';

/** Walks the chain of security events. Exit code: 0 whole, 1 broken, 2 it could not be read. */
async function run(): Promise<number> {
  const config = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const foundation = await openFoundation(config.config, 'command');
  try {
    const verdict = await verifySecurityEvents(foundation.database);
    switch (verdict.is) {
      case 'whole':
        console.log(`The chain of ${verdict.events} security events is whole.`);
        return 0;
      case 'broken':
        console.error(`The chain of security events is broken at event ${verdict.at}: it is ${verdict.why}.`);
        return 1;
    }
  } finally {
    await foundation.close();
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
