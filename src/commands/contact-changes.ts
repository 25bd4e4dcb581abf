import { join } from 'node:path';
import { asAccountId, openAccountKey } from '../identity/core/accounts/index.ts';
import { isUnderAlarm } from '../identity/session/alarm/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';
import { postalLines } from '../platform/postal/index.ts';
import { loadCaseCatalogue } from '../records/cases/index.ts';
import { unconfirmedContacts } from '../records/contact/index.ts';

const USAGE = `Where people live and get letters, for each open case whose office has not confirmed it (docs/contact.md).

  npm run --silent contact-changes    one JSON object a line, oldest first`;

/** Exit code: 0 done, 2 it could not be done. */
async function run(given: readonly string[]): Promise<number> {
  if (given.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const config = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const foundation = await openFoundation(config.config, 'command');
  try {
    const { agency, database, vault } = foundation;
    const [language = 'en'] = agency.languages;
    const unconfirmed = await unconfirmedContacts(
      database,
      loadCaseCatalogue(agency),
      (accountId) => openAccountKey(database, vault, asAccountId.parse(accountId)),
      isUnderAlarm,
    );
    for (const { details, ...rest } of unconfirmed) {
      const letters = details.mailing ?? { careOf: null, address: details.home };
      const label = [
        ...(letters.careOf === null ? [] : [`c/o ${letters.careOf}`]),
        ...postalLines(letters.address, language),
      ];
      console.log(JSON.stringify({ ...rest, ...details, label }));
    }
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
