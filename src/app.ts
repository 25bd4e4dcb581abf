import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { demoFloor } from './demo/index.ts';
import { identityFloor } from './identity/index.ts';
import { securityEvents, securityLog } from './platform/audit/index.ts';
import type { Clock } from './platform/clock/index.ts';
import type { Config } from './platform/config/index.ts';
import { migrationCheck } from './platform/database/index.ts';
import { type Floor, jobsOf, workOf } from './platform/floor/index.ts';
import type { Foundation } from './platform/foundation/index.ts';
import type { Hasher } from './platform/hashing/index.ts';
import { createServer, healthRoutes, removeOldRequestCounts } from './platform/http/index.ts';
import { startWorkers, type Worker } from './platform/jobs/index.ts';
import { DELIVER, makeMailer, makeOutbox } from './platform/messages/index.ts';
import { makeSignals, makeStreams, readingFrom } from './platform/stream/index.ts';
import type { Tls } from './platform/tls/index.ts';
import { CASE_ACTIVITY_LABELS, navigation, portalFloor } from './portal/index.ts';
import { loadCaseCatalogue, makeCases } from './records/cases/index.ts';
import { makeClaims } from './records/claims/index.ts';

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
  /** Starts the work that pages ask for: messages, what reads the streams, and the removal of what has expired. */
  startWorker(): Promise<Worker>;
  /** By how many numbers each reader of a stream is behind. */
  streamLags(): Promise<ReadonlyMap<string, number>>;
};

/** Puts the floors together: the one place that knows every module. */
export async function buildApp(parts: AppParts): Promise<App> {
  const { config, foundation, hasher, clock, log, tls = null } = parts;
  const { agency, languages, vault, database, connection } = foundation;
  const outbox = makeOutbox({ vault, clock, mail: config.mail, sms: config.sms });
  const mailer = makeMailer({ outbox, languages, agency, publicUrl: config.publicUrl });
  const cases = makeCases({ database, vault });
  const claims = makeClaims({ database, vault, clock });

  const demo = demoFloor(config, { database, clock });
  const entrance = await identityFloor({
    config,
    foundation,
    hasher,
    clock,
    mailer,
    contributions: [{ name: 'cases', read: (accountId) => cases.detailsOf(accountId) }],
    activityLabels: CASE_ACTIVITY_LABELS,
    asides: demo.asides,
  });
  const signals = makeSignals(connection, log);
  const portal = portalFloor({
    identity: entrance.identity,
    signals,
    log,
    cases,
    claims,
    catalogue: loadCaseCatalogue(agency),
  });
  const ground: Floor = {
    timed: [{ name: 'wake-readers', cron: '* * * * *', run: async () => streams.wake() }],
    cleanUp: [() => outbox.removeOld(database), () => removeOldRequestCounts(database, clock)],
    readings: [readingFrom(securityEvents, securityLog(log))],
  };
  const floors: readonly Floor[] = [entrance, portal, demo.floor, ground];
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
    navigation,
  });
  let worker: Worker | null = null;
  healthRoutes(server, {
    isMigrated: migrationCheck(database, `${config.root}/migrations`),
    isWorking: () => worker?.isWorking() ?? true,
  });
  for (const { pages, close } of floors) {
    pages?.(server);
    if (close !== undefined) server.addHook('onClose', close);
  }

  return {
    server,
    streamLags: () => streams.lags(),
    startWorker: async () => {
      const deliver = (id: string) => outbox.deliver(database, id);
      const deliveries = Object.values(DELIVER).map((task) => ({
        tasks: jobsOf({ jobs: { [task]: deliver } }),
      }));
      const jobs = await startWorkers(connection, [workOf(floors), ...deliveries], log);
      const readers = await streams.follow();
      worker = {
        isWorking: jobs.isWorking,
        stop: async () => void (await Promise.all([jobs.stop(), readers.stop()])),
      };
      return worker;
    },
  };
}
