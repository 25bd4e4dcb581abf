import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { BUCKET, S3_ACCOUNT, startS3 } from '../../testing/s3.ts';
import { type Blobs, openBlobs, StorageUnavailable } from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'portico-s3-way-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const incoming = join(temporary, 'incoming');

async function storage(
  endpoint: string,
  { keyId = S3_ACCOUNT, secret = (): string => S3_ACCOUNT, bucket = BUCKET } = {},
): Promise<Blobs> {
  const blobs = await openBlobs({
    is: 's3',
    endpoint,
    bucket,
    prefix: 'p/',
    region: 'eu-west-1',
    pathStyle: true,
    credentials: { keyId, secret },
    incoming,
  });
  afterAll(() => blobs.close());
  return blobs;
}

/** An object store that answers as it is told. @returns its address */
async function answering(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Whether a request without a body is signed by a secret (AWS Signature Version 4). */
function isSigned({ method, url = '', headers }: IncomingMessage, secret: string): boolean {
  const [, scope = '', names = '', signature] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(headers.authorization ?? '') ??
    [];
  const [path, query = ''] = url.split('?');
  const signed = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, path, query.split('&').sort().join('&'), signed.join(''), names];
  const request = [...canonical, headers['x-amz-content-sha256']].join('\n');
  const hash = createHash('sha256').update(request).digest('hex');
  const keyed = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.split('/').reduce<string | Buffer>(keyed, `AWS4${secret}`);
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash].join('\n');
  return keyed(key, text).toString('hex') === signature;
}

const put = (blobs: Blobs, content = randomBytes(300_000)) =>
  blobs.put(Readable.from([content]), { maxBytes: 1_000_000 });
async function kept(blobs: Blobs) {
  const result = await put(blobs);
  if (result.is !== 'stored') throw new Error(result.is);
  return result;
}

describe('blobs in an object store', () => {
  it('are unavailable while it is gone, to an account that it does not know, and in no bucket', async () => {
    const { endpoint, stop } = await startS3();
    const blobs = await storage(endpoint);
    const blob = await kept(blobs);
    const wrong = await storage(endpoint, { keyId: 'nobody' });
    for (const act of [
      () => put(wrong),
      () => wrong.open(blob),
      () => wrong.remove(blob.id),
      () => wrong.check(),
    ])
      await expect(act()).rejects.toMatchObject({ statusCode: 503, code: 'InvalidAccessKeyId' });
    await expect((await storage(endpoint, { bucket: 'elsewhere' })).check()).rejects.toMatchObject({
      statusCode: 503,
      code: 'NoSuchBucket',
    });
    await stop();
    for (const act of [
      () => put(blobs),
      () => blobs.open(blob),
      () => blobs.remove(blob.id),
      () => blobs.check(),
    ])
      await expect(act()).rejects.toThrow(StorageUnavailable);
    await expect(blobs.check()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await readdir(incoming)).toEqual([]);
  });

  it('are asked for by the secret of the moment (ASVS 13.3.1)', async () => {
    let secret = 'first';
    const endpoint = await answering((request, response) => {
      response.writeHead(isSigned(request, 'second') ? 200 : 403, { 'content-type': 'application/xml' });
      response.end('<ListBucketResult/>');
    });
    const blobs = await storage(endpoint, { secret: () => secret });
    await expect(blobs.check()).rejects.toThrow(StorageUnavailable);
    secret = 'second';
    await expect(blobs.check()).resolves.toBeUndefined();
    secret = 'third';
    await expect(blobs.check()).rejects.toThrow(StorageUnavailable);
  });

  it('are sent again, whole, to a store that was busy, under a signature of what they are', async () => {
    const bodies: { body: Buffer; signed: unknown }[] = [];
    const endpoint = await answering(async (request, response) => {
      bodies.push({ body: await buffer(request), signed: request.headers['x-amz-content-sha256'] });
      response.writeHead(bodies.length < 3 ? 503 : 200).end();
    });
    expect((await put(await storage(endpoint))).is).toBe('stored');
    expect(bodies).toHaveLength(3);
    for (const { body, signed } of bodies) {
      expect(body).toHaveLength(300_000 + 3 * 16);
      expect(signed).toBe(createHash('sha256').update(body).digest('hex'));
    }
  });

  it('are given up after three tries, and at once where they are refused', async () => {
    for (const [status, tries] of [
      [500, 3],
      [403, 1],
    ] as const) {
      let requests = 0;
      const endpoint = await answering((request, response) => {
        requests++;
        request.resume().on('end', () => response.writeHead(status).end());
      });
      await expect(put(await storage(endpoint))).rejects.toThrow(StorageUnavailable);
      expect([status, requests]).toEqual([status, tries]);
    }
  });

  it('end where the store breaks off, and do not look whole', async () => {
    const { endpoint } = await startS3();
    const blobs = await storage(endpoint);
    const blob = await kept(blobs);
    const response = await fetch(`${endpoint}/${BUCKET}/p/${blob.id}`);
    const sealed = Buffer.from(await response.arrayBuffer());
    const breaking = await answering((_, answer) => {
      answer.writeHead(200, { 'content-length': sealed.length });
      answer.write(sealed.subarray(0, 200_000), () => answer.destroy());
    });
    const stream = await (await storage(breaking)).open(blob);
    await expect(buffer(stream)).rejects.toThrow(StorageUnavailable);
  });

  it('are listed over all pages', async () => {
    const id = (n: number) => `018f0000-0000-7000-8000-00000000000${n}`;
    const page = (keys: readonly string[], next: string) =>
      `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${keys
        .map(
          (key) =>
            `<Contents><Key>${key}</Key><LastModified>2026-11-30T10:00:00.000Z</LastModified></Contents>`,
        )
        .join('')}${next}</ListBucketResult>`;
    const endpoint = await answering((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://store');
      const isSecond = searchParams.get('continuation-token') === 'more/of it';
      response.setHeader('content-type', 'application/xml');
      response.end(
        isSecond
          ? page([`p/${id(3)}`], '<IsTruncated>false</IsTruncated>')
          : page(
              [`p/${id(1)}`, 'p/else', `p/${id(2)}`],
              '<IsTruncated>true</IsTruncated><NextContinuationToken>more/of it</NextContinuationToken>',
            ),
      );
    });
    const ids: string[] = [];
    for await (const each of (await storage(endpoint)).ids()) {
      ids.push(each.id);
      expect(each.storedAt).toEqual(new Date('2026-11-30T10:00:00Z'));
    }
    expect(ids).toEqual([id(1), id(2), id(3)]);
  });
});
