import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer } from './serve.ts';

/** More is asked of the threads than they can do in time. The person is told to try again; nobody else is slowed. */
export class ThreadsBusy extends Error {
  readonly statusCode = 503;
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('the queue of the threads is full');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What a thread was asked to do failed there, for a cause that lies in the work: it is of no use to ask again. */
export class WorkFailed extends Error {}

export type Threads<Work, Done> = {
  /**
   * @throws WorkFailed with what the thread said when it failed; ThreadsBusy; or another error when it was not done: the
   * threads are closed, one ended, or it took too long
   */
  ask(work: Work): Promise<Done>;
  /** How many wait, for the metrics. */
  waiting(): number;
  /** Ends the threads and refuses what waits, and whatever is asked from now on. */
  close(): Promise<void>;
};

export type ThreadsOptions = {
  /** The module that a thread runs: its name without the ending, and the URL of the module beside it that asks. */
  readonly module: readonly [name: string, beside: string];
  /** What a thread is started with. */
  readonly data?: unknown;
  /** Most threads. Each is started when it is first needed. */
  readonly most: number;
  /** Most that may wait; beyond it work is refused at once. */
  readonly mostWaiting: number;
  /** The longest wait, in milliseconds; what has waited longer is refused. */
  readonly patience: number;
  /** Ends a thread that is at one piece of work for so many milliseconds. Without it none is ended. */
  readonly timeLimit?: number;
  /** Ends a thread that had nothing to do for so many milliseconds, to give its memory back. Without it none ends. */
  readonly retireAfter?: number;
  /** Most memory of a thread for what lives on. */
  readonly megabytes: number;
};

type Waiting<Work, Done> = {
  readonly work: Work;
  readonly since: number;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
};

type Thread<Work, Done> = {
  readonly worker: Worker;
  busyWith: Waiting<Work, Done> | undefined;
  retiring: NodeJS.Timeout | undefined;
  late: NodeJS.Timeout | undefined;
};

/**
 * Long computations on threads of their own that stand back for the one that answers pages, behind a queue that is
 * bounded in length and time.
 */
export function makeThreads<Work, Done>(options: ThreadsOptions): Threads<Work, Done> {
  const threads: Thread<Work, Done>[] = [];
  const queue: Waiting<Work, Done>[] = [];
  let isClosed = false;
  const busy = () => new ThreadsBusy(Math.ceil(options.patience / 1000));

  const next = (): void => {
    const thread = queue.length === 0 ? undefined : freeThread();
    const waiting = thread === undefined ? undefined : queue.shift();
    if (thread === undefined || waiting === undefined) return;
    if (performance.now() - waiting.since > options.patience) {
      waiting.reject(busy());
    } else {
      clearTimeout(thread.retiring);
      thread.busyWith = waiting;
      thread.worker.ref();
      thread.worker.postMessage(waiting.work);
      endWhenLate(thread);
    }
    next();
  };

  const freeThread = (): Thread<Work, Done> | undefined => {
    const free = threads.find((thread) => thread.busyWith === undefined);
    if (free !== undefined || threads.length >= options.most) return free;
    const thread: Thread<Work, Done> = {
      worker: startWorker(options),
      busyWith: undefined,
      retiring: undefined,
      late: undefined,
    };
    thread.worker.on('message', (answer: Answer<Done>) => {
      clearTimeout(thread.late);
      const finished = thread.busyWith;
      thread.busyWith = undefined;
      thread.worker.unref();
      if (answer.is === 'done') finished?.resolve(answer.done);
      else finished?.reject(new WorkFailed(answer.why));
      next();
      if (thread.busyWith === undefined) retireLater(thread);
    });
    let why = new Error('a thread ended');
    thread.worker.on('error', (error: Error) => {
      why = error;
    });
    thread.worker.on('exit', () => {
      clearTimeout(thread.late);
      forget(thread);
      thread.busyWith?.reject(why);
      next();
    });
    threads.push(thread);
    return thread;
  };

  const endWhenLate = (thread: Thread<Work, Done>): void => {
    if (options.timeLimit === undefined) return;
    thread.late = setTimeout(() => {
      forget(thread);
      thread.busyWith?.reject(new Error(`not done within ${options.timeLimit} ms`));
      thread.busyWith = undefined;
      void thread.worker.terminate();
      next();
    }, options.timeLimit);
  };

  const retireLater = (thread: Thread<Work, Done>): void => {
    if (options.retireAfter === undefined) return;
    thread.retiring = setTimeout(() => {
      forget(thread);
      void thread.worker.terminate();
    }, options.retireAfter).unref();
  };

  const forget = (thread: Thread<Work, Done>): void => {
    const at = threads.indexOf(thread);
    if (at >= 0) threads.splice(at, 1);
  };

  return {
    ask: (work) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw new Error('the threads are closed');
        if (queue.length >= options.mostWaiting) throw busy();
        queue.push({ work, since: performance.now(), resolve, reject });
        next();
      }),
    waiting: () => queue.length,
    close: async () => {
      isClosed = true;
      for (const waiting of queue.splice(0)) waiting.reject(new Error('the threads are closed'));
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
}

function startWorker({ module: [name, beside], data, megabytes }: ThreadsOptions): Worker {
  // Beside the module that asks in the source and in the build, where it ends differently.
  const worker = new Worker(new URL(`./${name}${extname(beside)}`, beside), {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: megabytes },
  });
  worker.unref();
  return worker;
}
