import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { DemoAside, demoRoutes, readPeople, SignInHelp } from './demo/index.ts';
import { makeNotices } from './identity/core/notices/index.ts';
import { makePhones } from './identity/core/phones/index.ts';
import { readPolicy } from './identity/core/policy/index.ts';
import {
  noBreachedPasswords,
  openBreachedPasswords,
  passwordRules,
} from './identity/credentials/passwords/index.ts';
import { recoveryMessages } from './identity/entry/recovery/index.ts';
import { signUpMessages } from './identity/entry/sign-up/index.ts';
import { identityRoutes, identityWork, makeIdentity } from './identity/index.ts';
import { emailMessages } from './identity/settings/emails/index.ts';
import { inLanguage } from './platform/agency/index.ts';
import { securityEvents, securityLog } from './platform/audit/index.ts';
import type { Clock } from './platform/clock/index.ts';
import type { Config } from './platform/config/index.ts';
import { migrationCheck } from './platform/database/index.ts';
import type { Foundation } from './platform/foundation/index.ts';
import type { Hasher } from './platform/hashing/index.ts';
import { createServer, removeOldRequestCounts } from './platform/http/index.ts';
import { startWorkers, type Worker } from './platform/jobs/index.ts';
import { DELIVER, makeOutbox, makePost } from './platform/messages/index.ts';
import { makeStreams, readingFrom } from './platform/stream/index.ts';
import type { Tls } from './platform/tls/index.ts';
import type { Page, Visitor } from './platform/ui/index.ts';
import { CASE_TELLINGS, casesRoutes } from './portal/cases/index.ts';
import { helpRoutes } from './portal/help/index.ts';
import { homeRoutes } from './portal/home/index.ts';
import { statusRoutes } from './portal/status/index.ts';
import { welcomeRoutes } from './portal/welcome/index.ts';
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

const CLEAN_UP = 'clean-up';
const REMIND = 'remind-of-holds';
const WAKE_READERS = 'wake-readers';
const CRONTAB = `*/10 * * * * ${CLEAN_UP}
*/5 * * * * ${REMIND}
* * * * * ${WAKE_READERS}`;
const SIGNED_IN_LINKS = [
  { href: '/home', word: 'home.nav-home' },
  { href: '/cases', word: 'home.nav-cases' },
  { href: '/account', word: 'account.nav' },
  { href: '/help', word: 'home.nav-help' },
] as const;
const STRANGER_LINKS = [
  { href: '/sign-in', word: 'sign-in.title' },
  { href: '/status', word: 'home.nav-status' },
  { href: '/help', word: 'home.nav-help' },
] as const;

