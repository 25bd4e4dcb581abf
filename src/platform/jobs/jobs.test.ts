import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { inBrowser, presentBrowser } from '../browser/index.ts';
import { makeLog } from '../log/index.ts';
import { addJob, startWorkers } from './index.ts';

const { database, connection } = await freshDatabase();
const log = makeLog('silent');
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const left = async () => {
  const { rows } = await connection.pool.query<{ attempts: number; last_error: string | null }>(
    'select attempts, last_error from graphile_worker._private_jobs',
  );
  return rows;
};
/** A worker that writes down what it does. */
async function worker(work: (payload: unknown) => void = () => {}, to = log) {
  const done: unknown[] = [];
  const { stop } = await startWorkers(
    connection,
    [
      {
        tasks: {
          task: async (payload) => {
            work(payload);
            done.push(payload);
          },
        },
      },
    ],
    to,
  );
  return { done, stop };
}

describe('jobs', () => {
  it('are of no browser, also where a request of one opened the connection that tells of them', async () => {
    const seen: unknown[] = [];
    const { stop } = await inBrowser(FIREFOX, () => worker(() => seen.push(presentBrowser())));
    try {
      await addJob(database, 'task', {});
      await expect.poll(() => seen).toEqual([null]);
    } finally {
      await stop();
    }
  });

  it('that can wait are done after those that cannot, whichever was asked for first', async () => {
    for (const id of ['first', 'second']) await addJob(database, 'task', { id }, { canWait: true });
    await addJob(database, 'task', { id: 'a code' });
    const done: unknown[] = [];
    const tasks = { task: async (payload: unknown) => void done.push(payload) };
    const { stop } = await startWorkers(connection, [{ tasks, concurrency: 1 }], log);
    try {
      await expect.poll(() => done).toEqual(['a code', 'first', 'second'].map((id) => ({ id })));
    } finally {
      await stop();
    }
  });

  it('of one queue are done one after the other', async () => {
    for (const id of ['first', 'second', 'third'])
      await addJob(database, 'task', { id }, { queue: 'a line' });
    let [under, most] = [0, 0];
    const done: unknown[] = [];
    const tasks = {
      task: async (payload: unknown) => {
        under += 1;
        most = Math.max(most, under);
        await connection.pool.query('select pg_sleep(0.05)');
        under -= 1;
        done.push(payload);
      },
    };
    const { stop } = await startWorkers(connection, [{ tasks, concurrency: 4 }], log);
    try {
      await expect.poll(() => done.length).toBe(3);
      expect(most).toBe(1);
    } finally {
      await stop();
    }
  });

  it('are done if what asked for them commits, and only then', async () => {
    const { done, stop } = await worker();
    try {
      await expect(
        database.transaction().execute(async (transaction) => {
          await addJob(transaction, 'task', { id: 'rolled back' });
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      await database.transaction().execute((transaction) => addJob(transaction, 'task', { id: 'committed' }));
      await expect.poll(() => done).toEqual([{ id: 'committed' }]);
      await expect.poll(left).toEqual([]);
    } finally {
      await stop();
    }
  });

  it('that fail are kept to be tried again, and the log says where and not why (ASVS 16.2.5)', async () => {
    const lines: string[] = [];
    const { done, stop } = await worker(
      () => {
        throw new Error('not now, quill@example.org');
      },
      makeLog('info', { write: (line: string) => void lines.push(line) }),
    );
    try {
      await addJob(database, 'task', { id: 'failing' });
      await expect.poll(left).toEqual([{ attempts: 1, last_error: expect.stringContaining('not now') }]);
    } finally {
      await stop();
    }
    expect(done).toEqual([]);
    const failed = lines.find((line) => line.includes('a job failed')) ?? '';
    expect(failed).toContain('"task":"task"');
    expect(failed).toContain('jobs.test.ts');
    expect(lines.join()).not.toContain('quill');
    await connection.pool.query('update graphile_worker._private_jobs set run_at = now()');
    const later = await worker();
    await expect.poll(() => later.done).toEqual([{ id: 'failing' }]);
    await later.stop();
  });

  it('that a worker had begun when it was killed are done by the next one', async () => {
    await addJob(database, 'task', { id: 'begun' });
    const lock =
      "update graphile_worker._private_jobs set locked_at = now(), locked_by = 'a worker that is gone'";
    await connection.pool.query(lock);
    const { done, stop } = await worker();
    await expect.poll(() => done).toEqual([{ id: 'begun' }]);
    await stop();
  });

  it('are left to a worker that lives, however long they take', async () => {
    const { promise: begun, resolve: isBegun } = Promise.withResolvers<void>();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const task = async () => {
      isBegun();
      await held;
    };
    const slow = await startWorkers(connection, [{ tasks: { task } }], log);
    await addJob(database, 'task', { id: 'slow' });
    await begun;
    const beside = await worker();
    await addJob(database, 'task', { id: 'new' });
    // The slow worker may take it too.
    await expect.poll(async () => (await left()).length + beside.done.length).toBe(2);
    expect(beside.done).not.toContainEqual({ id: 'slow' });
    letGo();
    await expect.poll(left).toEqual([]);
    await beside.stop();
    await slow.stop();
    expect(beside.done).not.toContainEqual({ id: 'slow' });
  });

  it('of a key wait once, and once more while one is under way', async () => {
    const { promise: begun, resolve: isBegun } = Promise.withResolvers<void>();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const task = async () => {
      isBegun();
      await held;
    };
    const ask = () => addJob(database, 'task', {}, { key: 'one' });
    for (let n = 0; n < 3; n++) await ask();
    expect(await left()).toHaveLength(1);
    const { stop } = await startWorkers(connection, [{ tasks: { task }, concurrency: 1 }], log);
    await begun;
    for (let n = 0; n < 3; n++) await ask();
    expect(await left()).toHaveLength(2);
    letGo();
    await expect.poll(left).toEqual([]);
    await stop();
  });

  it('are done as many at a time as the worker does, and hear that it is told to stop', async () => {
    let [now, most] = [0, 0];
    const { promise: begun, resolve: isBegun } = Promise.withResolvers<void>();
    const task = async (_: unknown, stopping: AbortSignal) => {
      most = Math.max(most, ++now);
      isBegun();
      await new Promise((resolve) => stopping.addEventListener('abort', resolve));
      now--;
    };
    for (let n = 0; n < 4; n++) await addJob(database, 'task', {});
    const { stop } = await startWorkers(connection, [{ tasks: { task }, concurrency: 1 }], log);
    await begun;
    await stop();
    expect([now, most]).toEqual([0, 1]);
    expect(await left()).toHaveLength(3);
    await connection.pool.query('delete from graphile_worker._private_jobs');
  });

  it('keep no worker that is stopped as soon as it is started', async () => {
    const { stop } = await worker();
    await stop();
  });

  it('go on after one could not be written off, which ends what worked through them', async () => {
    const { pool } = connection;
    await pool.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
      create trigger refuse before delete on graphile_worker._private_jobs execute function refuse()`);
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const done: unknown[] = [];
    const task = async () => void done.push('task');
    const { isWorking, stop } = await startWorkers(connection, [{ tasks: { task, slow: () => held } }], log);
    try {
      await addJob(database, 'slow', {});
      await addJob(database, 'task', {});
      expect(isWorking()).toBe(true);
      // While another is under way, which may hang.
      await expect.poll(isWorking, { interval: 5 }).toBe(false);
      await pool.query('drop trigger refuse on graphile_worker._private_jobs; drop function refuse');
      letGo();
      await expect.poll(left).toEqual([]);
      expect(isWorking()).toBe(true);
      expect(done).toEqual(['task', 'task']);
    } finally {
      await stop();
    }
  });

  it('that hang hold a stop up for some seconds, and stay in the queue', async () => {
    const { promise: begun, resolve: isBegun } = Promise.withResolvers<void>();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const task = async () => {
      isBegun();
      await held;
    };
    const { stop } = await startWorkers(connection, [{ tasks: { task } }], log);
    await addJob(database, 'task', { id: 'hangs' });
    await begun;
    await stop();
    expect(await left()).toHaveLength(1);
    letGo();
    await expect.poll(left).toEqual([]);
  });

  // Some of many: what is not waited for is often there in time.
  it.each(Array.from({ length: 20 }, (_, n) => n))(
    'under way are finished before worker %i stops',
    async () => {
      const { promise: started, resolve: isStarted } = Promise.withResolvers<void>();
      const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
      let finished = false;
      const { stop } = await startWorkers(
        connection,
        [
          {
            tasks: {
              task: async () => {
                isStarted();
                await held;
                finished = true;
              },
            },
          },
        ],
        log,
      );
      await addJob(database, 'task', { id: 'slow' });
      await started;
      const stopped = stop();
      letGo();
      await stopped;
      expect(finished).toBe(true);
      expect(await left()).toEqual([]);
    },
  );
});
