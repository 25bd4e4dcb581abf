import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { type Mail, newVisit } from './app.ts';
import type { Reach } from './people.ts';
import { freePort } from './ports.ts';

const root = join(import.meta.dirname, '../..');
const READY = /^Portico is ready at (\S+)$/m;

/** A program of `dist/`, as npm runs it. */
export type Program = {
  readonly child: ChildProcess;
  /** All that it wrote to standard output and to standard error so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Its exit code, once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
};

export function startProgram(
  file: string,
  args: readonly string[],
  environment: Record<string, string>,
): Program {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(root, 'dist', file), ...args], {
    cwd: root,
    env: { PATH, HOME, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  return { child, out: () => out, err: () => err, ended };
}

/** A server that says it is ready. */
export type Server = Program & Reach & { readonly origin: string; readonly port: number };

/** Starts a server on a free port. @throws with what it wrote when it ends instead */
export async function startServer(environment: Record<string, string>): Promise<Server> {
  const port = await freePort();
  const program = startProgram('main.js', [], { ...environment, PORT: String(port) });
  const ready = new Promise<string>((resolve, reject) => {
    const look = () => {
      const origin = READY.exec(program.out())?.[1];
      if (origin !== undefined) resolve(origin);
    };
    program.child.stdout?.on('data', look);
    program.ended.then((code) => reject(new Error(`ended with ${code}: ${program.err()}${program.out()}`)));
  });
  const origin = await ready;
  return {
    ...program,
    port,
    origin,
    clock: { now: () => new Date(), advance: () => {} },
    visit: () =>
      newVisit(async ({ method, url, headers, payload }) => {
        const response = await fetch(`${origin}${url}`, {
          method,
          headers,
          redirect: 'manual',
          ...(payload === undefined
            ? {}
            : { body: typeof payload === 'string' ? payload : new Uint8Array(payload) }),
        });
        const cookies = response.headers.getSetCookie().map((cookie) => {
          const [name = '', value = ''] = cookie.split(';')[0]?.split('=') ?? [];
          return { name, value, ...(/; Max-Age=0\b/.test(cookie) ? { maxAge: 0 } : {}) };
        });
        return {
          statusCode: response.status,
          headers: Object.fromEntries(response.headers),
          body: await response.text(),
          cookies,
        };
      }),
    mailTo: async (address) => {
      const of = async () =>
        Mailbox.parse(
          await (await fetch(`${origin}/demo/mailbox.json?to=${encodeURIComponent(address)}`)).json(),
        );
      // The worker sends it in its own time.
      for (let tries = 0; tries < 600; tries++) {
        const mails = await of();
        if (mails.length > 0) return mails.toReversed();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return [];
    },
  };
}

const Mailbox = z.array(
  z.object({ subject: z.string(), text: z.string() }).transform((mail): Mail => ({ ...mail, html: '' })),
);
