import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Agency, loadAgency } from '../agency/index.ts';
import { systemClock } from '../clock/index.ts';
import type { Config } from '../config/index.ts';
import { keyRingFile, newKeyRing, openVault, type Vault } from '../crypto/index.ts';
import {
  connect,
  connectToMigrate,
  type Database,
  type DatabaseConnection,
  embeddedFolder,
  grantServing,
  inMigrationTurn,
  migrate,
  roleOf,
  startEmbeddedPostgres,
} from '../database/index.ts';
import { type Languages, loadLanguages, type MissingWord } from '../i18n/index.ts';
import { migrateJobs } from '../jobs/index.ts';
import { type Lock, takeLock } from '../lock/index.ts';
import { type Blobs, notePending, openBlobs } from '../storage/index.ts';

/** Three workers wait for jobs on one each and the readers of streams on another, and requests have eight. */
const CONNECTIONS = { server: 12, command: 10 };

/** What the server and every command stand on: the agency, its languages, the keys, a migrated database and the storage. */
export type Foundation = {
  readonly agency: Agency;
  readonly languages: Languages;
  readonly vault: Vault;
  readonly connection: DatabaseConnection;
  readonly database: Database;
  /** The contents of documents. They may be out of reach while everything else works. */
  readonly blobs: Blobs;
  close(): Promise<void>;
};

/**
 * Opens the foundation. A server holds the data folder for itself; a command may come beside one.
 * @param missing told of each word that a language lacks, when it is first said
 * @throws with what is missing or damaged, before anything is served (fail closed)
 */
export async function openFoundation(
  config: Config,
  role: 'server' | 'command',
  missing?: MissingWord,
): Promise<Foundation> {
  const agency = loadAgency(config.agencyFolder);
  refuseFalseBanner(agency, config);
  const languages = loadLanguages(join(config.root, 'locales'), agency, missing);
  makeDataFolder(config);
  const hold = role === 'server' ? holdFolder(config.dataFolder) : null;
  try {
    const vault = openVault(loadKeyRing(config));
    const embedded =
      config.database.is === 'embedded'
        ? await startEmbeddedPostgres(embeddedFolder(config.dataFolder))
        : null;
    const url = config.database.is === 'url' ? config.database.url : (embedded?.url('postgres') ?? '');
    const connection = connect(url, CONNECTIONS[role], `portico ${role} ${process.pid}`);
    const blobs = await openBlobs(config.storage, (id) => notePending(connection.database, systemClock, id));
    const close = async () => {
      blobs.close();
      await connection.close();
      await embedded?.leave();
      hold?.release();
    };
    try {
      const ownerUrl = config.database.is === 'url' ? config.database.ownerUrl : null;
      const owner = connectToMigrate(ownerUrl ?? url);
      await inMigrationTurn(owner, async () => {
        await migrate(owner.database, join(config.root, 'migrations'));
        await migrateJobs(owner);
        await settleKind(owner.database, config.demo ? 'demonstration' : 'agency');
        if (ownerUrl !== null) await grantServing(owner.database, await roleOf(connection.database));
      }).finally(() => owner.close());
    } catch (error) {
      await close();
      throw error;
    }
    return { agency, languages, vault, connection, database: connection.database, blobs, close };
  } catch (error) {
    hold?.release();
    throw error;
  }
}

/** The people of a demonstration have published passwords, so its database never becomes an agency's, nor the other way. */
async function settleKind(database: Database, kind: 'demonstration' | 'agency'): Promise<void> {
  await sql`insert into installation (kind, since) values (${kind}, now()) on conflict do nothing`.execute(
    database,
  );
  const { kind: settled } = await database
    .selectFrom('installation')
    .select('kind')
    .executeTakeFirstOrThrow();
  if (settled !== kind) {
    throw new Error(
      settled === 'demonstration'
        ? 'this database belongs to a demonstration, whose people have published passwords; use another one'
        : 'this database belongs to an agency; the demonstration does not run on it',
    );
  }
}

/** Where there is none yet; one that the operator made stays as it is. */
function makeDataFolder({ dataFolder, database }: Config): void {
  // As root, the embedded PostgreSQL runs as a user of its own, who passes through.
  const isPassed = database.is === 'embedded' && process.getuid?.() === 0;
  mkdirSync(dataFolder, { recursive: true, mode: isPassed ? 0o711 : 0o700 });
}

function loadKeyRing(config: Config) {
  const store = keyRingFile(config.keyRingPath);
  if (!store.exists()) {
    if (!config.createKeyRing)
      throw new Error(`there is no key ring at ${config.keyRingPath}; make one with: npm run keys -- create`);
    store.save(newKeyRing());
  }
  return store.load();
}

/** The "official website" banner is for real agencies on their own hosts only. */
function refuseFalseBanner(agency: Agency, { publicUrl }: Config): void {
  const banner = agency.officialBanner;
  if (banner === undefined) return;
  const official =
    publicUrl.protocol === 'https:' && banner.suffixes.some((suffix) => publicUrl.hostname.endsWith(suffix));
  if (!official || agency.fictional)
    throw new Error(
      'officialBanner: the public URL must be https on one of the allowed suffixes, and the agency real',
    );
}

function holdFolder(folder: string): Lock {
  const lock = takeLock(join(folder, 'portico.lock'), 'alone');
  if (lock === null) throw new Error(`Portico is already running with the data in ${folder}`);
  return lock;
}
