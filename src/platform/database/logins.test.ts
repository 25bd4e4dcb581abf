import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { testAuthority } from '../../testing/certificate.ts';
import { connect, type DatabaseConnection, startEmbeddedPostgres } from './index.ts';

// Below a folder that the database's own user may enter.
const folder = mkdtempSync(join(tmpdir(), 'portico-logins-'));
chmodSync(folder, 0o755);
const postgres = await startEmbeddedPostgres(join(folder, 'postgres'), ['fsync=off']);
const owner = connect(postgres.url('postgres'), 1);
const data = join(folder, 'postgres/data');
afterAll(async () => {
  await owner.close();
  await postgres.leave();
  rmSync(folder, { recursive: true });
});

const who = async ({ database }: DatabaseConnection) => {
  const { rows } = await sql<{ by: string; role: string; encrypted: boolean }>`
    select session_user as by, current_user as role,
      (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as encrypted`.execute(database);
  return rows[0];
};
/** Ends what is connected, and waits until the pool knows, so that the next statement opens another connection. */
async function hangUp({ pool }: DatabaseConnection): Promise<void> {
  await owner.pool.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and usename is not null`,
  );
  await expect.poll(() => pool.totalCount, { interval: 5 }).toBe(0);
}
const urlOf = (user: string, password: string) =>
  Object.assign(new URL(postgres.url('postgres')), { username: user, password }).href;

describe('a login', () => {
  it('may change its password, and its user too, without a restart (ASVS 13.2.1)', async () => {
    await owner.pool.query(`create role portico_serving nologin`);
    await owner.pool.query(`create role fixed login password 'one'`);
    let url = urlOf('fixed', 'one');
    const connection = connect(() => url, 1);
    expect(await who(connection)).toMatchObject({ by: 'fixed' });
    await owner.pool.query(`alter role fixed password 'two'`);
    url = urlOf('fixed', 'two');
    await hangUp(connection);
    expect(await who(connection)).toMatchObject({ by: 'fixed' });
    // As a secrets manager makes users that live for an hour, each acting as the role that has the rights.
    await owner.pool.query(`create role "v-1" login password 'three' in role portico_serving`);
    await owner.pool.query(`alter role "v-1" set role portico_serving`);
    url = urlOf('v-1', 'three');
    await hangUp(connection);
    expect(await who(connection)).toMatchObject({ by: 'v-1', role: 'portico_serving' });
    await connection.close();
  });

  it('that cannot be read fails what needs it and says why, and is used again once it can be', async () => {
    await owner.pool.query(`create role flaky login password 'one'`);
    let broken = false;
    const connection = connect(() => {
      if (broken) throw new Error('DATABASE_URL_FILE: /run/database is empty');
      return urlOf('flaky', 'one');
    }, 1);
    await who(connection);
    broken = true;
    await hangUp(connection);
    // More at a time than there are connections: whoever waits gets the same answer.
    const asked = await Promise.allSettled([who(connection), who(connection), who(connection)]);
    for (const answer of asked)
      expect(answer).toMatchObject({
        status: 'rejected',
        reason: { statusCode: 503, cause: { message: 'DATABASE_URL_FILE: /run/database is empty' } },
      });
    broken = false;
    expect(await who(connection)).toMatchObject({ by: 'flaky' });
    await connection.close();
  });

  it('may be a certificate alone, which is renewed without a restart (ASVS 12.3.2, 13.2.1)', async () => {
    const authority = await testAuthority();
    const file = (name: string, text: string) => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const own = (path: string) => {
      const { uid, gid } = statSync(data);
      chownSync(path, uid, gid);
      return path;
    };
    const server = await authority.issue('localhost');
    const ca = own(file('ca.pem', authority.certificate));
    await owner.pool.query(`create role certified login`);
    await owner.pool.query(`alter system set ssl_ca_file = '${ca}'`);
    await owner.pool.query(
      `alter system set ssl_cert_file = '${own(file('server.pem', server.certificate))}'`,
    );
    await owner.pool.query(`alter system set ssl_key_file = '${own(file('server-key.pem', server.key))}'`);
    await owner.pool.query(`alter system set ssl = on`);
    writeFileSync(
      join(data, 'pg_hba.conf'),
      'hostssl all certified 127.0.0.1/32 cert\nhost all all 127.0.0.1/32 scram-sha-256\n',
    );
    await owner.pool.query('select pg_reload_conf()');

    const bare = `${urlOf('certified', '').replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`;
    const first = await authority.issue('certified');
    const url = `${bare}&sslcert=${file('client.pem', first.certificate)}&sslkey=${file('client-key.pem', first.key)}`;
    const connection = connect(url, 1);
    await expect.poll(() => who(connection)).toMatchObject({ by: 'certified', encrypted: true });
    const renewed = await authority.issue('certified');
    file('client.pem', renewed.certificate);
    file('client-key.pem', renewed.key);
    await hangUp(connection);
    expect(await who(connection)).toMatchObject({ by: 'certified', encrypted: true });
    const other = await authority.issue('somebody-else');
    file('client.pem', other.certificate);
    file('client-key.pem', other.key);
    await hangUp(connection);
    await expect(who(connection)).rejects.toMatchObject({
      code: '28000',
      cause: { message: expect.stringContaining('certificate authentication failed') },
    });
    await connection.close();

    chmodSync(join(folder, 'client-key.pem'), 0o644);
    expect(() => connect(url, 1)).toThrow('open to every user');

    const without = connect(bare, 1);
    await expect(who(without)).rejects.toMatchObject({ code: '28000' });
    await without.close();
    const unvouched = connect(`${urlOf('fixed', 'two')}?sslmode=verify-full`, 1);
    await expect(who(unvouched)).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/certificate/) },
    });
    await unvouched.close();
  });
});
