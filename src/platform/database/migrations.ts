import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database, DatabaseConnection } from './database.ts';

const OLDEST_POSTGRES = 150_000;

/** Waits without end; PostgreSQL has to ask after a machine that lost its power, and gives it up after a minute. */
const TAKE_TURN = `
  select set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
    set_config('tcp_keepalives_count', '3', false), set_config('lock_timeout', '0', false),
    pg_advisory_lock(hashtextextended('portico migrates', 0))`;

/** A file of a folder of migrations. */
type File = { readonly text: string; readonly sha256: Buffer };

/**
 * Does what changes the tables or the rights to them while no other start or command does: the catalogue of PostgreSQL
 * refuses two at a time ("tuple concurrently updated"). Waits for its turn as long as it takes.
 * @param owner a pool with a connection more than the work needs
 */
export async function inMigrationTurn<T>(owner: DatabaseConnection, work: () => Promise<T>): Promise<T> {
  const turn = await owner.pool.connect();
  try {
    await turn.query(TAKE_TURN);
    return await work();
  } finally {
    // Closed and not given back, so that the turn ends with it whatever happened.
    turn.release(true);
  }
}

/**
 * Applies the plain SQL files of a folder in the order of their names, each once, and keeps the hash of each.
 * @returns the names applied now
 * @throws when the server is older than PostgreSQL 15, a file fails, or an applied file is missing or was changed
 */
export async function migrate(database: Database, folder: string): Promise<readonly string[]> {
  const version = await sql<{
    version: number;
  }>`select current_setting('server_version_num')::int as version`.execute(database);
  if ((version.rows[0]?.version ?? 0) < OLDEST_POSTGRES)
    throw new Error('Portico needs PostgreSQL 15 or newer');
  const files = readFiles(folder);
  await refuseChanged(database, files);
  const migrator = new Migrator({
    db: database,
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
    provider: { getMigrations: async () => migrationsOf(files) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(
      `migration ${failed ?? ''} failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  await adoptUnknown(database, files);
  return (results ?? []).map((result) => result.migrationName);
}

/** @returns says whether every migration that the folder has now has been applied */
export function migrationCheck(database: Database, folder: string): () => Promise<boolean> {
  const wanted = [...readFiles(folder).keys()];
  return async () => {
    const applied = await sql<{ name: string }>`select name from schema_migration`.execute(database);
    const names = new Set(applied.rows.map((row) => row.name));
    return wanted.every((name) => names.has(name));
  };
}

function readFiles(folder: string): ReadonlyMap<string, File> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return new Map(
    names.sort().map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return [name.replace(/\.sql$/, ''), { text, sha256: createHash('sha256').update(text).digest() }];
    }),
  );
}

function migrationsOf(files: ReadonlyMap<string, File>): Record<string, Migration> {
  const apply = async (database: Database, name: string, { text, sha256 }: File) => {
    await sql.raw(text).execute(database);
    await sql`insert into schema_migration_file (name, sha256) values (${name}, ${sha256})`.execute(database);
  };
  return Object.fromEntries(
    [...files].map(([name, file]) => [name, { up: (database) => apply(database, name, file) }]),
  );
}

/** A database that was migrated by one text is not what another text says, whoever is right. */
async function refuseChanged(database: Database, files: ReadonlyMap<string, File>): Promise<void> {
  await sql`
    create table if not exists schema_migration_file (name text primary key, sha256 bytea not null)`.execute(
    database,
  );
  const { rows } = await sql<{ name: string; sha256: Buffer }>`
    select name, sha256 from schema_migration_file order by name`.execute(database);
  const changed = rows.find(({ name, sha256 }) => files.get(name)?.sha256.equals(sha256) === false);
  if (changed !== undefined)
    throw new Error(
      `migration ${changed.name} was changed after it was applied; put its file back as it was, and write what is new into the next one`,
    );
}

/** What was applied before hashes were kept is taken as its file is now. */
async function adoptUnknown(database: Database, files: ReadonlyMap<string, File>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select name from schema_migration where name not in (select name from schema_migration_file)`.execute(
    database,
  );
  for (const { name } of rows) {
    const file = files.get(name);
    if (file !== undefined)
      await sql`insert into schema_migration_file (name, sha256) values (${name}, ${file.sha256})`.execute(
        database,
      );
  }
}
