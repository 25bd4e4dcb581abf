import { once } from 'node:events';
import { join } from 'node:path';
import { checkAgency } from './agency-check.ts';
import { buildApp } from './app.ts';
import { loadBackground, loadDemo, loadTimes } from './demo/index.ts';
import { sayDeviations } from './identity/core/policy/index.ts';
import { readPolicy } from './identity/index.ts';
import { systemClock } from './platform/clock/index.ts';
import { type Config, readConfig } from './platform/config/index.ts';
import { openFoundation } from './platform/foundation/index.ts';
import { makeHasher } from './platform/hashing/index.ts';
import { makeLog } from './platform/log/index.ts';
import { builtLook } from './platform/look/index.ts';
import { makeMetrics } from './platform/metrics/index.ts';
import { openTls } from './platform/tls/index.ts';

const DRAIN_MILLISECONDS = 10_000;
/** How often a renewed certificate is looked for. */
const LOOK_MILLISECONDS = 60_000;

type Stop = () => Promise<void>;

type Started = {
  readonly stop: Stop;
  /** What operators have to know of how this is set up; empty where there is nothing. */
  readonly notes: string;
};

/** @param stopAsked ends the start between two of its steps */
async function start(config: Config, stopAsked: AbortSignal): Promise<Started> {
  const log = makeLog(config.logLevel);
  const clock = systemClock;
  const tls = config.tls === null ? null : openTls(config.tls, { clock, log });
  const foundation = await openFoundation(config, 'server', (key, language) =>
    log.warn({ key, language }, 'missing word'),
  );
  const closing: Stop[] = [foundation.close];
  const stop = async () => {
    const failed: unknown[] = [];
    for (const close of closing.toReversed()) await close().catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw new AggregateError(failed);
  };
  try {
    stopAsked.throwIfAborted();
    const { agency, vault, blobs } = foundation;
    const deviations = sayDeviations(
      readPolicy(agency.policy),
      {
        breachedPasswords: config.breachedPasswords !== null,
        leastRights: config.database.is === 'url' && config.database.ownerUrl !== null,
        unencrypted: config.unencrypted,
        secretsInEnvironment: config.secretsInEnvironment,
      },
      config.demo,
    );
    // Nothing else waits for documents: signing in and everything without them works.
    const storage = await blobs.check().then(() => '', sayStorage);
    const hasher = makeHasher({ peppers: vault.peppers });
    if (config.demo) {
      await loadDemo({ ...foundation, clock, hasher });
      await loadBackground({ ...foundation, clock });
      await loadTimes({ ...foundation, clock });
    }
    stopAsked.throwIfAborted();
    const app = await buildApp({ config, foundation, hasher, clock, log, tls });
    const metrics = makeMetrics({
      hashesWaiting: () => hasher.waiting(),
      streamLags: () => app.streamLags(),
    });
    metrics.watch(app.server);
    closing.push(() => app.server.close());
    const worker = await app.startWorker();
    closing.push(() => worker.stop());
    stopAsked.throwIfAborted();
    await app.server.listen({
      port: config.port,
      host: config.host,
      ...(tls === null ? {} : { listenTextResolver: sayTls }),
    });
    const looks = setInterval(() => tls?.look(), LOOK_MILLISECONDS);
    closing.push(async () => clearInterval(looks));
    try {
      const metricsServer = await metrics.listen(config.metrics.port, tls);
      closing.push(() => metricsServer.close());
    } catch (error) {
      if (config.metrics.required) throw error;
      log.warn(`no metrics: port ${config.metrics.port} is taken; set PORTICO_METRICS_PORT`);
    }
    return { stop, notes: `${sayDemo(config)}${deviations}${storage}` };
  } catch (error) {
    // What stopping runs into must not hide why it did not start.
    await stop().catch(() => {});
    throw error;
  }
}

/** Serves until it is told to stop. @returns the exit code */
async function serve(config: Config): Promise<number> {
  const stopAsked = new AbortController();
  const untilAsked = once(stopAsked.signal, 'abort');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopAsked.abort());
  try {
    const { stop, notes } = await start(config, stopAsked.signal);
    if (!stopAsked.signal.aborted) {
      process.stdout.write(`Portico is ready at ${config.publicUrl.origin}\n`);
      process.stderr.write(notes);
    }
    await untilAsked;
    setTimeout(() => process.exit(1), DRAIN_MILLISECONDS).unref();
    return await stop().then(
      () => 0,
      () => 1,
    );
  } catch (error) {
    if (stopAsked.signal.aborted) return 0;
    process.stderr.write(`Portico cannot start. ${say(error, config)}\n`);
    return 1;
  }
}

/** What the log says of an address; the framework takes a server of our own making for plain HTTP. */
const sayTls = (address: string) => `Server listening at ${address.replace('http:', 'https:')}`;

const sayStorage = (error: unknown) =>
  `Documents can be neither kept nor opened: ${error instanceof Error ? error.message : String(error)} (PORTICO_STORAGE)\n`;

const sayDemo = ({ demoTurnedOffBy: by }: Config) =>
  by.length === 0
    ? ''
    : `This is not the demonstration, since ${by.join(' and ')} ${by.length === 1 ? 'is' : 'are'} set. PORTICO_DEMO=false says so in so many words; true makes it one.\n`;

function say(error: unknown, { port }: Config): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'EADDRINUSE'
    ? `Port ${port} is taken. Take another, such as: PORT=${port + 1} npm start`
    : error.message;
}

const result = readConfig(process.env, join(import.meta.dirname, '..'));
if (result.is === 'faults') {
  process.stderr.write(
    `Portico cannot start. Its configuration has faults:\n${result.faults.map((fault) => `  ${fault}\n`).join('')}`,
  );
  process.exit(2);
}
const { agencyFolder, root, demo } = result.config;
const { faults } = checkAgency(agencyFolder, { root, clock: systemClock, demo });
if (faults.length > 0) {
  process.stderr.write(
    `Portico cannot start. The agency in ${agencyFolder} has faults:\n${faults.map(({ file, reason }) => `  ${file}: ${reason}\n`).join('')}`,
  );
  process.exit(2);
}
try {
  builtLook(root, agencyFolder);
} catch (error) {
  process.stderr.write(`Portico cannot start. ${say(error, result.config)}\n`);
  process.exit(2);
}
process.exit(await serve(result.config));
