import { describe, expect, it } from 'vitest';
import { makeLog } from '../log/index.ts';
import { type Run, supervise } from './supervise.ts';

const log = makeLog('silent');

/** Runs that end when they are told to, and what was asked of each. */
function runs(failing: () => boolean = () => false) {
  const begun: Array<{ end(): void; stops: number }> = [];
  const at: number[] = [];
  const begin = async (): Promise<Run> => {
    at.push(performance.now());
    if (failing()) throw new Error('not now');
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const run = { end, stops: 0 };
    begun.push(run);
    return {
      ended,
      stop: async () => {
        run.stops++;
        end();
      },
    };
  };
  return { begun, at, begin };
}

describe('what is supervised', () => {
  it('is started again when it ends, and stopped once', async () => {
    const { begun, begin } = runs();
    const worker = await supervise(begin, log, { first: 5, longest: 20 });
    expect(worker.isWorking()).toBe(true);
    begun[0]?.end();
    await expect.poll(worker.isWorking, { interval: 1 }).toBe(false);
    await expect.poll(worker.isWorking, { interval: 1 }).toBe(true);
    expect(begun.map(({ stops }) => stops)).toEqual([1, 0]);
    await worker.stop();
    expect(worker.isWorking()).toBe(false);
    expect(begun.map(({ stops }) => stops)).toEqual([1, 1]);
  });

  it('is tried again with waits that grow up to the longest, and soon after it had worked for that long', async () => {
    let failing = false;
    const { begun, at, begin } = runs(() => failing);
    const longest = 200;
    const worker = await supervise(begin, log, { first: 1, longest });
    failing = true;
    begun[0]?.end();
    const tries = 13;
    await expect.poll(() => at.length, { interval: 5 }).toBe(tries);
    expect(worker.isWorking()).toBe(false);
    const waits = at.slice(1).map((time, n) => time - (at[n] ?? 0));
    for (const [n, wait] of waits.slice(1).entries())
      expect(wait).toBeGreaterThan(Math.min(2 ** (n + 1), longest) - 3);
    // Two seconds, were there no longest one.
    expect(waits.at(-1)).toBeLessThan(1000);
    failing = false;
    await expect.poll(worker.isWorking).toBe(true);
    const working = () => performance.now() - (at.at(-1) ?? 0);
    await expect.poll(working, { interval: 5 }).toBeGreaterThan(longest + 20);
    const ended = performance.now();
    begun[1]?.end();
    await expect.poll(() => at.length, { interval: 1 }).toBe(tries + 2);
    expect((at.at(-1) ?? 0) - ended).toBeLessThan(longest - 10);
    await worker.stop();
  });

  it('stops at once while it waits to be started again', async () => {
    const { begun, begin } = runs();
    const worker = await supervise(begin, log, { first: 60_000, longest: 60_000 });
    begun[0]?.end();
    await expect.poll(worker.isWorking).toBe(false);
    await worker.stop();
    expect(begun).toHaveLength(1);
  });

  it('stops also what is only about to work', async () => {
    const { promise: beginning, resolve: isBeginning } = Promise.withResolvers<void>();
    const { begun, begin } = runs();
    const worker = await supervise(
      async (stopping) => {
        const run = await begin();
        if (begun.length === 2) {
          isBeginning();
          await stopping;
        }
        return run;
      },
      log,
      { first: 1, longest: 1 },
    );
    begun[0]?.end();
    await beginning;
    expect(worker.isWorking()).toBe(false);
    await worker.stop();
    expect(begun.map(({ stops }) => stops)).toEqual([1, 1]);
  });

  it('does not begin when its first run does not', async () => {
    await expect(supervise(runs(() => true).begin, log)).rejects.toThrow('not now');
  });
});
