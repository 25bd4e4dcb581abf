import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export type ServerProcess = { readonly pid: number; stop(): Promise<void> };

const READY_SECONDS = 60;

/**
 * Starts a server as a process of its own and waits until a path answers 200.
 * @param log the file that gets all it writes
 */
export async function startProcess(
  args: readonly string[],
  { environment, ready, log }: { environment: Record<string, string>; ready: string; log: string },
): Promise<ServerProcess> {
  const output = openSync(log, 'w');
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const { pid } = child;
  if (pid === undefined) throw new Error(`could not start ${args.at(-1)}`);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', killWithUs);
  };
  for (let tries = 0; tries < READY_SECONDS * 10; tries++) {
    if (child.exitCode !== null) break;
    const answer = await fetch(ready).catch(() => null);
    if (answer?.status === 200) return { pid, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`not ready: ${args.at(-1)}\n${readFileSync(log, 'utf8').slice(-2000)}`);
}
