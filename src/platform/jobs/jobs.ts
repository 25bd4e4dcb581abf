import { EventEmitter } from 'node:events';
import {
  run,
  runMigrations,
  type Task,
  type TaskList,
  type WorkerEvents,
  Logger as WorkerLogger,
} from 'graphile-worker';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { z } from 'zod';
import { inBrowser } from '../browser/index.ts';
import type { Database, DatabaseConnection } from '../database/index.ts';
import { framesOf } from '../log/index.ts';

/**
 * Asks for work in the caller's transaction: it is done if and only if that commits. The payload is stored as it is,
 * so it holds ids and never personal data.
 */
export async function addJob(
  database: Database,
  task: string,
  payload: Readonly<Record<string, string>>,
): Promise<void> {
  await sql`select graphile_worker.add_job(${task}, ${JSON.stringify(payload)}::json)`.execute(database);
}

/** Makes or upgrades the tables of the queue. */
export async function migrateJobs({ pool }: DatabaseConnection): Promise<void> {
  await runMigrations({ pgPool: pool });
}

const MINUTE = 60_000;

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

export type Worker = { stop(): Promise<void> };

/** A job runs on a connection that some request may have opened: it is of no browser all the same. */
const ofNoBrowser =
  (task: TaskList[string]): Task =>
  (...given) =>
    inBrowser('', () => task?.(...given));

/**
 * Works through the queue until stopped, also what another worker had begun that is gone. What that one had done without
 * writing so down is done twice.
 * @param tasks what to do for each kind of job; one that throws is tried again with growing waits
 * @param crontab lines of graphile-worker's crontab
 */
export async function startWorker(
  connection: DatabaseConnection,
  tasks: TaskList,
  crontab: string,
  log: Logger,
): Promise<Worker> {
  await releaseJobs(connection);
  const releasing = setInterval(
    () =>
      void releaseJobs(connection).catch((error: unknown) =>
        log.warn({ err: error }, 'jobs of workers that are gone could not be released'),
      ),
    MINUTE,
  );
  const { events, held, letGo } = holdLock();
  const runner = await run({
    pgPool: connection.pool,
    taskList: Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, ofNoBrowser(task)])),
    crontab,
    concurrency: 4,
    noHandleSignals: true,
    // What is done is written in batches only so that a stop waits for it: otherwise it would be done again.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    events,
    // Asked before a job is taken.
    forbiddenFlags: () => held.then(() => null),
    logger: new WorkerLogger(() => (level, message, meta) => {
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
    }),
  });
  return {
    stop: async () => {
      clearInterval(releasing);
      const stopped = runner.stop();
      // One that was stopped before it listened waits for its lock no longer.
      letGo();
      await stopped;
    },
  };
}
