import { join } from 'node:path';
import { systemClock } from '../platform/clock/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';
import { openPaperCopies, settlePaperCopies } from '../records/documents/index.ts';

const USAGE = `Copies on paper that people asked for (docs/documents.md).

  npm run --silent paper-copies                those that are not settled, one JSON object a line
  npm run --silent paper-copies -- sent ID…    says that they were sent
  npm run --silent paper-copies -- refused ID… says that they will not be sent`;

/** Exit code: 0 done, 1 some were not open, 2 it could not be done. */
async function run([action, ...ids]: readonly string[]): Promise<number> {
  const isSettling = action === 'sent' || action === 'refused';
  if (action !== undefined && !(isSettling && ids.length > 0)) {
    console.error(USAGE);
    return 2;
  }
  const config = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const foundation = await openFoundation(config.config, 'command');
  try {
    const { database } = foundation;
    if (!isSettling) {
      for (const copy of await openPaperCopies(database)) console.log(JSON.stringify(copy));
      return 0;
    }
    const settled = await settlePaperCopies(database, systemClock, ids, action);
    if (settled === null) throw new Error('an id is not that of a request');
    const left = ids.filter((id) => !settled.includes(id.toLowerCase()));
    for (const id of left) console.error(`${id}: no such request is open`);
    return left.length === 0 ? 0 : 1;
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
