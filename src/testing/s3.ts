import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll } from 'vitest';

export const BUCKET = 'documents';
/** The one account that the store of tests knows; its secret is the same. */
export const S3_ACCOUNT = 'S3RVER';

export type TestS3 = {
  readonly endpoint: string;
  stop(): Promise<void>;
  /** Starts it again where it was, with what it had. */
  startAgain(): Promise<void>;
};

/** An object store of somebody else's making on this machine, with one bucket. It knows accounts, and believes signatures. */
export async function startS3(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-s3-'));
  const run = async (at: number) => {
    const server = new S3rver({
      address: '127.0.0.1',
      port: at,
      silent: true,
      directory,
      configureBuckets: [{ name: BUCKET }],
    });
    const { port } = await server.run();
    return { server, port };
  };
  const { server, port } = await run(0);
  let running: S3rver | null = server;
  const stop = async () => {
    const stopping = running;
    running = null;
    await stopping?.close();
  };
  afterAll(async () => {
    await stop();
    await rm(directory, { recursive: true });
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop,
    startAgain: async () => {
      running = (await run(port)).server;
    },
  };
}
