import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createAccount, emailIndexes, isEmailTaken } from '../identity/core/accounts/index.ts';
import { bindApp } from '../identity/credentials/authenticator-app/index.ts';
import { acknowledge, newBackupCodes, storeBackupCodes } from '../identity/credentials/backup-codes/index.ts';
import { normalPassword } from '../identity/credentials/passwords/index.ts';
import type { Clock } from '../platform/clock/index.ts';
import type { Vault } from '../platform/crypto/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Hasher } from '../platform/hashing/index.ts';
import { linkCase } from '../records/cases/index.ts';
import type { Feed } from '../records/feed/index.ts';
import { type DemoPerson, readPeople } from './material.ts';

export type DemoParts = {
  readonly agencyFolder: string;
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly feed: Feed;
};

/**
 * Loads the demonstration's cases and people; what is there already stays as it is.
 * @throws when the agency's demo feed has a bad line
 */
export async function loadDemo(parts: DemoParts): Promise<void> {
  const bad: string[] = [];
  await parts.feed.take(createReadStream(join(parts.agencyFolder, 'demo/feed.ndjson')), {
    badLine: (line, reason) => bad.push(`line ${line}: ${reason}`),
  });
  if (bad.length > 0) throw new Error(`the demo feed has bad lines:\n${bad.join('\n')}`);
  for (const person of readPeople(parts.agencyFolder)) await loadPerson(person, parts);
}

async function loadPerson(person: DemoPerson, { database, vault, clock, hasher }: DemoParts): Promise<void> {
  if (await isEmailTaken(database, emailIndexes(vault, person.email))) return;
  const passwordHash = await hasher.hash(normalPassword(person.password));
  const backupCodes = await newBackupCodes(hasher);
  const { fullName, born, birthCountry, email, username, language } = person;
  await database.transaction().execute(async (transaction) => {
    const account = await createAccount(
      transaction,
      { vault, clock },
      { person: { fullName, born, birthCountry }, email, username, language, passwordHash },
    );
    if (account === null) return;
    await bindApp(transaction, clock, {
      accountId: account.id,
      key: account.key,
      secret: person.totpSecret,
      step: null,
    });
    await storeBackupCodes(transaction, clock, account.id, account.key, backupCodes);
    await acknowledge(transaction, clock, account.id);
    for (const receipt of person.receipts)
      await linkCase(transaction, { accountId: account.id, receipt, how: 'claimed', at: clock.now() });
  });
}
