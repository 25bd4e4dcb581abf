import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll } from 'vitest';

export const BUCKET = 'documents';
/** The one account that the store of tests knows; its secret is the same. */
export const S3_ACCOUNT = 'S3RVER';

/** An object store of somebody else's making on this machine, with one bucket. It knows accounts, and believes signatures. */
export async function startS3(): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  });
  const { port } = await server.run();
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= server.close();
    return stopped;
  };
  afterAll(async () => {
    await stop();
    await rm(directory, { recursive: true });
  });
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}
