import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

/** What a thread answers. */
export type Answer<Done> =
  | { readonly is: 'done'; readonly done: Done }
  | { readonly is: 'failed'; readonly why: string };

const BELOW_NORMAL = 10;

/** Runs in the thread: does what it is asked, one after the other. */
export function serveThread<Work, Done>(carryOut: (work: Work) => Done): void {
  yieldToTheServer();
  const answer = (work: Work): Answer<Done> => {
    try {
      return { is: 'done', done: carryOut(work) };
    } catch (error) {
      return { is: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
  };
  parentPort?.on('message', (work: Work) => parentPort?.postMessage(answer(work)));
}

/** Lets the thread that answers pages go first. Linux knows the priority of a thread; elsewhere nothing changes. */
function yieldToTheServer(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, BELOW_NORMAL);
  } catch {
    // Without it a flood of work slows pages a little more; nothing else depends on it.
  }
}
