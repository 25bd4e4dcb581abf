import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from 'graphile-worker';
import type { TestProject } from 'vitest/node';
import { connect, migrate, startEmbeddedPostgres } from '../platform/database/index.ts';
import { refuseWrongOrder } from './lock-order.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the server's maintenance database; `template_portico` beside it has every migration. */
    postgresUrl: string;
  }
}

/** One real PostgreSQL for the whole run, with a migrated template that each test file copies. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'portico-test-'));
  const server = await startEmbeddedPostgres(folder, [
    'fsync=off',
    'synchronous_commit=off',
    'max_connections=200',
  ]);
  const maintenance = connect(server.url('postgres'), 1);
  await maintenance.pool.query('create database template_portico');
  await maintenance.close();
  const template = connect(server.url('template_portico'), 2);
  await migrate(template.database, join(import.meta.dirname, '../../migrations'));
  await runMigrations({ pgPool: template.pool });
  await refuseWrongOrder(template.database);
  await template.close();
  project.provide('postgresUrl', server.url('postgres'));
  return async () => {
    await server.leave();
    rmSync(folder, { recursive: true, force: true });
  };
}
