import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, inject } from 'vitest';
import { newKeyRing, openVault, type Vault } from '../platform/crypto/index.ts';
import { connect, type Database, type DatabaseConnection } from '../platform/database/index.ts';
import { type MovableClock, movableClock } from './clock.ts';

export type TestDatabase = {
  readonly url: string;
  readonly connection: DatabaseConnection;
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: MovableClock;
};

/** A database of this test file's own, migrated and empty, dropped after the file's last test. */
export async function freshDatabase(): Promise<TestDatabase> {
  const maintenanceUrl = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const maintenance = connect(maintenanceUrl, 1);
  await maintenance.pool.query(`create database ${name} template template_portico`);
  const url = maintenanceUrl.replace(/\/postgres$/, `/${name}`);
  const connection = connect(url);
  afterAll(async () => {
    await connection.close();
    await maintenance.pool.query(`drop database ${name} with (force)`);
    await maintenance.close();
  });
  return {
    url,
    connection,
    database: connection.database,
    vault: openVault(newKeyRing()),
    clock: movableClock(),
  };
}

/** How many transactions of a test's database wait for another one to end. */
export async function waitingForLocks(database: Database): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) from pg_locks where not granted
    and pid in (select pid from pg_stat_activity where datname = current_database())`.execute(database);
  return Number(rows[0]?.count);
}
