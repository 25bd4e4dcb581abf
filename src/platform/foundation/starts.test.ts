import { randomBytes } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { readConfig } from '../config/index.ts';
import { connect } from '../database/index.ts';
import { type Foundation, openFoundation } from './index.ts';

const STARTS = 6;
const root = join(import.meta.dirname, '../../..');
const temporary = mkdtempSync(join(tmpdir(), 'portico-starts-'));
const name = `starts_${randomBytes(6).toString('hex')}`;
const [owner, serving] = [`${name}_owner`, `${name}_serving`];
const as = (role: string) =>
  Object.assign(new URL(inject('postgresUrl')), { username: role, password: 'x', pathname: `/${name}` }).href;
const maintenance = connect(inject('postgresUrl'), 1);
for (const role of [owner, serving]) await maintenance.pool.query(`create role ${role} login password 'x'`);
await maintenance.pool.query(`create database ${name} owner ${owner}`);
afterAll(async () => {
  await maintenance.pool.query(`drop database ${name} with (force)`);
  for (const role of [owner, serving]) await maintenance.pool.query(`drop role ${role}`);
  await maintenance.close();
  rmSync(temporary, { recursive: true });
});

let serial = 0;
function start(from = root): Promise<Foundation> {
  const read = readConfig(
    {
      PORTICO_DATA: join(temporary, `data-${++serial}`),
      DATABASE_URL: as(serving),
      DATABASE_OWNER_URL: as(owner),
    },
    from,
  );
  if (read.is === 'faults') throw new Error(read.faults.join('\n'));
  return openFoundation(read.config, 'server');
}

describe('starts at the same moment, with two roles on a database that is new', () => {
  it('all come up, one after the other migrating and granting', async () => {
    const started = await Promise.allSettled(Array.from({ length: STARTS }, () => start()));
    const refused = started.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    for (const each of started) if (each.status === 'fulfilled') await each.value.close();
    expect(refused).toEqual([]);
  });
});

describe('a start from a folder in which an applied migration was changed', () => {
  it('is refused, and names it', async () => {
    const changed = join(temporary, 'changed');
    cpSync(join(root, 'migrations'), join(changed, 'migrations'), { recursive: true });
    for (const folder of ['locales', 'agencies']) symlinkSync(join(root, folder), join(changed, folder));
    await (await start(changed)).close();
    const [first = ''] = readdirSync(join(changed, 'migrations')).filter((file) => file.endsWith('.sql'));
    appendFileSync(join(changed, 'migrations', first), '\n-- one more word');
    await expect(start(changed)).rejects.toThrow(
      `migration ${first.replace(/\.sql$/, '')} was changed after it was applied`,
    );
  });
});
