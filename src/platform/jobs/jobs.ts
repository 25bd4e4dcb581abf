import { run, runMigrations, type TaskList, Logger as WorkerLogger } from 'graphile-worker';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Database, DatabaseConnection } from '../database/index.ts';

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

/**
 * Takes from workers that are gone the jobs that they had begun, which otherwise wait four hours. Only for a queue that
 * no living worker has.
 */
export async function releaseJobs({ database }: Pick<DatabaseConnection, 'database'>): Promise<void> {
  await sql`select graphile_worker.force_unlock_workers(array(
    select distinct locked_by from graphile_worker._private_jobs where locked_by is not null))`.execute(
    database,
  );
}

export type Worker = { stop(): Promise<void> };

/**
 * Works through the queue until stopped.
 * @param tasks what to do for each kind of job; one that throws is tried again with growing waits
 * @param crontab lines of graphile-worker's crontab
 */
export async function startWorker(
  connection: DatabaseConnection,
  tasks: TaskList,
  crontab: string,
  log: Logger,
): Promise<Worker> {
  const runner = await run({
    pgPool: connection.pool,
    taskList: tasks,
    crontab,
    concurrency: 4,
    noHandleSignals: true,
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error') log.error(message);
      else if (level === 'warning') log.warn(message);
      else log.debug(message);
    }),
  });
  return { stop: () => runner.stop() };
}
