import { join } from 'node:path';
import { buildApp } from './app.tsx';
import { loadDemo } from './demo/index.ts';
import { readPolicy, sayDeviations } from './identity/policy/index.ts';
import { systemClock } from './platform/clock/index.ts';
import { type Config, readConfig } from './platform/config/index.ts';
import { openFoundation } from './platform/foundation/index.ts';
import { makeHasher } from './platform/hashing/index.ts';
import { releaseJobs } from './platform/jobs/index.ts';
import { makeLog } from './platform/log/index.ts';
import { makeMetrics } from './platform/metrics/index.ts';
import { loadCaseCatalogue } from './records/cases/index.ts';
import { makeFeed } from './records/feed/index.ts';

const DRAIN_MILLISECONDS = 10_000;

async function start(config: Config): Promise<void> {
  const log = makeLog(config.logLevel);
  const clock = systemClock;
  const foundation = await openFoundation(config, 'server');
  const closing: Array<() => Promise<void>> = [foundation.close];
  const stop = async () => {
    for (const close of closing.toReversed()) await close();
  };
  try {
    const { agency, database, vault } = foundation;
    process.stderr.write(sayDeviations(readPolicy(agency.policy), config.demo));
    const hasher = makeHasher({ pepper: vault.pepper });
    if (config.demo) {
      const feed = makeFeed({
        database,
        vault,
        clock,
        catalogue: loadCaseCatalogue(agency),
        receiptPrefix: agency.receipt.prefix,
        languages: agency.languages,
      });
      await loadDemo({ agencyFolder: config.agencyFolder, database, vault, clock, hasher, feed });
    }
    const app = await buildApp({ config, foundation, hasher, clock, log });
    const metrics = makeMetrics({ hashesWaiting: () => hasher.waiting() });
    metrics.watch(app.server);
    // The embedded database is this process's alone, so whoever had begun a job is gone.
    if (config.database.is === 'embedded') await releaseJobs(foundation.connection);
    const worker = await app.startWorker();
    closing.push(() => worker.stop());
    await app.server.listen({ port: config.port, host: config.host });
    closing.push(() => app.server.close());
    try {
      const metricsServer = await metrics.listen(config.metrics.port);
      closing.push(() => metricsServer.close());
    } catch (error) {
      if (config.metrics.required) throw error;
      log.warn(`no metrics: port ${config.metrics.port} is taken; set PORTICO_METRICS_PORT`);
    }
  } catch (error) {
    // What stopping runs into must not hide why it did not start.
    await stop().catch(() => {});
    throw error;
  }

  let stopping = false;
  const onSignal = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), DRAIN_MILLISECONDS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.stdout.write(`Portico is ready at ${config.publicUrl.origin}\n`);
}

const result = readConfig(process.env, join(import.meta.dirname, '..'));
if (result.is === 'faults') {
  process.stderr.write(
    `Portico cannot start. Its configuration has faults:\n${result.faults.map((fault) => `  ${fault}\n`).join('')}`,
  );
  process.exit(2);
}
start(result.config).catch((error: unknown) => {
  process.stderr.write(`Portico cannot start. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
