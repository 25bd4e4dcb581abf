import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { demoFloor } from './demo/index.ts';
import { identityFloor } from './identity/index.ts';
import { securityEvents, securityLog } from './platform/audit/index.ts';
import type { Clock } from './platform/clock/index.ts';
import type { Config } from './platform/config/index.ts';
import { migrationCheck } from './platform/database/index.ts';
import { type Floor, jobsOf, navigationOf, slowJobsOf, workOf } from './platform/floor/index.ts';
import type { Foundation } from './platform/foundation/index.ts';
import type { Hasher } from './platform/hashing/index.ts';
import { createServer, healthRoutes, removeOldRequests } from './platform/http/index.ts';
import { startWorkers, together, type Worker } from './platform/jobs/index.ts';
import { DELIVER, makeMailer, makeOutbox } from './platform/messages/index.ts';
import { tidyBlobs } from './platform/storage/index.ts';
import { makeSignals, makeStreams, readingFrom } from './platform/stream/index.ts';
import type { Tls } from './platform/tls/index.ts';
import { portalFloor } from './portal/index.ts';
import { recordsFloor } from './records/index.ts';

export type AppParts = {
  readonly config: Config;
  readonly foundation: Foundation;
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly log: Logger;
  /** None for plain HTTP. */
  readonly tls?: Tls | null;
};

export type App = {
  readonly server: FastifyInstance;
  /** What each floor adds. */
  readonly floors: readonly Floor[];
  /** Starts the work that pages ask for: messages, what reads the streams, and the removal of what has expired. */
  startWorker(): Promise<Worker>;
  /** By how many numbers each reader of a stream is behind. */
  streamLags(): Promise<ReadonlyMap<string, number>>;
};

/** Puts the floors together: the one place that knows every module. */
export async function buildApp(parts: AppParts): Promise<App> {
  const { config, foundation, hasher, clock, log, tls = null } = parts;
  const { agency, languages, vault, database, connection, blobs } = foundation;
  const outbox = makeOutbox({ vault, clock, mail: config.mail, sms: config.sms });
  const mailer = makeMailer({ outbox, languages, agency, publicUrl: config.publicUrl, clock });
  const given = { config, foundation, clock, mailer, log };

  const records = recordsFloor({ ...given, reach: (...asked) => entrance.identity.reach(...asked) });
  const demo = demoFloor(config, { foundation, clock, records: records.records });
  const entrance = await identityFloor({
    ...given,
    hasher,
    others: () => floors.filter((floor) => floor !== entrance),
    asides: demo.asides,
  });
  const signals = makeSignals(connection, log);
  const portal = portalFloor({ ...given, ...records.records, identity: entrance.identity, signals });
  const ground: Floor = {
    timed: [
      { name: 'wake-readers', cron: '* * * * *', run: async () => streams.wake() },
      {
        name: 'remove-unnamed-blobs',
        cron: '40 3 * * *',
        run: () => tidyBlobs({ blobs, database, clock, log }),
      },
    ],
    cleanUp: [() => outbox.removeOld(database), () => removeOldRequests(database, clock)],
    readings: [readingFrom(securityEvents, securityLog(log))],
  };
  const floors: readonly Floor[] = [entrance, records, portal, demo.floor, ground];
  const streams = makeStreams({
    connection,
    signals,
    log,
    readings: floors.flatMap(({ readings }) => readings ?? []),
  });
  const { server } = await createServer({
    config,
    agency,
    languages,
    clock,
    vault,
    database,
    log,
    tls,
    navigation: navigationOf(floors),
    pages: floors.flatMap(({ pages }) => pages ?? []),
    api: floors.flatMap(({ api }) => api ?? []),
  });
  let worker: Worker | null = null;
  healthRoutes(server, {
    isMigrated: migrationCheck(database, `${config.root}/migrations`),
    isWorking: () => worker?.isWorking() ?? true,
  });
  server.addHook('onClose', async () => {
    // What a floor closes, its jobs still use.
    await worker?.stop();
    await Promise.all(floors.map(({ close }) => close?.()));
  });

  return {
    server,
    floors,
    streamLags: () => streams.lags(),
    startWorker: async () => {
      const deliveries = Object.values(DELIVER).map((task) => ({
        tasks: jobsOf({ jobs: { [task]: (id: string) => outbox.deliver(database, id) } }),
      }));
      const slow = { tasks: jobsOf({ jobs: slowJobsOf(floors) }), concurrency: 1 };
      const jobs = await startWorkers(connection, [workOf(floors), ...deliveries, slow], log);
      const readers = await streams.follow();
      worker = together(jobs, readers);
      return worker;
    },
  };
}
