import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DatabaseConnection } from '../database/index.ts';

const AGAIN_MILLISECONDS = 1_000;

/** Told the name of the source that something was appended to, and null when some may have been missed. */
export type Heard = (source: string | null) => void;

/** What is appended to any stream, as a process hears of it. */
export type Signals = {
  /**
   * Hears until it is stopped. All who hear share one connection, which is there as long as one of them is.
   * @returns once it is listened, or could not be at first; whoever comes is told null then
   */
  hear(heard: Heard): Promise<{ stop(): Promise<void> }>;
};

/** Makes the one place at which a process listens. */
export function makeSignals(
  connection: Pick<DatabaseConnection, 'pool'>,
  log: Pick<Logger, 'warn'>,
): Signals {
  const all = new Set<Heard>();
  let listening: ReturnType<typeof listen> | null = null;
  return {
    hear: async (heard) => {
      // Of its own, so that who hears twice is told twice.
      const own: Heard = (source) => heard(source);
      all.add(own);
      if (listening === null) {
        listening = listen(connection, log, (source) => {
          for (const each of all) each(source);
        });
        await listening;
      } else {
        await listening;
        own(null);
      }
      return {
        stop: async () => {
          if (!all.delete(own) || all.size > 0) return;
          const last = await listening;
          listening = null;
          await last?.stop();
        },
      };
    },
  };
}

/**
 * Hears of what is appended to any stream, on a connection that it keeps and replaces.
 * @returns once it listens, or could not at first
 */
async function listen(
  { pool }: Pick<DatabaseConnection, 'pool'>,
  log: Pick<Logger, 'warn'>,
  heard: Heard,
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