/** Puts the floors together: the one place that knows every module. */
export async function buildApp({
  config,
  foundation,
  hasher,
  clock,
  log,
  tls = null,
}: AppParts): Promise<App> {
  const { agency, languages, vault, database, connection } = foundation;
  const policy = readPolicy(agency.policy);
  const catalogue = loadCaseCatalogue(agency);
  const outbox = makeOutbox({ vault, clock, mail: config.mail, sms: config.sms });
  const breached =
    config.breachedPasswords === null
      ? noBreachedPasswords
      : await openBreachedPasswords(config.breachedPasswords);
  const passwords = passwordRules(
    policy,
    [...Object.values(agency.name), ...Object.values(agency.country), 'portico'],
    breached,
  );
  const post = makePost({ outbox, languages, agency, publicUrl: config.publicUrl });
  const phones = makePhones({ vault, clock, policy: policy.phones });
  const cases = makeCases({ database, vault });
  const claims = makeClaims({ database, vault, clock });
  const identity = await makeIdentity({
    database,
    vault,
    clock,
    hasher,
    policy,
    passwords,
    phones,
    notices: makeNotices({ post, vault, clock, phones, policy }),
    messages: {
      signUp: signUpMessages(post, policy),
      emails: emailMessages(post, policy),
      recovery: recoveryMessages(post, policy),
      texts: post,
    },
    publicUrl: config.publicUrl,
    agencyIn: (language) => inLanguage(agency.name, language),
    phoneCountry: agency.phoneCountry,
    offersSms: policy.allows.smsCodes && outbox.canSend('sms'),
    contributions: [{ name: 'cases', read: (accountId) => cases.filesOf(accountId) }],
  });

  const navigation = (visitor: Visitor) => (visitor.is === 'signed-in' ? SIGNED_IN_LINKS : STRANGER_LINKS);
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
  server.addHook('onClose', () => breached.close());

  const people = config.demo ? readPeople(config.agencyFolder) : [];
  const aside = (page: Page) => <DemoAside page={page} />;
  const asides = config.demo
    ? {
        signIn: (page: Page) => <SignInHelp page={page} people={people} />,
        code: aside,
        email: aside,
        emailCode: aside,
        app: aside,
      }
    : {};
  identityRoutes(server, { identity, agency, languages, tellings: CASE_TELLINGS, asides });
  welcomeRoutes(server);
  helpRoutes(server, { publicUrl: config.publicUrl });
  homeRoutes(server, { database, clock, cases, catalogue });
  casesRoutes(server, { ...identity, cases, claims, catalogue });
  statusRoutes(server, { cases, catalogue, policy });
  if (config.demo) demoRoutes(server, { agencyFolder: config.agencyFolder, database, clock });

  server.get('/healthz', { config: { access: 'anyone' } }, async () => ({ status: 'ok' }));
  const isMigrated = migrationCheck(database, `${config.root}/migrations`);
  let worker: Worker | null = null;
  /** Why nobody is to be sent here now. */
  const unready = async () => {
    if (!(await isMigrated().catch(() => false))) return 'database';
    return (worker?.isWorking() ?? true) ? null : 'jobs';
  };
  server.get('/readyz', { config: { access: 'anyone' } }, async (_request, reply) => {
    const reason = await unready();
    return reply
      .code(reason === null ? 200 : 503)
      .send(reason === null ? { status: 'ok' } : { status: 'unavailable', reason });
  });

  const streams = makeStreams({
    connection,
    log,
    readings: [readingFrom(securityEvents, securityLog(log))],
  });
  const work = identityWork(identity);
  const deliver = (id: string) => outbox.deliver(database, id);
  const tasks = {
    ...forEachId(work.asked),
    [REMIND]: work.remind,
    [WAKE_READERS]: async () => streams.wake(),
    [CLEAN_UP]: () =>
      each([
        ...work.cleanUp,
        () => outbox.removeOld(database),
        () => removeOldRequestCounts(database, clock),
      ]),
  };
  return {
    server,
    streamLags: () => streams.lags(),
    startWorker: async () => {
      const deliveries = Object.values(DELIVER).map((task) => ({ tasks: forEachId({ [task]: deliver }) }));
      const jobs = await startWorkers(connection, [{ tasks, crontab: CRONTAB }, ...deliveries], log);
      const readers = await streams.follow();
      worker = {
        isWorking: jobs.isWorking,
        stop: async () => void (await Promise.all([jobs.stop(), readers.stop()])),
      };
      return worker;
    },
  };
}

/** Does everything, also where a part fails, and then says what failed. */
async function each(parts: ReadonlyArray<() => Promise<unknown>>): Promise<void> {
  const results: PromiseSettledResult<unknown>[] = [];
  for (const part of parts) results.push(...(await Promise.allSettled([part()])));
  const failed = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} parts of the clean-up failed`);
}

/** Tasks that are about one row each, which the payload names. */
function forEachId(tasks: Record<string, (id: string) => Promise<void>>) {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [name, async (payload: unknown) => task(idOf(payload))]),
  );
}

function idOf(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && 'id' in payload && typeof payload.id === 'string')
    return payload.id;
  throw new Error('a job without an id');
}
