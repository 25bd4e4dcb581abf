import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createAccount, emailIndexes, isEmailTaken } from '../identity/core/accounts/index.ts';
import { bindApp } from '../identity/credentials/authenticator-app/index.ts';
import { acknowledge, newBackupCodes, storeBackupCodes } from '../identity/credentials/backup-codes/index.ts';
import { normalPassword } from '../identity/credentials/passwords/index.ts';
import type { Agency } from '../platform/agency/index.ts';
import { after, type Clock, DAY } from '../platform/clock/index.ts';
import type { Vault } from '../platform/crypto/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Hasher } from '../platform/hashing/index.ts';
import type { Blobs } from '../platform/storage/index.ts';
import { linkCase, loadCaseCatalogue } from '../records/cases/index.ts';
import { makeContacts } from '../records/contact/index.ts';
import { agencyFeed, folderOfFiles } from '../records/feed/index.ts';
import { loadConversations } from './conversations.ts';
import { demoLines } from './feed.ts';
import { type DemoPerson, hasDemo, readPeople } from './material.ts';

export type DemoParts = {
  readonly agency: Agency;
  readonly blobs: Blobs;
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly hasher: Hasher;
};

/**
 * Loads the demonstration's cases and people, where the agency has some; what is there already stays as it is.
 * @throws when the agency's demo feed has a bad line
 */
export async function loadDemo(parts: DemoParts): Promise<void> {
  const { agency, database, clock, blobs } = parts;
  if (!hasDemo(agency.folder)) return;
  const bad: string[] = [];
  const files = folderOfFiles(join(agency.folder, 'demo/files'));
  const lines = demoLines(agency, await firstDay(database, clock));
  const source = (async function* () {
    for (const line of lines) yield Buffer.from(`${line}\n`);
  })();
  await agencyFeed(parts, clock, { blobs, files }).take(source, {
    badLine: (line, reason) => bad.push(`line ${line}: ${reason}`),
  });
  if (bad.length > 0) throw new Error(`the demo feed has bad lines:\n${bad.join('\n')}`);
  for (const person of readPeople(agency.folder)) await loadPerson(person, parts);
}

/** The day on which the demonstration began: this one, unless it has begun before. */
async function firstDay(database: Database, clock: Clock): Promise<string> {
  const today = clock.now().toISOString().slice(0, 10);
  await database
    .insertInto('demo_start')
    .values({ first_day: today })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { first_day } = await database.selectFrom('demo_start').select('first_day').executeTakeFirstOrThrow();
  return first_day;
}

async function loadPerson(person: DemoPerson, parts: DemoParts): Promise<void> {
  const { database, vault, clock, hasher } = parts;
  if (await isEmailTaken(database, emailIndexes(vault, person.email))) return;
  const passwordHash = await hasher.hash(normalPassword(person.password));
  const backupCodes = await newBackupCodes(hasher);
  const { fullName, born, birthCountry, email, username, language } = person;
  const made = await database.transaction().execute(async (transaction) => {
    const account = await createAccount(
      transaction,
      { vault, clock },
      { person: { fullName, born, birthCountry }, email, username, language, passwordHash },
    );
    if (account === null) return null;
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
    if (person.contact === undefined) return { id: account.id, contactId: null };
    const owner = { accountId: account.id, key: account.key };
    const change = await contactsOf(parts).change(transaction, owner, person.contact.details);
    return { id: account.id, contactId: change.is === 'changed' ? change.id : null };
  });
  if (made === null) return;
  await loadConversations(parts, made.id, username);
  if (made.contactId === null) return;
  const { contactId } = made;
  const lines = (person.contact?.acknowledged ?? []).map((receipt) => ({
    kind: 'contact-acknowledged',
    id: `demo-contact-${person.username}-${receipt}`,
    receipt,
    at: after(clock, -CONFIRMED_DAYS * DAY).toISOString(),
    contact: contactId,
  }));
  await agencyFeed(parts, clock).take(
    Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))),
  );
}

/** Some days ago, as if the person had used the portal before. */
const contactsOf = ({ database, agency, clock }: DemoParts) =>
  makeContacts({
    database,
    clock: { now: () => after(clock, -CONTACT_DAYS * DAY) },
    catalogue: loadCaseCatalogue(agency),
  });

const CONTACT_DAYS = 9;
const CONFIRMED_DAYS = 6;
