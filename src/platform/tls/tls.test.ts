import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestCertificate, testAuthority } from '../../testing/certificate.ts';
import { movableClock } from '../../testing/clock.ts';
import { makeLog } from '../log/index.ts';
import { openTls } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'portico-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
const clock = movableClock();
const authority = await testAuthority();
const issue = (days?: readonly [number, number]) =>
  authority.issue('portal.test', days === undefined ? { at: clock.now() } : { at: clock.now(), days });
const [first, second] = [await issue(), await issue()];

let logged: string[] = [];
const log = makeLog('info', { write: (line: string) => void logged.push(line) });
const put = ({ certificate, key }: TestCertificate) => {
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.key, key, { mode: 0o600 });
  chmodSync(files.key, 0o600);
};
const open = () => openTls(files, { clock, log });

/** A server on a port of its own. */
async function serve(tls = open()) {
  const server = tls.createServer((_request, response) => void response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { tls, port, close: () => new Promise((closed) => server.close(closed)) };
}
/** The number of the certificate that a new connection is shown. */
function shown(port: number, options: { maxVersion?: SecureVersion; ciphers?: string } = {}) {
  return new Promise<{ serial: string; protocol: string | null; cipher: string }>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.certificate, ...options }, () => {
      const { serialNumber } = socket.getPeerCertificate();
      resolve({
        serial: serialNumber,
        protocol: socket.getProtocol(),
        cipher: socket.getCipher().standardName,
      });
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

beforeEach(() => {
  logged = [];
  put(first);
});

describe('TLS', () => {
  it('serves with the certificate of the files', async () => {
    const { port, close } = await serve();
    const asked = request({ port, host: '127.0.0.1', ca: authority.certificate, agent: new Agent() }).end();
    const [response] = await once(asked, 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
    await close();
  });

  it('speaks TLS 1.2 and 1.3 with forward secrecy, and nothing below (ASVS 12.1.1, 12.1.2)', async () => {
    const { port, close } = await serve();
    expect((await shown(port)).protocol).toBe('TLSv1.3');
    const older = await shown(port, { maxVersion: 'TLSv1.2' });
    expect(older).toMatchObject({
      protocol: 'TLSv1.2',
      cipher: expect.stringMatching(/^TLS_ECDHE_\w+_(GCM|POLY1305)_/),
    });
    await expect(
      shown(port, { maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const),
    ).rejects.toThrow();
    await expect(
      shown(port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }),
    ).rejects.toThrow();
    await close();
  });

  it('does not answer plain HTTP (ASVS 12.2.1, 12.3.1)', async () => {
    const { port, close } = await serve();
    const asked = plainRequest({ port, host: '127.0.0.1' }).end();
    await expect(once(asked, 'response')).rejects.toThrow();
    await close();
  });

  it('takes up a renewed certificate for all its servers, and leaves the connections there are alone', async () => {
    const tls = open();
    const [one, other] = [await serve(tls), await serve(tls)];
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.certificate });
    const ask = async () => {
      const asked = request({ port: one.port, host: '127.0.0.1', agent }).end();
      const [response] = await once(asked, 'response');
      response.resume();
      await once(response, 'end');
      return asked.reusedSocket;
    };
    await ask();
    const before = await shown(one.port);
    put(second);
    expect((await shown(one.port)).serial).toBe(before.serial);
    tls.look();
    const after = await shown(one.port);
    expect(after.serial).not.toBe(before.serial);
    expect((await shown(other.port)).serial).toBe(after.serial);
    expect((await shown(one.port, { maxVersion: 'TLSv1.2' })).cipher).toMatch(/^TLS_ECDHE_/);
    expect(await ask()).toBe(true);
    tls.look();
    expect(logged.filter((line) => line.includes('took up'))).toHaveLength(1);
    // A server that comes later has it too.
    const late = await serve(tls);
    expect((await shown(late.port)).serial).toBe(after.serial);
    agent.destroy();
    for (const { close } of [one, other, late]) await close();
  });

  const bad: ReadonlyArray<readonly [string, string, () => Promise<void> | void]> = [
    ['no certificate', 'no certificate in PEM', () => put({ ...first, certificate: 'x' })],
    [
      'half a certificate',
      'no certificate in PEM',
      () => put({ ...first, certificate: first.certificate.slice(0, 200) }),
    ],
    [
      'half a chain',
      'cannot be served with',
      () => put({ ...first, certificate: `${first.certificate}${second.certificate.slice(0, 200)}` }),
    ],
    ['no key', 'no private key in PEM', () => put({ ...first, key: '' })],
    ["another certificate's key", 'is not the key of', () => put({ ...first, key: second.key })],
    ['a key open to all', 'open to every user', () => chmodSync(files.key, 0o644)],
    ['a missing certificate', 'ENOENT', () => rmSync(files.certificate)],
    ['a missing key', 'ENOENT', () => rmSync(files.key)],
    ['a certificate that has ended', 'has ended', async () => put(await issue([-90, -1]))],
    ['one that begins later', 'begins only later', async () => put(await issue([1, 90]))],
  ];

  it.each(bad)('refuses to begin with %s, and says why and not what is in it', async (_, why, spoil) => {
    await spoil();
    expect(open).toThrow(why);
    expect(open).toThrow(folder);
    expect(open).not.toThrow(first.key.slice(40, 60));
  });

  it.each(bad)('goes on with what it had when it finds %s, and says so once', async (_, why, spoil) => {
    const { tls, port, close } = await serve();
    const before = await shown(port);
    await spoil();
    tls.look();
    tls.look();
    expect(await shown(port)).toEqual(before);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(why);
    put(second);
    tls.look();
    expect((await shown(port)).serial).not.toBe(before.serial);
    await close();
  });
});
