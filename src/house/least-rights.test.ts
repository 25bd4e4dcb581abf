import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { verifySecurityEvents } from '../platform/audit/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { connect } from '../platform/database/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';
import { testApp } from '../testing/app.ts';
import { movableClock } from '../testing/clock.ts';
import type { TestDatabase } from '../testing/database.ts';
import { signIn, signUp } from '../testing/people.ts';

const name = `rights_${randomBytes(6).toString('hex')}`;
const owner = `${name}_owner`;
const serving = `${name}_serving`;
const folder = mkdtempSync(join(tmpdir(), 'portico-rights-'));
const server = inject('postgresUrl');
const as = (role: string) =>
  Object.assign(new URL(server), { username: role, password: 'x', pathname: `/${name}` }).href;

const maintenance = connect(server, 1);
for (const role of [owner, serving]) await maintenance.pool.query(`create role ${role} login password 'x'`);
await maintenance.pool.query(`create database ${name} owner ${owner}`);
afterAll(async () => {
  await maintenance.pool.query(`drop database ${name} with (force)`);
  for (const role of [owner, serving]) await maintenance.pool.query(`drop role ${role}`);
  await maintenance.close();
  rmSync(folder, { recursive: true });
});

/** The database as an operator sets it up who has a role that owns and another that serves. */
function open(environment: Record<string, string>) {
  const read = readConfig({ PORTICO_DATA: folder, ...environment }, join(import.meta.dirname, '../..'));
  if (read.is === 'faults') throw new Error(read.faults.join('\n'));
  return openFoundation(read.config, 'server');
}

async function servedDatabase(): Promise<TestDatabase> {
  const foundation = await open({ DATABASE_URL: as(serving), DATABASE_OWNER_URL: as(owner) });
  afterAll(() => foundation.close());
  const { connection, database, vault } = foundation;
  return { url: as(serving), connection, database, vault, clock: movableClock() };
}

const app = await testApp({ on: servedDatabase(), people: true });
const { database } = app;

describe('the role that serves', () => {
  it('does all that people need, and the jobs', async () => {
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    expect((await visit.get('/home')).statusCode).toBe(200);
    await visit.post('/account/close', {}, '/account/close');
    app.clock.advance(31 * 24 * 3600);
    const worker = await app.app.startWorker();
    try {
      await sql`select graphile_worker.add_job('clean-up', '{}'::json)`.execute(database);
      // Also the papers of the demonstration are made, which takes a while on a busy machine.
      await expect
        .poll(
          async () => {
            const { rows } = await sql`select from graphile_worker.jobs`.execute(database);
            return rows.length;
          },
          { timeout: 90_000 },
        )
        .toBe(0);
    } finally {
      await worker.stop();
    }
    const erased = await database
      .selectFrom('security_event')
      .select('id')
      .where('kind', '=', 'account-erased')
      .execute();
    expect(erased).toHaveLength(1);
    expect((await verifySecurityEvents(database)).is).toBe('whole');
  }, 120_000);

  it.each([
    "update security_event set kind = 'x'",
    'delete from security_event',
    'truncate security_event',
    "insert into security_event select * from security_event where kind = 'signed-in'",
    "update change set kind = 'x'",
    'delete from change',
    'insert into change select * from change',
    'alter table security_event disable trigger user',
    'drop table account',
    'create table more (id integer)',
    "update installation set kind = 'demonstration'",
    'delete from schema_migration',
    'delete from schema_migration_file',
    `set role ${owner}`,
  ])('may not: %s (ASVS 13.2.2, 16.4.2)', async (statement) => {
    await expect(sql.raw(statement).execute(database)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('is not the one that owns, nor one that has its rights', async () => {
    const second = mkdtempSync(join(tmpdir(), 'portico-rights-'));
    const refused = open({ PORTICO_DATA: second, DATABASE_URL: as(owner), DATABASE_OWNER_URL: as(owner) });
    await expect(refused).rejects.toThrow('has the rights of');
    rmSync(second, { recursive: true });
  });
});
