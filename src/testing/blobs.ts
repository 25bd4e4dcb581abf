import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Blobs, openBlobs } from '../platform/storage/index.ts';

/** A storage in a folder of its own, which goes with the tests of the file. */
export async function testBlobs(): Promise<Blobs> {
  const folder = await mkdtemp(join(tmpdir(), 'portico-blobs-'));
  afterAll(() => rm(folder, { recursive: true }));
  return openBlobs({ is: 'folder', folder });
}
