import { join } from 'node:path';
import { freePort } from './ports.ts';
import { built, root } from './product.ts';
import { type ServerProcess, startProcess } from './server-process.ts';

/** Where the server believes to be; what passkeys are bound to. */
export const SITE = 'https://portico.example';

export type Portico = ServerProcess & { readonly port: number; readonly metricsUrl: string };

export type PorticoOptions = {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly agencyFolder: string;
  readonly keyRingPath: string;
  /** Settings other than those below. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Takes a processor profile into this folder. */
  readonly profileFolder?: string | undefined;
};

/**
 * Starts the product as `npm start` does, without the demonstration: production settings, log at `info` into a file.
 * It can be made to collect its garbage by SIGUSR2.
 */
export function startPortico(options: PorticoOptions): Promise<Portico> {
  const profiling =
    options.profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileFolder}`];
  return start(options.folder, [...COLLECTING, ...profiling], {
    NODE_ENV: 'production',
    DATABASE_URL: options.databaseUrl,
    PORTICO_AGENCY: options.agencyFolder,
    PORTICO_KEY_RING: options.keyRingPath,
    PORTICO_PUBLIC_URL: SITE,
    SMTP_URL: 'smtp://127.0.0.1:9',
    PORTICO_MAIL_FROM: 'portico@bench.example',
    ...options.environment,
  });
}

/** Starts the demonstration, with a database of its own. */
export function startDemonstration(folder: string, databaseUrl: string): Promise<Portico> {
  return start(folder, [], { DATABASE_URL: databaseUrl });
}

const COLLECTING = ['--expose-gc', `--import=${join(import.meta.dirname, 'collect-on-signal.mjs')}`];

async function start(
  folder: string,
  flags: readonly string[],
  environment: Record<string, string>,
): Promise<Portico> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const child = await startProcess(
    [`--env-file=${join(root, 'scripts/server.env')}`, ...flags, built('main.js')],
    {
      environment: {
        PORT: String(port),
        HOST: '127.0.0.1',
        PORTICO_DATA: join(folder, 'data'),
        PORTICO_METRICS_PORT: String(metricsPort),
        ...environment,
      },
      ready: `http://127.0.0.1:${port}/readyz`,
      log: join(folder, 'portico.log'),
    },
  );
  return { ...child, port, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics` };
}
