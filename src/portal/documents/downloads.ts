import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';

/** The files that are on their way out of a process. */
export type Downloads = {
  /**
   * Counts the answer to a request as a download until it has ended. One that gets no further is cut off, and so is what
   * it reads from.
   * @returns `full` where its owner, or all together, have as many as there may be
   */
  begin(response: ServerResponse, owner: string): 'begun' | 'full';
  /** How many there are. */
  size(): number;
  /** Cuts off all, and lets in no more: browsers ask for the rest of a file once the server is back. */
  stop(): void;
};

/** In all fewer than there are connections to an object store, so that something is left for all else. */
const MOST = { ofOwner: 6, inAll: 200 };
const STALL = 30_000;

/** Bounds how many files are on their way at once, and how long one may stand still. */
export function makeDownloads({
  most = MOST,
  stallMilliseconds = STALL,
}: {
  readonly most?: { readonly ofOwner: number; readonly inAll: number };
  readonly stallMilliseconds?: number;
} = {}): Downloads {
  const open = new Map<ServerResponse, string>();
  let stopped = false;
  return {
    begin: (response, owner) => {
      const own = [...open.values()].filter((each) => each === owner);
      if (stopped || open.size >= most.inAll || own.length >= most.ofOwner) return 'full';
      open.set(response, owner);
      const stalled = setTimeout(() => response.destroy(), stallMilliseconds).unref();
      response.on('drain', () => stalled.refresh());
      finished(response, () => {
        clearTimeout(stalled);
        open.delete(response);
      });
      return 'begun';
    },
    size: () => open.size,
    stop: () => {
      stopped = true;
      for (const response of open.keys()) response.destroy();
    },
  };
}
