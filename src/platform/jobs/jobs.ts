import { EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { run, runMigrations, type Task, type WorkerEvents, Logger as WorkerLogger } from 'graphile-worker';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { z } from 'zod';
import { inBrowser } from '../browser/index.ts';
import { MINUTE } from '../clock/index.ts';
import type { Database, DatabaseConnection } from '../database/index.ts';
import { framesOf } from '../log/index.ts';
import { type Run, supervise, type Worker } from './supervise.ts';

/**
 * Asks for work in the caller's transaction: it is done if and only if that commits. The payload is stored as it is,
 * so it holds ids and never personal data.
 * @param key takes the place of a job of that key that has not begun
 * @param queue jobs of one queue are done one after the other
 * @param canWait whether every job that cannot goes first, such as one that somebody sits waiting for
 */
export async function addJob(
  database: Database,
  task: string,
  payload: Readonly<Record<string, string>>,
  {
    key = null,
    queue = null,
    canWait = false,
  }: { readonly key?: string | null; readonly queue?: string | null; readonly canWait?: boolean } = {},
): Promise<void> {
  await sql`
    select graphile_worker.add_job(${task}, ${JSON.stringify(payload)}::json, job_key => ${key}::text,
      queue_name => ${queue}::text, priority => ${canWait ? LATER : 0}::int)`.execute(database);
}

/** Of what is due, graphile-worker does the lowest number first. */
const LATER = 10;

/** Makes or upgrades the tables of the queue. */
export async function migrateJobs({ pool }: DatabaseConnection): Promise<void> {
  await runMigrations({ pgPool: pool });
}

/** What graphile-worker says beside a failure; its own line holds the error's message. */
const Failed = z.object({
  failure: z.literal(true),
  job: z.object({ id: z.string(), task_identifier: z.string(), attempts: z.number() }),
  error: z.unknown(),
});

/**
 * Takes from workers that are gone the jobs that they had begun, which otherwise wait four hours. A living one holds a
 * lock in PostgreSQL that is its connection's, and ends with it.
 */
async function releaseJobs({ database }: DatabaseConnection): Promise<void> {
  await sql`
    select graphile_worker.force_unlock_workers(array(
      select id from (
        select distinct locked_by as id from graphile_worker._private_jobs where locked_by is not null
      ) as workers
      where pg_try_advisory_xact_lock(hashtextextended('portico worker ' || id, 0))))`.execute(database);
}

/** A machine that lost its power ends no connection: PostgreSQL has to ask, and gives it up after a minute. */
const LOCK = `
  select set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
    set_config('tcp_keepalives_count', '3', false),
    pg_advisory_lock(hashtextextended('portico worker ' || $1::text, 0))`;

/** Holds that lock on the connection on which a worker listens for jobs, each time that it begins to. */
function holdLock(): { events: WorkerEvents; held: Promise<void>; letGo(): void } {
  const events: WorkerEvents = new EventEmitter();
  const { promise: held, resolve } = Promise.withResolvers<void>();
  events.on('pool:listen:success', ({ client, workerPool }) => {
    // Once it listens, and no statement is under way on it.
    client.once('drain', () => {
      client.query(LOCK, [workerPool.id]).then(
        () => resolve(),
        // A connection that fails is replaced, and this is called again.
        () => {},
      );
    });
  });
  return { events, held, letGo: resolve };
}

/** What graphile-worker says, as lines of our log. */
const loggerTo = (log: Logger) =>
  new WorkerLogger(() => (level, message, meta) => {
    const failed = Failed.safeParse(meta);
    if (failed.success) {
      const { job, error } = failed.data;
      const stack = error instanceof Error ? framesOf(error) : '';
      log.error(
        { job: job.id, task: job.task_identifier, attempt: job.attempts, err: { stack } },
        'a job failed',
      );
    } else if (level === 'error') log.error(message);
    else if (level === 'warning') log.warn(message);
    else log.debug(message);
  });

/** How long a run that ends is waited for: less than a stop of the whole server may take. */
const PATIENCE_MILLISECONDS = 5_000;

/** One worker of the queue. */
type Work = {
  /**
   * What to do for each kind of job that it does; one that throws is tried again with growing waits. What takes long heeds
   * `stopping`, which is aborted when the worker is told to stop.
   */
  readonly tasks: Readonly<Record<string, (payload: unknown, stopping: AbortSignal) => Promise<void>>>;
  /** How many it does at a time. */
  readonly concurrency?: number;
  /** Lines of graphile-worker's crontab. */
  readonly crontab?: string;
};

/**
 * Works through the queue until stopped, also what workers had begun that are gone. What those had done without writing
 * so down is done twice. No worker waits for another, and each goes on after the database was gone for a while.
 */
export async function startWorkers(
  connection: DatabaseConnection,
  works: readonly Work[],
  log: Logger,
): Promise<Worker> {
  await releaseJobs(connection);
  const workers: Worker[] = [];
  const releasing = setInterval(
    () =>
      void releaseJobs(connection).catch((error: unknown) =>
        log.warn({ err: error }, 'jobs of workers that are gone could not be released'),
      ),
    MINUTE,
  );
  const stopping = new AbortController();
  const stop = async () => {
    stopping.abort();
    clearInterval(releasing);
    await Promise.all(workers.map((worker) => worker.stop()));
  };
  try {
    for (const work of works)
      workers.push(await supervise(runsOf(work, connection, log, stopping.signal), log));
  } catch (error) {
    await stop();
    throw error;
  }
  return { isWorking: () => workers.every((worker) => worker.isWorking()), stop };
}

/** The runs of one worker, each of which begins when the one before has ended. */
function runsOf(
  { tasks, crontab = '', concurrency = 4 }: Work,
  connection: DatabaseConnection,
  log: Logger,
  stopped: AbortSignal,
) {
  /** Pools that have ended, and may have left what they had begun. */
  let former: string[] = [];

  return async (stopping: Promise<void>): Promise<Run> => {
    await sql`select graphile_worker.force_unlock_workers(${former}::text[])`.execute(connection.database);
    former = [];
    const { events, held, letGo } = holdLock();
    events.on('pool:create', ({ workerPool }) => former.push(workerPool.id));
    let isOver = false;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const end = () => {
      isOver = true;
      resolve();
    };
    // A pool ends when it cannot write down that a job is done; its promise waits for jobs that may hang.
    events.on('pool:gracefulShutdown', end);
    const underWay = new Set<Promise<unknown>>();
    /** A job runs on a connection that some request may have opened: it is of no browser all the same. */
    const follow =
      (task: Work['tasks'][string]): Task =>
      async (payload) => {
        const done = inBrowser('', () => task(payload, stopped));
        underWay.add(done);
        await done.finally(() => underWay.delete(done));
      };
    const runner = await run({
      pgPool: connection.pool,
      taskList: Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, follow(task)])),
      crontab,
      concurrency,
      noHandleSignals: true,
      // What is done is written in batches only so that a stop waits for it: otherwise it would be done again.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      events,
      // Asked before a job is taken.
      forbiddenFlags: () => held.then(() => null),
      logger: loggerTo(log),
    });
    const settled = runner.promise.then(end, end);
    await Promise.race([held, ended, stopping]);
    return {
      ended,
      stop: async () => {
        const rest = isOver ? [...underWay] : [runner.stop(), settled];
        // One that ends before it listened waits for its lock no longer.
        letGo();
        await Promise.race([
          Promise.allSettled(rest),
          setTimeout(PATIENCE_MILLISECONDS, null, { ref: false }),
        ]);
      },
    };
  };
}
