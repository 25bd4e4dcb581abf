import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSecondsOf } from './cpu.ts';
import { databases, jobs, root } from './product.ts';

export type Postgres = {
  /** Makes an empty database. @returns its URL */
  create(name: string): Promise<string>;
  /** Processor time that it has used so far, in seconds. */
  cpuSeconds(): number;
  stop(): Promise<void>;
};

/** The product's own embedded PostgreSQL with its own settings, once for a whole run. */
export async function startPostgres(folder: string): Promise<Postgres> {
  mkdirSync(folder, { recursive: true });
  const server = await databases.startEmbeddedPostgres(databases.embeddedFolder(folder));
  const pid = Number.parseInt(
    readFileSync(join(databases.embeddedFolder(folder), 'data/postmaster.pid'), 'utf8'),
    10,
  );
  return {
    create: async (name) => {
      const maintenance = databases.connect(server.url('postgres'), 1);
      await maintenance.pool.query(`create database ${name}`);
      await maintenance.close();
      return server.url(name);
    },
    cpuSeconds: () => cpuSecondsOf(pid),
    stop: () => server.leave(),
  };
}

/** A pool of connections to a database that has every migration. */
export async function migrated(url: string) {
  const connection = databases.connect(url);
  await databases.migrate(connection.database, join(root, 'migrations'));
  await jobs.migrateJobs(connection);
  return connection;
}
