import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { connect, connectToMigrate, inMigrationTurn, migrate } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'portico-migrations-'));
const name = `migrations_${randomBytes(6).toString('hex')}`;
const maintenance = connect(inject('postgresUrl'), 1);
await maintenance.pool.query(`create database ${name}`);
const url = inject('postgresUrl').replace(/\/postgres$/, `/${name}`);
const owner = connectToMigrate(url);
const { database } = owner;
afterAll(async () => {
  await owner.close();
  await maintenance.pool.query(`drop database ${name} with (force)`);
  await maintenance.close();
  rmSync(folder, { recursive: true });
});
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

describe('migrations', () => {
  it('may take as long as they take, and wait no longer than others for a lock', async () => {
    write(
      '0001-limits.sql',
      `create table limits as select name, setting from pg_settings where name ~ '_timeout$'`,
    );
    expect(await migrate(database, folder)).toEqual(['0001-limits']);
    const { rows } = await sql<{ name: string; setting: string }>`select name, setting from limits`.execute(
      database,
    );
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toMatchObject({
      statement_timeout: '0',
      idle_in_transaction_session_timeout: '0',
      lock_timeout: '10000',
    });
  });

  it('are applied once, and refused by name once one was changed after it was applied', async () => {
    write('0002-more.sql', 'create table more (id integer)');
    expect(await migrate(database, folder)).toEqual(['0002-more']);
    expect(await migrate(database, folder)).toEqual([]);
    appendFileSync(join(folder, '0002-more.sql'), ';alter table more add text text');
    await expect(migrate(database, folder)).rejects.toThrow(
      'migration 0002-more was changed after it was applied',
    );
    write('0002-more.sql', 'create table more (id integer)');
    expect(await migrate(database, folder)).toEqual([]);
  });

  it('that fail leave nothing behind, and may be mended', async () => {
    write('0003-half.sql', 'create table half (id integer); select 1/0');
    await expect(migrate(database, folder)).rejects.toThrow('migration 0003-half failed: division by zero');
    write('0003-half.sql', 'create table half (id integer)');
    expect(await migrate(database, folder)).toEqual(['0003-half']);
  });

  it('that were applied before their texts were known are taken as they are', async () => {
    await sql`delete from schema_migration_file where name = '0003-half'`.execute(database);
    expect(await migrate(database, folder)).toEqual([]);
    write('0003-half.sql', '-- changed');
    await expect(migrate(database, folder)).rejects.toThrow('0003-half was changed');
  });
});

describe('the turn to migrate', () => {
  it('is of one at a time, and goes on to the next also where one failed', async () => {
    const others = connectToMigrate(url);
    let [inside, most] = [0, 0];
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sql`select pg_sleep(0.05)`.execute(database);
      inside -= 1;
    };
    const failing = inMigrationTurn(owner, async () => {
      await work();
      throw new Error('no');
    });
    const ended = await Promise.allSettled([failing, inMigrationTurn(others, work)]);
    await inMigrationTurn(owner, work);
    await others.close();
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(most).toBe(1);
  });

  it('leaves no connection once it is closed', async () => {
    const closed = connectToMigrate(`${url}?application_name=closed`);
    await inMigrationTurn(closed, () => sql`select 1`.execute(closed.database));
    await closed.close();
    const { rows } = await sql`select pid from pg_stat_activity where application_name = 'closed'`.execute(
      database,
    );
    expect(rows).toEqual([]);
  });
});
