import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { MINUTE } from '../clock/index.ts';
import { readSecretFile } from '../secret-file/index.ts';
import { readInstant, TIMESTAMPTZ_OID } from './instants.ts';
import { preparedStatements } from './prepared.ts';
import type { DB } from './tables.generated.ts';

export type { DB as Tables } from './tables.generated.ts';

/** A pool of connections, or the one connection of a transaction. Rules take either. */
export type Database = Kysely<DB>;

export type DatabaseConnection = {
  readonly database: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
};

const OLDEST_POSTGRES = 150_000;
const DATE_OID = 1082;
/** No query, no wait for a lock and no forgotten transaction holds the others up for long; milliseconds. */
const LIMITS = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: MINUTE,
};

/**
 * Everything is looked up by a key, a few rows at a time. With PostgreSQL's guess of a disk that turns, it would rather
 * read a table whole, and a page would cost the more the more cases others have.
 */
const PLANNING = '-c random_page_cost=1.1';
/** Instants are written in UTC, by whatever clock the server goes. */
const IN_UTC = '-c timezone=UTC';

/** A login that was taken back opens no connection, and one that it had opened ends by then; seconds. */
const LONGEST_CONNECTION = 3_600;

/**
 * Opens a pool. Calendar dates stay texts (`YYYY-MM-DD`): they have no zone.
 * @param url asked for each connection, where it is not the same for all: its user, password or key may be renewed
 * @param size most connections at a time
 * @param application the name by which others see its connections
 */
export function connect(
  url: string | (() => string),
  size = 10,
  application = 'portico',
): DatabaseConnection {
  const types = new pg.TypeOverrides();
  types.setTypeParser(DATE_OID, (text) => text);
  types.setTypeParser(TIMESTAMPTZ_OID, readInstant);
  const pool = new pg.Pool({
    Client: clientOf(typeof url === 'string' ? () => url : url),
    max: size,
    maxLifetimeSeconds: LONGEST_CONNECTION,
    types,
    connectionTimeoutMillis: 5_000,
    ...LIMITS,
    options: `${PLANNING} ${IN_UTC}`,
    application_name: application,
  });
  // A connection that breaks is dropped by the pool; the query that used it fails with its own error.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  const database = new Kysely<DB>({ dialect: new PostgresDialect({ pool: preparedStatements(pool) }) });
  return { database, pool, close: () => database.destroy() };
}

/** Connections that each log in by what the URL, and the files that it names, say then. */
function clientOf(url: () => string): typeof pg.Client {
  const read = () => {
    const text = url();
    // Its library reads the key whoever else may.
    for (const key of new URL(text).searchParams.getAll('sslkey')) readSecretFile(key);
    return parseIntoClientConfig(text);
  };
  let last = read();
  const now = (): pg.ClientConfig => {
    try {
      last = read();
      return last;
    } catch (error) {
      // The pool takes errors of a connection, and none of its making.
      return { ...last, password: () => Promise.reject(error) };
    }
  };
  return class extends pg.Client {
    constructor(config: pg.ClientConfig = {}) {
      super({ ...config, ...now() });
    }
  };
}

/**
 * Applies the plain SQL files of a folder in the order of their names, each once.
 * @returns the names applied now
 * @throws when the server is older than PostgreSQL 15, a file fails, or an applied file is missing
 */
export async function migrate(database: Database, folder: string): Promise<readonly string[]> {
  const version = await sql<{
    version: number;
  }>`select current_setting('server_version_num')::int as version`.execute(database);
  if ((version.rows[0]?.version ?? 0) < OLDEST_POSTGRES)
    throw new Error('Portico needs PostgreSQL 15 or newer');
  const migrator = new Migrator({
    db: database,
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
    provider: { getMigrations: async () => readMigrations(folder) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(
      `migration ${failed ?? ''} failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  return (results ?? []).map((result) => result.migrationName);
}

/** @returns says whether every migration that the folder has now has been applied */
export function migrationCheck(database: Database, folder: string): () => Promise<boolean> {
  const wanted = Object.keys(readMigrations(folder));
  return async () => {
    const applied = await sql<{ name: string }>`select name from schema_migration`.execute(database);
    const names = new Set(applied.rows.map((row) => row.name));
    return wanted.every((name) => names.has(name));
  };
}

function readMigrations(folder: string): Record<string, Migration> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return Object.fromEntries(
    files.map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return [
        file.replace(/\.sql$/, ''),
        { up: async (db) => void (await sql.raw(text).execute(db)) } satisfies Migration,
      ];
    }),
  );
}
