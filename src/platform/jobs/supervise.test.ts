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
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { begun, begin } = runs();
    const worker = await supervise(
      async () => {
        const run = await begin();
        if (begun.length === 2) await held;
        return run;
      },
      log,
      { first: 5, longest: 20 },
    );
    expect(worker.isWorking()).toBe(true);
    begun[0]?.end();
    await expect.poll(worker.isWorking).toBe(false);
    letGo();
    await expect.poll(worker.isWorking).toBe(true);
    expect(begun.map(({ stops }) => stops)).toEqual([1, 0]);
    await worker.stop();
    expect(worker.isWorking()).toBe(false);
    expect(begun.map(({ stops }) => stops)).toEqual([1, 1]);
  });

  it('is tried again with waits that grow up to the longest, and soon after it had worked for that long', async () => {
    const tries = 13;
    const { begun, at, begin } = runs(() => at.length > 1 && at.length <= tries);
    const longest = 200;
    const lines: string[] = [];
    const worker = await supervise(
      begin,
      makeLog('error', { write: (line: string) => void lines.push(line) }),
      { first: 1, longest },
    );
    begun[0]?.end();
    await expect.poll(() => begun.length).toBe(2);
    const waits = at.slice(1).map((time, n) => time - (at[n] ?? 0));
    expect(waits).toHaveLength(tries);
    for (const [n, wait] of waits.slice(1).entries())
      expect(wait).toBeGreaterThan(Math.min(2 ** (n + 1), longest) - 3);
    // Four seconds, were there no longest one.
    expect(waits.at(-1)).toBeLessThan(4_000);
    const working = () => performance.now() - (at.at(-1) ?? 0);
    await expect.poll(working).toBeGreaterThan(longest + 20);
    begun[1]?.end();
    await expect.poll(() => begun.length).toBe(3);
    // What is waited from then on.
    expect(lines.map((line) => /"milliseconds":(\d+)/.exec(line)?.[1])).toEqual(['1', '1']);
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
