import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Something that works until it is stopped, or ends by itself. */
export type Run = {
  /** Settles when it takes no more work, whatever ended it. */
  readonly ended: Promise<void>;
  /** Ends it if it has not ended, and waits for what it had begun, but not without end. Never rejects. */
  stop(): Promise<void>;
};

export type Worker = {
  /** Whether it works now, and is not about to be started again. */
  isWorking(): boolean;
  stop(): Promise<void>;
};

/** A worker, and what else ends with it, as one worker; however often it is stopped, each is stopped once. */
export function together(worker: Worker, ...others: readonly Pick<Worker, 'stop'>[]): Worker {
  let stopped: Promise<unknown> | undefined;
  return {
    isWorking: worker.isWorking,
    stop: async () => {
      stopped ??= Promise.all([worker, ...others].map((each) => each.stop()));
      await stopped;
    },
  };
}

/** The waits before a run that ended is followed by another, in milliseconds: each is twice the one before. */
const WAITS = { first: 200, longest: 5_000 };

/**
 * Keeps something running until it is stopped, one run after the other.
 * @param begin given what settles when it need not wait any longer for a run to be at work
 * @throws when the first run does not begin
 */
export async function supervise(
  begin: (stopping: Promise<void>) => Promise<Run>,
  log: Logger,
  waits = WAITS,
): Promise<Worker> {
  const { promise: stopping, resolve: stop } = Promise.withResolvers<void>();
  let stopped = false;
  let run: Run | null = await begin(stopping);

  const watch = async () => {
    for (let wait = waits.first; ; wait = Math.min(2 * wait, waits.longest)) {
      if (run !== null) {
        const began = performance.now();
        await Promise.race([run.ended, stopping]);
        const ended = run;
        run = null;
        await ended.stop();
        // What worked for longer than the wait failed of something new.
        if (performance.now() - began > wait) wait = waits.first;
        if (!stopped) log.error({ milliseconds: wait }, 'a worker of jobs ended and is started again');
      }
      await Promise.race([setTimeout(wait, null, { ref: false }), stopping]);
      if (stopped) return;
      run = await begin(stopping).catch((error: unknown) => {
        log.warn({ err: error }, 'a worker of jobs could not be started again');
        return null;
      });
    }
  };
  const watched = watch();
  return {
    isWorking: () => run !== null,
    stop: () => {
      stopped = true;
      stop();
      return watched;
    },
  };
}
