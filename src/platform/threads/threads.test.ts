import { describe, expect, it } from 'vitest';
import type { Said, Sum } from '../../testing/thread.ts';
import { makeThreads, type ThreadsOptions } from './index.ts';

const threads = (options: Partial<ThreadsOptions> = {}) =>
  makeThreads<Sum, Said>({
    module: ['../../testing/thread', import.meta.url],
    most: 1,
    mostWaiting: 100,
    patience: 60_000,
    megabytes: 32,
    ...options,
  });

describe('threads', () => {
  it('do what they are asked, each for whoever asked', async () => {
    const { ask } = threads({ most: 2 });
    const said = await Promise.all(Array.from({ length: 20 }, (_, n) => ask({ add: [n, 1] })));
    expect(said.map(({ sum }) => sum)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(new Set(said.map(({ thread }) => thread)).size).toBeLessThanOrEqual(2);
  });

  it('say why when a piece of work fails, and go on', async () => {
    const { ask } = threads();
    await expect(ask({ add: [] })).rejects.toThrow('nothing to add');
    expect((await ask({ add: [1, 2] })).sum).toBe(3);
  });

  it('are replaced when they end', async () => {
    const { ask } = threads();
    const { thread } = await ask({ add: [1] });
    const [ended, after] = await Promise.allSettled([ask({ add: [1], thenEnd: true }), ask({ add: [4] })]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { message: 'a thread ended' } });
    expect(after).toMatchObject({ status: 'fulfilled', value: { sum: 4 } });
    expect((await ask({ add: [1] })).thread).not.toBe(thread);
  });

  it('end after they had nothing to do for a while, and are started again', async () => {
    const { ask } = threads({ retireAfter: 1 });
    const { thread } = await ask({ add: [1] });
    await expect
      .poll(async () => (await ask({ add: [1] })).thread, { interval: 100, timeout: 20_000 })
      .not.toBe(thread);
    const staying = threads({ retireAfter: 60_000 });
    const first = await staying.ask({ add: [1] });
    expect((await staying.ask({ add: [1] })).thread).toBe(first.thread);
  });

  it('end when one piece of work takes too long, and what waited is done by another', async () => {
    const { ask } = threads({ timeLimit: 2_000 });
    const [hung, after] = await Promise.allSettled([ask({ add: [1], forEver: true }), ask({ add: [2, 2] })]);
    expect(hung).toMatchObject({ status: 'rejected', reason: { message: 'not done within 2000 ms' } });
    expect(after).toMatchObject({ status: 'fulfilled', value: { sum: 4 } });
  });

  it('refuse everything once they are closed, also what waits', async () => {
    const { ask, close } = threads();
    const settled = Promise.allSettled([ask({ add: [1], forEver: true }), ask({ add: [1] })]);
    await close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(ask({ add: [1] })).rejects.toThrow('the threads are closed');
  });
});
