import { join } from 'node:path';
import { endByAgency } from '../identity/session/sessions/index.ts';
import { systemClock } from '../platform/clock/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';

const USAGE = `Signs people out (docs/operators.md).

  npm run sessions -- end EMAIL-OR-USERNAME   one person, everywhere
  npm run sessions -- end --everybody         all of them`;

/** Exit code: 0 done, 1 there is nobody of that name, 2 it could not be done. */
async function run([action, who, ...rest]: readonly string[]): Promise<number> {
  if (action !== 'end' || who === undefined || rest.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const result = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (result.is === 'faults') throw new Error(result.faults.join('\n'));
  const foundation = await openFoundation(result.config, 'command');
  try {
    const ended = await endByAgency(
      { ...foundation, clock: systemClock },
      who === '--everybody' ? { is: 'everybody' } : { is: 'one', identifier: who },
    );
    if (ended === null) {
      console.error('Nobody has that email or username.');
      return 1;
    }
    console.log(`Ended ${ended} ${ended === 1 ? 'session' : 'sessions'}.`);
    return 0;
  } finally {
    await foundation.close();
  }
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
