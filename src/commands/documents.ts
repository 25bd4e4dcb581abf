import { join } from 'node:path';
import { systemClock } from '../platform/clock/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';
import { failedDocuments, tryFailedAgain } from '../records/documents/index.ts';

const USAGE = `Documents of templates that could not be made into files (docs/documents.md).

  npm run --silent documents -- failed        those, with the reason, one JSON object a line
  npm run --silent documents -- again [ID…]   tries them again, or all of them`;

/** Exit code: 0 done, 1 some had not failed, 2 it could not be done. */
async function run([action, ...ids]: readonly string[]): Promise<number> {
  if (action !== 'again' && !(action === 'failed' && ids.length === 0)) {
    console.error(USAGE);
    return 2;
  }
  const config = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const foundation = await openFoundation(config.config, 'command');
  try {
    const { database } = foundation;
    if (action === 'failed') {
      for (const document of await failedDocuments(database)) console.log(JSON.stringify(document));
      return 0;
    }
    const again = await tryFailedAgain(database, systemClock, ids.length === 0 ? 'all' : ids);
    if (again === null) throw new Error('an id is not that of a document');
    const left = ids.filter((id) => !again.includes(id.toLowerCase()));
    for (const id of left) console.error(`${id}: no such document has failed`);
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
