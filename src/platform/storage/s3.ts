import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { StorageConfig } from '../config/index.ts';
import { BlobDamaged, BlobMissing, StorageUnavailable } from './faults.ts';
import { makeFolder, reaching, removeFilesBefore, writeNewFile } from './file.ts';
import { type BlobId, isBlobId, type Store, type StoredBlob } from './store.ts';

export type S3Config = Extract<StorageConfig, { is: 's3' }>;

/** In milliseconds: until a connection is there, and without a byte in it. */
const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 60_000 };
/** Each download holds one for as long as it takes. */
const MOST_SOCKETS = 256;
const TRIES = 3;
/** In milliseconds, before the second try; each further one waits twice as long. */
const PAUSE = 100;
/** What is wrong is thrown; the library would also write it to the console. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Blobs as objects of a bucket. An object needs its length before it is sent, so sealed bytes go to a file of this machine
 * first; none stays there, and a store that fails is tried again from it.
 */
export function s3Store(config: S3Config): Store {
  const { bucket: Bucket, prefix, incoming } = config;
  const client = clientOf(config);
  const keyOf = (id: BlobId) => `${prefix}${id}`;
  return {
    write: async (id, sealed) => {
      const path = join(incoming, id);
      const hash = createHash('sha256');
      try {
        const ContentLength = await writeNewFile(path, hashing(sealed, hash), false);
        const sha256 = hash.digest('hex');
        await reaching('write a blob', () =>
          trying(async () => {
            const Body = createReadStream(path);
            try {
              await client.send(signedPut({ Bucket, Key: keyOf(id), Body, ContentLength }, sha256));
            } finally {
              Body.destroy();
            }
          }),
        );
      } finally {
        await rm(path, { force: true }).catch(() => {});
      }
    },
    read: async (id, range) => {
      const found = await client
        .send(
          new GetObjectCommand({
            Bucket,
            Key: keyOf(id),
            ...(range === undefined ? {} : { Range: `bytes=${range.first}-${range.last}` }),
          }),
        )
        .catch((error: unknown) => {
          if (isNamed(error, 'NoSuchKey')) throw new BlobMissing(id);
          if (isNamed(error, 'InvalidRange')) throw new BlobDamaged(id, error);
          throw new StorageUnavailable('read a blob', error);
        });
      const total = found.ContentRange?.split('/')[1] ?? found.ContentLength;
      if (!(found.Body instanceof Readable)) throw new StorageUnavailable('read a blob', found);
      return { content: found.Body, total: Number(total) };
    },
    remove: (id) =>
      reaching('remove a blob', async () => {
        await client.send(new DeleteObjectCommand({ Bucket, Key: keyOf(id) }));
      }),
    list: () => list(client, config),
    removeUnfinished: (before) =>
      reaching('remove what was not finished', () => removeFilesBefore(incoming, before)),
    check: () =>
      reaching('be reached', async () => {
        await makeFolder(incoming);
        await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 0 }));
      }),
    close: () => client.destroy(),
  };
}

/** Has a stream signed too, which the library leaves out: a store refuses what does not arrive as it was sent. */
function signedPut(input: PutObjectCommandInput, sha256: string): PutObjectCommand {
  const command = new PutObjectCommand({ ...input, ContentType: 'application/octet-stream' });
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (hasHeaders(request)) request.headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build', name: 'signWhatIsSent' },
  );
  return command;
}

function clientOf({ endpoint, region, pathStyle, credentials }: S3Config): S3Client {
  return new S3Client({
    region,
    ...(endpoint === null ? {} : { endpoint }),
    forcePathStyle: pathStyle,
    maxAttempts: TRIES,
    logger: SILENT,
    // Newer checksums are not known to every store of the protocol; the signature and our own tags say the same.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      ...TIMEOUTS,
      httpAgent: { maxSockets: MOST_SOCKETS, keepAlive: true },
      httpsAgent: { maxSockets: MOST_SOCKETS, keepAlive: true },
    },
    ...(credentials === null
      ? {}
      : {
          credentials: async () => ({
            accessKeyId: credentials.keyId,
            secretAccessKey: credentials.secret(),
            // Already over, so that a secret that was replaced is read for the next request.
            expiration: new Date(0),
          }),
        }),
  });
}

async function* list(client: S3Client, { bucket, prefix }: S3Config): AsyncGenerator<StoredBlob> {
  let ContinuationToken: string | undefined;
  do {
    const page = await reaching('list blobs', () =>
      client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken })),
    );
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      const id = Key.slice(prefix.length);
      if (isBlobId(id) && LastModified !== undefined) yield { id, storedAt: LastModified };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

const Failure = z
  .object({
    name: z.string().optional(),
    $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
  })
  .catch({});
const hasHeaders = (request: unknown): request is { headers: Record<string, string> } =>
  typeof request === 'object' && request !== null && 'headers' in request;
const isNamed = (error: unknown, name: string): boolean => Failure.parse(error).name === name;
const statusOf = (error: unknown): number | undefined => Failure.parse(error).$metadata?.httpStatusCode;

/** The library sends a stream once only, since it cannot begin it anew. */
async function trying<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (tries === TRIES || isRefusal(error)) throw error;
      await setTimeout(PAUSE * 2 ** (tries - 1));
    }
  }
}

/** Whether the store answered, and would answer the same again. */
function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

async function* hashing(
  bytes: AsyncIterable<Uint8Array>,
  hash: { update(part: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) {
    hash.update(part);
    yield part;
  }
}
