import { fork } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from './ports.ts';

export type MailServer = { readonly url: string; received(): number; stop(): void };

/** Starts a mail server as a process of its own, so that its work is not that of who measures. */
export async function startMailServer(): Promise<MailServer> {
  const port = await freePort();
  const child = fork(join(import.meta.dirname, 'mail-sink.ts'), {
    env: { PATH: process.env['PATH'], BENCH_PORT: String(port) },
  });
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the mail server ended with ${code}`)));
    child.on('message', (message) => {
      if (message === 'ready') resolve();
      else received += 1;
    });
  });
  return { url: `smtp://127.0.0.1:${port}`, received: () => received, stop: () => child.disconnect() };
}
