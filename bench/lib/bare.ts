import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, Connection, get } from './http.ts';
import { freePort } from './ports.ts';
import { type ServerProcess, startProcess } from './server-process.ts';

/** Set by any server on each answer. */
const OWN_HEADERS = new Set(['date', 'connection', 'keep-alive', 'content-length']);

/** Starts the bare Fastify before a database, answering `/page` as a Portico answered. */
export async function startBare(
  folder: string,
  databaseUrl: string,
  sample: Answer,
): Promise<ServerProcess & { readonly port: number }> {
  const file = join(folder, 'answer.json');
  const headers = Object.fromEntries(
    sample.head
      .split('\r\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const)
      .filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())),
  );
  writeFileSync(file, JSON.stringify({ headers, body: sample.body }));
  const port = await freePort();
  const child = await startProcess([join(import.meta.dirname, 'bare-fastify.ts')], {
    environment: {
      NODE_ENV: 'production',
      BENCH_PORT: String(port),
      BENCH_ANSWER: file,
      DATABASE_URL: databaseUrl,
    },
    ready: `http://127.0.0.1:${port}/ready`,
    log: join(folder, 'bare.log'),
  });
  return { ...child, port };
}

/** Starts a Fastify that serves the files of a folder as they are. */
export async function startStatic(
  folder: string,
  files: string,
): Promise<ServerProcess & { readonly port: number }> {
  const port = await freePort();
  const child = await startProcess([join(import.meta.dirname, 'bare-static.ts')], {
    environment: { NODE_ENV: 'production', BENCH_PORT: String(port), BENCH_FOLDER: files },
    ready: `http://127.0.0.1:${port}/ready`,
    log: join(folder, 'static.log'),
  });
  return { ...child, port };
}

/** One answer of a server, with its body. @throws unless it is 200 */
export async function sampleOf(port: number, path: string, cookie: string): Promise<Answer> {
  const connection = await Connection.open(port);
  const answer = await connection.send(get(path, cookie), true);
  connection.close();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  return answer;
}
