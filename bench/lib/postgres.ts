import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
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

/** Leaves a database as it is once PostgreSQL has looked after it, however long that takes. */
export async function vacuum({ pool }: Awaited<ReturnType<typeof migrated>>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    await client.query('vacuum analyze');
  } finally {
    client.release(true);
  }
}

/** The columns of a table that are written, and not made of others, as SQL names them. */
export async function writtenColumns(client: ClientBase, table: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}
