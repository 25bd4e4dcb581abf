import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { DemoAside, demoRoutes, readPeople, SignInHelp } from './demo/index.ts';
import { appFactor } from './identity/authenticator-app/index.ts';
import { backupCodeFactor, backupCodeRoutes } from './identity/backup-codes/index.ts';
import { removeOldDevices } from './identity/devices/index.ts';
import { emailMessages, emailRoutes, makeEmails } from './identity/emails/index.ts';
import { makeNotices } from './identity/notices/index.ts';
import { passwordRules } from './identity/passwords/index.ts';
import { makePhones } from './identity/phones/index.ts';
import { readPolicy } from './identity/policy/index.ts';
import { makeRecovery, recoveryMessages, recoveryRoutes, SEND_RECOVERY } from './identity/recovery/index.ts';
import { makeSessions, sessionRoutes } from './identity/sessions/index.ts';
import { makeSignIn, signInRoutes } from './identity/sign-in/index.ts';
import { makeSignUp, signUpMessages, signUpRoutes } from './identity/sign-up/index.ts';
import { stepUpRoutes } from './identity/step-up/index.ts';
import { removeOldCounts } from './identity/throttling/index.ts';
import type { Clock } from './platform/clock/index.ts';
import type { Config } from './platform/config/index.ts';
import { migrationCheck } from './platform/database/index.ts';
import type { Foundation } from './platform/foundation/index.ts';
import type { Hasher } from './platform/hashing/index.ts';
import { createServer, removeOldRequestCounts } from './platform/http/index.ts';
import { startWorker, type Worker } from './platform/jobs/index.ts';
import { DELIVER, makeOutbox } from './platform/messages/index.ts';
import { makeProofOfWork } from './platform/proof-of-work/index.ts';
import type { Page, Visitor } from './platform/ui/index.ts';
import { casesRoutes } from './portal/cases/index.ts';
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
};

export type App = {
  readonly server: FastifyInstance;
  /** Starts the work that pages ask for: messages, and the removal of what has expired. */
  startWorker(): Promise<Worker>;
};

const CLEAN_UP = 'clean-up';
const REMIND = 'remind-of-holds';
const SIGNED_IN_LINKS = [
  { href: '/home', word: 'home.nav-home' },
  { href: '/cases', word: 'home.nav-cases' },
  { href: '/help', word: 'home.nav-help' },
] as const;
const STRANGER_LINKS = [
  { href: '/sign-in', word: 'sign-in.title' },
  { href: '/status', word: 'home.nav-status' },
  { href: '/help', word: 'home.nav-help' },
] as const;

/** Puts the floors together: the one place that knows every module. */
export async function buildApp({ config, foundation, hasher, clock, log }: AppParts): Promise<App> {
  const { agency, languages, vault, database, connection } = foundation;
  const policy = readPolicy(agency.policy);
  const catalogue = loadCaseCatalogue(agency);
  const outbox = makeOutbox({ vault, clock, mail: config.mail, sms: config.sms });
  const sessions = makeSessions({ database, vault, clock, policy: policy.session });
  const passwords = passwordRules(policy, [
    ...Object.values(agency.name),
    ...Object.values(agency.country),
    'portico',
  ]);
  // The second step that is offered first stands first.
  const factors = [appFactor({ database, clock }), backupCodeFactor({ database, clock, hasher })];
  const sender = { outbox, languages, agency, publicUrl: config.publicUrl };
  const messages = signUpMessages({ ...sender, policy });
  const signUp = makeSignUp({ database, vault, clock, hasher, policy, passwords, sessions, messages });
  const proofOfWork = makeProofOfWork({ database, vault, clock, numbers: policy.proof });
  const phones = makePhones({ vault, clock, policy: policy.phones });
  const notices = makeNotices({ ...sender, vault, clock, phones, reportPath: async () => '/help' });
  const recovery = makeRecovery({
    database,
    vault,
    clock,
    hasher,
    policy,
    passwords,
    sessions,
    factors,
    messages: recoveryMessages({ ...sender, policy }),
    notices,
  });
  const signIn = await makeSignIn({ database, vault, clock, hasher, policy, sessions, notices, factors });
  const emails = makeEmails({
    database,
    vault,
    clock,
    policy,
    notices,
    messages: emailMessages({ ...sender, policy }),
  });
  const cases = makeCases({ database, vault });
  const claims = makeClaims({ database, vault, clock });

  const navigation = (visitor: Visitor) => (visitor.is === 'signed-in' ? SIGNED_IN_LINKS : STRANGER_LINKS);
  const { server } = await createServer({
    config,
    agency,
    languages,
    clock,
    vault,
    database,
    log,
    navigation,
  });

  const people = config.demo ? readPeople(config.agencyFolder) : [];
  const aside = (page: Page) => <DemoAside page={page} />;
  const demoAsides = config.demo
    ? {
        signIn: (page: Page) => <SignInHelp page={page} people={people} />,
        code: aside,
        email: aside,
        emailCode: aside,
        app: aside,
      }
    : {};

  sessionRoutes(server, { sessions, clock, policy });
  signInRoutes(server, { signIn, sessions, proofOfWork, factors, clock, policy, asides: demoAsides });
  stepUpRoutes(server, { database, clock, policy, sessions, factors, aside: demoAsides.code });
  signUpRoutes(server, { signUp, sessions, proofOfWork, clock, policy, asides: demoAsides });
  recoveryRoutes(server, { recovery, signIn, factors, clock, policy, asides: demoAsides });
  backupCodeRoutes(server, { database, clock });
  emailRoutes(server, { emails, sessions, clock, policy, aside: config.demo ? aside : undefined });
  welcomeRoutes(server);
  helpRoutes(server);
  homeRoutes(server, { cases, catalogue });
  casesRoutes(server, { sessions, cases, claims, catalogue, database, vault, clock, policy });
  statusRoutes(server, { cases, catalogue, policy });
  if (config.demo) demoRoutes(server, { agencyFolder: config.agencyFolder, database, clock });

  server.get('/healthz', { config: { access: 'anyone' } }, async () => ({ status: 'ok' }));
  const isMigrated = migrationCheck(database, `${config.root}/migrations`);
  server.get('/readyz', { config: { access: 'anyone' } }, async (_request, reply) => {
    const ready = await isMigrated().catch(() => false);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable' });
  });

  const tasks = {
    [DELIVER]: async (payload: unknown) => outbox.deliver(database, idOf(payload)),
    [SEND_RECOVERY]: async (payload: unknown) => recovery.send(idOf(payload)),
    [REMIND]: () => recovery.remind(),
    [CLEAN_UP]: async () => {
      await signIn.removeOld();
      await signUp.removeOld();
      await recovery.removeOld();
      await sessions.removeOld();
      await emails.removeOld();
      await phones.removeOld(database);
      await outbox.removeOld(database);
      await removeOldDevices(database, clock, policy.devices);
      await removeOldCounts(database, clock, policy.failures);
      await proofOfWork.removeOld();
      await removeOldRequestCounts(database, clock);
    },
  };
  return {
    server,
    startWorker: () => startWorker(connection, tasks, `*/10 * * * * ${CLEAN_UP}\n*/5 * * * * ${REMIND}`, log),
  };
}

function idOf(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && 'id' in payload && typeof payload.id === 'string')
    return payload.id;
  throw new Error('a job without an id');
}
