import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DatabaseConnection } from '../database/index.ts';

const AGAIN_MILLISECONDS = 1_000;

/**
 * Hears of what is appended to any stream, on a connection that it keeps and replaces.
 * @param heard called with the name of the source, and with null when some may have been missed
 * @returns once it listens, or could not at first
 */
export async function listen(
  { pool }: Pick<DatabaseConnection, 'pool'>,
  log: Pick<Logger, 'warn'>,
  heard: (source: string | null) => void,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { promise: begun, resolve: isBegun } = Promise.withResolvers<void>();

  const listenOnce = async (): Promise<void> => {
    const client = await pool.connect();
    try {
      const ended = once(client, 'end', { signal });
      // Thrown where it is awaited, which a failing statement may keep from happening.
      ended.catch(() => {});
      client.on('notification', ({ payload = '' }) => heard(payload));
      await client.query('listen portico_stream');
      isBegun();
      heard(null);
      await ended;
    } finally {
      client.release(true);
    }
  };
  const listening = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await listenOnce();
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, 'changes are not listened for');
      }
      isBegun();
      await setTimeout(AGAIN_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  };
  const done = listening();
  await begun;
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
