import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';
import { loadAgency } from '../agency/index.ts';
import { createServer, downloadHeaders } from '../http/index.ts';
import { loadLanguages } from '../i18n/index.ts';
import { SEALED_CHUNK } from './chunks.ts';
import { openBlobs } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'portico-download-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const blobs = await openBlobs({ is: 'folder', folder });
const content = randomBytes(3_000_000);
const put = await blobs.put(Readable.from([content]), { maxBytes: 3_000_000 });
if (put.is !== 'stored') throw new Error(put.is);
const path = join(folder, put.id.slice(-2), put.id);
const sealed = await readFile(path);

const app = await testApp();
const agency = loadAgency(app.config.agencyFolder);
const lines: string[] = [];
const { server } = await createServer({
  ...app,
  agency,
  languages: loadLanguages(`${app.config.root}/locales`, agency),
  log: pino({}, { write: (line) => void lines.push(line) }),
  navigation: () => [],
});
server.get('/document', { config: { access: 'anyone' } }, async (_, reply) =>
  reply
    .headers(downloadHeaders({ name: '護照.pdf', type: 'application/pdf', size: put.size }))
    .send(await blobs.open(put)),
);
const origin = await server.listen({ port: 0, host: '127.0.0.1' });
afterAll(() => server.close());
const ask = () => fetch(`${origin}/document`);

describe('a download of a blob', () => {
  it('is the content, under its own name and no other rule for browsers than any answer has', async () => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''%E8%AD%B7%E7%85%A7.pdf");
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
  });

  it('breaks off where the blob is damaged further on, and is a page of an error where it begins damaged', async () => {
    await writeFile(path, sealed.subarray(0, 5 * SEALED_CHUNK));
    const cut = await ask();
    expect(cut.status).toBe(200);
    await expect(cut.arrayBuffer()).rejects.toThrow();
    await writeFile(path, Buffer.concat([Buffer.from([1]), sealed.subarray(1)]));
    const damaged = await ask();
    expect(damaged.status).toBe(500);
    expect(damaged.headers.get('content-disposition')).toBeNull();
    expect(await damaged.text()).not.toMatch(/blob|damaged/i);
    expect(lines.some((line) => line.includes('BLOB_DAMAGED'))).toBe(true);
    await writeFile(path, sealed);
  });

  it('is a page that asks to try again while the storage is out of reach', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('30');
    expect(lines.some((line) => line.includes('"why":"ENOTDIR"'))).toBe(true);
  });
});
