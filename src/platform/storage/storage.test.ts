import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { BUCKET, S3_ACCOUNT, startS3 } from '../../testing/s3.ts';
import { newContentKey } from '../crypto/index.ts';
import { CHUNK, SEALED_CHUNK } from './chunks.ts';
import {
  asBlobId,
  BlobDamaged,
  type BlobId,
  BlobMissing,
  type BlobReference,
  type Blobs,
  openBlobs,
  type StoredBlob,
} from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'portico-storage-'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** A storage, and what stands in it as it is there. */
type Tested = {
  readonly blobs: Blobs;
  readonly incoming: string;
  raw(id: BlobId): Promise<Buffer>;
  overwrite(id: BlobId, sealed: Buffer): Promise<void>;
};

async function inFolder(): Promise<Tested> {
  const folder = join(temporary, 'blobs');
  const pathOf = (id: BlobId) => join(folder, id.slice(-2), id);
  return {
    blobs: await openBlobs({ is: 'folder', folder }),
    incoming: join(folder, 'incoming'),
    raw: (id) => readFile(pathOf(id)),
    overwrite: (id, sealed) => writeFile(pathOf(id), sealed),
  };
}

async function inObjectStore(): Promise<Tested> {
  const { endpoint } = await startS3();
  const where = { endpoint, region: 'eu-west-1' };
  const client = new S3Client({
    ...where,
    forcePathStyle: true,
    credentials: { accessKeyId: S3_ACCOUNT, secretAccessKey: S3_ACCOUNT },
  });
  const named = (id: BlobId) => ({ Bucket: BUCKET, Key: `tests/${id}` });
  const incoming = join(temporary, 'on-its-way');
  const blobs = await openBlobs({
    ...where,
    is: 's3',
    bucket: BUCKET,
    prefix: 'tests/',
    pathStyle: true,
    credentials: { keyId: S3_ACCOUNT, secret: () => S3_ACCOUNT },
    incoming,
  });
  afterAll(() => {
    client.destroy();
    blobs.close();
  });
  return {
    blobs,
    incoming,
    raw: async (id) => {
      const { Body } = await client.send(new GetObjectCommand(named(id)));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    overwrite: async (id, Body) => void (await client.send(new PutObjectCommand({ ...named(id), Body }))),
  };
}

const NO_LIMIT = { maxBytes: Number.POSITIVE_INFINITY };
const ABSENT = asBlobId.parse('018f0000-0000-7000-8000-00000000dead');
const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest();

async function stored(blobs: Blobs, content: Uint8Array, part = 50_000) {
  async function* parts() {
    for (let at = 0; at < content.length; at += part) yield content.subarray(at, at + part);
  }
  const put = await blobs.put(parts(), NO_LIMIT);
  if (put.is !== 'stored') throw new Error(put.is);
  return put;
}
async function listed(blobs: Blobs): Promise<readonly StoredBlob[]> {
  const all: StoredBlob[] = [];
  for await (const each of blobs.ids()) all.push(each);
  return all;
}
const idsOf = async (blobs: Blobs) => (await listed(blobs)).map(({ id }) => id);

/** All that a blob gives before it ends, and how it ends. */
async function readOut(blobs: Blobs, blob: BlobReference): Promise<{ given: Buffer; error: unknown }> {
  const given: Buffer[] = [];
  try {
    for await (const part of await blobs.open(blob)) given.push(part);
    return { given: Buffer.concat(given), error: null };
  } catch (error) {
    return { given: Buffer.concat(given), error };
  }
}

describe.each([
  ['a folder', await inFolder()],
  ['an object store', await inObjectStore()],
])('blobs in %s', (kind, { blobs, incoming, raw, overwrite }) => {
  const runs = (most: number) => ({ numRuns: kind === 'a folder' ? most : most / 5 });

  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])(
    'give back %i bytes as they were put, and are sealed (ASVS 11.3.2, 14.2.4)',
    async (size) => {
      const content = randomBytes(size);
      const put = await stored(blobs, content);
      expect(put.size).toBe(size);
      expect(put.sha256).toEqual(hashOf(content));
      expect(hashOf(await buffer(await blobs.open(put)))).toEqual(put.sha256);
      const sealed = await raw(put.id);
      expect(sealed).toHaveLength(size + 16 * Math.max(1, Math.ceil(size / CHUNK)));
      if (size >= 64) expect(sealed.includes(content.subarray(0, 64))).toBe(false);
      expect(await readdir(incoming)).toEqual([]);
    },
  );

  it('give every range of a content, however it came in', async () => {
    const Content = fc
      .record({
        size: fc.integer({ min: 1, max: 3 * CHUNK + 100 }),
        part: fc.integer({ min: 900, max: 200_000 }),
      })
      .chain(({ size, part }) => {
        const place = fc.oneof(
          fc.nat(size - 1),
          fc.constantFrom(0, CHUNK - 1, CHUNK, 2 * CHUNK, size - 1).map((at) => Math.min(at, size - 1)),
        );
        return fc.record({
          size: fc.constant(size),
          part: fc.constant(part),
          ranges: fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 4 }),
        });
      });
    await fc.assert(
      fc.asyncProperty(Content, async ({ size, part, ranges }) => {
        const content = randomBytes(size);
        const put = await stored(blobs, content, part);
        for (const [a, b] of ranges) {
          const range = { first: Math.min(a, b), last: Math.max(a, b) };
          const given = await buffer(await blobs.open(put, range));
          expect(given.equals(content.subarray(range.first, range.last + 1))).toBe(true);
        }
        await blobs.remove(put.id);
      }),
      runs(100),
    );
  });

  it('read only the chunks that a range stands in', async () => {
    const content = randomBytes(4 * CHUNK);
    const put = await stored(blobs, content);
    const sealed = await raw(put.id);
    for (const chunk of [0, 3]) sealed[chunk * SEALED_CHUNK] = (sealed[chunk * SEALED_CHUNK] ?? 0) ^ 1;
    await overwrite(put.id, sealed);
    const range = { first: CHUNK + 3, last: 3 * CHUNK - 1 };
    expect((await buffer(await blobs.open(put, range))).equals(content.subarray(CHUNK + 3, 3 * CHUNK))).toBe(
      true,
    );
    await expect(blobs.open(put, { first: CHUNK - 1, last: CHUNK })).rejects.toThrow(BlobDamaged);
  });

  it.each([
    [-1, 3],
    [3, 2],
    [0, 1.5],
    [Number.NaN, 3],
    [0, Number.POSITIVE_INFINITY],
  ])('have no range from %d to %d', async (first, last) => {
    const put = await stored(blobs, randomBytes(10));
    await expect(blobs.open(put, { first, last })).rejects.toThrow(RangeError);
  });

  it('are cut where a range goes beyond them', async () => {
    const put = await stored(blobs, randomBytes(CHUNK + 10));
    for (const last of [CHUNK + 10, 5 * CHUNK])
      for (const first of [0, CHUNK, last])
        await expect(blobs.open(put, { first, last })).rejects.toThrow(BlobDamaged);
  });

  it('open by their own key and id only', async () => {
    const [one, other] = [await stored(blobs, Buffer.from('one')), await stored(blobs, Buffer.from('other'))];
    await expect(blobs.open({ id: one.id, key: other.key })).rejects.toThrow(BlobDamaged);
    await expect(blobs.open({ id: one.id, key: newContentKey() })).rejects.toThrow(BlobDamaged);
    await overwrite(one.id, await raw(other.id));
    await expect(blobs.open(one)).rejects.toThrow(BlobDamaged);
    await expect(blobs.open({ id: one.id, key: other.key })).rejects.toThrow(BlobDamaged);
  });

  it('give nothing that was changed, cut, moved, left out or added (ASVS 11.3.3)', async () => {
    const content = randomBytes(3 * CHUNK + 77);
    const put = await stored(blobs, content);
    const sealed = await raw(put.id);
    const other = await raw((await stored(blobs, randomBytes(content.length))).id);
    const chunk = (of: Buffer, index: number) =>
      of.subarray(index * SEALED_CHUNK, (index + 1) * SEALED_CHUNK);
    const chunks = [0, 1, 2, 3].map((index) => chunk(sealed, index));
    const Damage = fc.oneof(
      fc.record({ at: fc.nat(sealed.length - 1), bit: fc.nat(7) }).map(({ at, bit }) => {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        return changed;
      }),
      fc.nat(sealed.length - 1).map((length) => sealed.subarray(0, length)),
      fc.constantFrom(0, 1, 2, 3).map((count) => sealed.subarray(0, count * SEALED_CHUNK)),
      fc
        .shuffledSubarray([0, 1, 2, 3])
        .filter((order) => order.join() !== '0,1,2,3')
        .map((order) => Buffer.concat(order.flatMap((index) => chunks[index] ?? []))),
      fc
        .nat(3)
        .map((at) => Buffer.concat(chunks.map((each, index) => (index === at ? chunk(other, at) : each)))),
      fc
        .constantFrom(Buffer.from([0]), chunk(sealed, 3), chunk(sealed, 0))
        .map((more) => Buffer.concat([sealed, more])),
    );
    await fc.assert(
      fc.asyncProperty(Damage, async (damaged) => {
        await overwrite(put.id, damaged);
        const { given, error } = await readOut(blobs, put);
        expect(error).toBeInstanceOf(BlobDamaged);
        expect(content.subarray(0, given.length).equals(given)).toBe(true);
      }),
      runs(150),
    );
    await overwrite(put.id, sealed);
    expect((await readOut(blobs, put)).error).toBeNull();
  });

  it('are not kept when they are too large, and no more is read of them', async () => {
    const before = await idsOf(blobs);
    let given = 0;
    const content = Readable.from(
      (function* () {
        for (; given < 1_000; given++) yield randomBytes(10_000);
      })(),
    );
    expect(await blobs.put(content, { maxBytes: 999_999 })).toEqual({ is: 'too-large' });
    expect(content.destroyed).toBe(true);
    expect(given).toBeLessThan(300);
    expect(await idsOf(blobs)).toEqual(before);
    expect(await readdir(incoming)).toEqual([]);
    expect((await blobs.put(Readable.from([randomBytes(1_000_000)]), { maxBytes: 1_000_000 })).is).toBe(
      'stored',
    );
  });

  it('are not kept when their source fails, which is said as it is', async () => {
    const before = await idsOf(blobs);
    async function* broken() {
      yield randomBytes(2 * CHUNK);
      throw new Error('the connection was cut');
    }
    await expect(blobs.put(broken(), NO_LIMIT)).rejects.toThrow('the connection was cut');
    expect(await idsOf(blobs)).toEqual(before);
    expect(await readdir(incoming)).toEqual([]);
  });

  it('are listed with when they were stored, until they are removed', async () => {
    const from = Date.now();
    const put = await stored(blobs, randomBytes(5));
    const found = (await listed(blobs)).find(({ id }) => id === put.id);
    // Some file systems and stores know whole seconds only.
    expect(found?.storedAt.getTime()).toBeGreaterThan(from - 2_000);
    expect(found?.storedAt.getTime()).toBeLessThan(Date.now() + 2_000);
    await blobs.remove(put.id);
    await blobs.remove(put.id);
    expect(await idsOf(blobs)).not.toContain(put.id);
    await expect(blobs.open(put)).rejects.toThrow(BlobMissing);
    await expect(blobs.open({ ...put, id: ABSENT })).rejects.toThrow(ABSENT);
  });

  it('let go of what they read from when a reader leaves', async () => {
    const put = await stored(blobs, randomBytes(40 * CHUNK));
    for (let times = 0; times < 300; times++) {
      const stream = await blobs.open(put);
      if (times % 2 === 0) await new Promise((resolve) => stream.once('data', resolve));
      await new Promise((resolve) => stream.once('close', resolve).destroy());
    }
    if (kind !== 'a folder') return;
    const open = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    expect(open.filter((path) => path.endsWith(put.id))).toEqual([]);
  });

  it('are there when they are asked', async () => {
    await expect(blobs.check()).resolves.toBeUndefined();
  });
});
