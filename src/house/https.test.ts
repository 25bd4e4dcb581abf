import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { keyRingFile, newKeyRing } from '../platform/crypto/index.ts';
import { testAuthority } from '../testing/certificate.ts';
import { freshDatabase } from '../testing/database.ts';
import { freePort } from '../testing/ports.ts';
import { type Program, startProgram } from '../testing/process.ts';

/** Of what starts servers, on a machine with much else to do. */
const MINUTES = 180_000;
const folder = mkdtempSync(join(tmpdir(), 'portico-https-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};
const { url, database } = await freshDatabase();
const authority = await testAuthority();
const { certificate, key } = await authority.issue('portal.test');
const [port, metricsPort] = [await freePort(), await freePort()];
keyRingFile(join(folder, 'key-ring.json')).save(newKeyRing());
/** An agency's server, as it is set up with files of secrets and a certificate of its own. */
const environment = {
  NODE_ENV: 'production',
  PORTICO_AGENCY: 'agencies/arcadia',
  PORT: String(port),
  PORTICO_METRICS_PORT: String(metricsPort),
  PORTICO_DATA: join(folder, 'data'),
  PORTICO_PUBLIC_URL: 'https://portal.test',
  PORTICO_KEY_RING: join(folder, 'key-ring.json'),
  PORTICO_TLS_CERTIFICATE: file('certificate.pem', certificate),
  PORTICO_TLS_KEY: file('key.pem', key),
  PORTICO_TRUSTED_PROXIES: '127.0.0.1',
  PORTICO_MAIL_FROM: 'portal@portal.test',
  DATABASE_URL_FILE: file('database-url', url),
  SMTP_URL_FILE: file('smtp-url', 'smtps://portico:hunter2@127.0.0.1:1'),
};

const agent = new Agent({ keepAlive: true, ca: authority.certificate });
afterAll(() => agent.destroy());
type Answer = { status: number; headers: IncomingHttpHeaders; body: string };
type Asked = { at?: number; method?: string; headers?: Record<string, string>; body?: string };
const ask = (path: string, { at = port, body = '', ...rest }: Asked = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const target = { port: at, host: '127.0.0.1', servername: 'portal.test', path, agent, ...rest };
    const asked = request(target, async (response) => {
      const { statusCode: status = 0, headers } = response;
      resolve({ status, headers, body: await text(response) });
    });
    asked.once('error', reject).end(body);
  });

let program: Program;
afterAll(async () => {
  program.child.kill('SIGKILL');
  await program.ended;
});

describe('a server with a certificate of its own', () => {
  it(
    'says that it is ready, answers health checks and figures by TLS, and says what the set-up lacks',
    async () => {
      program = startProgram('main.js', [], environment);
      await expect
        .poll(program.out, { timeout: MINUTES })
        .toContain('Portico is ready at https://portal.test\n');
      for (const path of ['/healthz', '/readyz'])
        expect(await ask(path)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
      const figures = await ask('/metrics', { at: metricsPort });
      expect(figures.body).toContain('portico_http_request_seconds');
      // What is left is the database, by plain TCP.
      await expect.poll(program.err).toMatch(/^ {2}DATABASE_URL: .*ASVS 12\.3\.1/m);
      expect(program.err()).not.toMatch(/PORTICO_TLS|SMTP_URL|13\.3\.1|hunter2/);
    },
    MINUTES,
  );

  it('answers nobody in the clear (ASVS 12.2.1, 12.3.1, 12.3.3)', async () => {
    for (const at of [port, metricsPort]) {
      const asked = plainRequest({ port: at, host: '127.0.0.1', path: '/healthz' });
      const answer = once(asked, 'response');
      asked.end();
      await expect(answer).rejects.toThrow();
    }
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('serves pages as behind a proxy: HSTS, cookies of this host, forms, and a count for each address', async () => {
    const page = await ask('/sign-in');
    expect(page).toMatchObject({
      status: 200,
      headers: { 'strict-transport-security': expect.stringContaining('max-age=31536000') },
    });
    const cookies = page.headers['set-cookie'] ?? [];
    expect(cookies).not.toEqual([]);
    for (const cookie of cookies) expect(cookie).toMatch(/^__Host-.*; Secure/);
    const post = async (address: string) =>
      ask('/sign-in', {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-forwarded-for': address,
          cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; '),
        },
        body: new URLSearchParams({
          _csrf: /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '',
          identifier: `nobody@${address}.test`,
          password: 'not the password',
        }).toString(),
      });
    expect((await post('192.0.2.1')).status).toBe(422);
    expect((await post('192.0.2.2')).status).toBe(422);
    const counted = await database.selectFrom('request_count').selectAll().execute();
    expect(counted.map(({ count }) => count)).toEqual([1, 1]);
  });

  it('gives what it cannot read a page', async () => {
    expect(await ask('/%ff')).toMatchObject({ status: 400, body: expect.stringContaining('</html>') });
  });

  it(
    'ends at once when it is told to, with connections kept alive',
    async () => {
      expect((await ask('/healthz')).status).toBe(200);
      program.child.kill('SIGTERM');
      expect(await program.ended).toBe(0);
      expect(program.out()).not.toMatch(/hunter2|BEGIN/);
    },
    MINUTES,
  );

  it('does not start with a certificate that it cannot serve with', async () => {
    const other = await authority.issue('portal.test');
    const wrong = file('other.pem', other.key);
    const refused = startProgram('main.js', [], { ...environment, PORTICO_TLS_KEY: wrong });
    expect(await refused.ended).toBe(1);
    expect(refused.err()).toBe(
      `Portico cannot start. ${wrong} is not the key of ${environment.PORTICO_TLS_CERTIFICATE}\n`,
    );
  });
});
