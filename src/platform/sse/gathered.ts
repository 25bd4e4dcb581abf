import { setTimeout } from 'node:timers/promises';

/** Work that is asked for often and done together. */
export type Gathered = {
  /** Does it soon: what was asked for meanwhile is done once more, after a rest. */
  wake(): void;
  stop(): Promise<void>;
};

/** @param failed told what the work threw, which keeps it from nothing later */
export function gathered(
  work: () => Promise<void>,
  restMilliseconds: number,
  failed: (error: unknown) => void,
): Gathered {
  const stopping = new AbortController();
  const { signal } = stopping;
  let [busy, woken] = [false, false];
  let last: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    while (woken && !signal.aborted) {
      woken = false;
      await work().catch(failed);
      await setTimeout(restMilliseconds, undefined, { signal, ref: false }).catch(() => {});
    }
    busy = false;
  };
  return {
    wake: () => {
      woken = true;
      if (busy || signal.aborted) return;
      busy = true;
      last = run();
    },
    stop: async () => {
      stopping.abort();
      await last;
    },
  };
}
