import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { DemoAside, demoRoutes, readPeople, SignInHelp } from './demo/index.ts';
import { type AccountLink, accountRoutes, makeAccountSettings } from './identity/account-settings/index.ts';
import { activityRoutes, TELLINGS } from './identity/activity/index.ts';
import { alarmLinks, alarmRoutes, makeAlarm } from './identity/alarm/index.ts';
import { appFactor, appSettingsRoutes, makeAppSettings } from './identity/authenticator-app/index.ts';
import {
  backupCodeFactor,
  backupCodeRoutes,
  countBackupCodes,
  makeBackupCodeSettings,
} from './identity/backup-codes/index.ts';
import { closingRoutes, makeClosing } from './identity/closing/index.ts';
import { dataExportRoutes, makeDataExport, PREPARE_EXPORT } from './identity/data-export/index.ts';
import { removeOldDevices } from './identity/devices/index.ts';
import { emailMessages, emailRoutes, makeEmails } from './identity/emails/index.ts';
import { makeNotices } from './identity/notices/index.ts';
import { makePasskeys, passkeyFactor, passkeyRoutes } from './identity/passkeys/index.ts';
import { makePasswordChange, passwordChangeRoutes } from './identity/password-change/index.ts';
import { noBreachedPasswords, openBreachedPasswords, passwordRules } from './identity/passwords/index.ts';
import { makePhones } from './identity/phones/index.ts';
import { readPolicy } from './identity/policy/index.ts';
import { makeRecovery, recoveryMessages, recoveryRoutes, SEND_RECOVERY } from './identity/recovery/index.ts';
import { securityRoutes, type Way } from './identity/security/index.ts';
import { makeSecurityQuestions, questionRoutes } from './identity/security-questions/index.ts';
import { makeSessions, sessionRoutes } from './identity/sessions/index.ts';
import { makeSignIn, signInRoutes } from './identity/sign-in/index.ts';
import { makeSignUp, signUpMessages, signUpRoutes } from './identity/sign-up/index.ts';
import {
  makePhoneSettings,
  makeSmsCodes,
  phoneRoutes,
  smsEnrolment,
  smsFactor,
} from './identity/sms-codes/index.ts';
import { stepUpRoutes } from './identity/step-up/index.ts';
import { removeOldCounts } from './identity/throttling/index.ts';
import { inLanguage } from './platform/agency/index.ts';
import { tellSecurityEvents } from './platform/audit/index.ts';
import type { Clock } from './platform/clock/index.ts';
import type { Config } from './platform/config/index.ts';
import { migrationCheck } from './platform/database/index.ts';
import type { Foundation } from './platform/foundation/index.ts';
import type { Hasher } from './platform/hashing/index.ts';
import { createServer, removeOldRequestCounts } from './platform/http/index.ts';
import { startWorker, type Worker } from './platform/jobs/index.ts';
import { DELIVER, makeOutbox, makePost } from './platform/messages/index.ts';
import { makeProofOfWork } from './platform/proof-of-work/index.ts';
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
  /** Starts the work that pages ask for: messages, and the removal of what has expired. */
  startWorker(): Promise<Worker>;
};

const CLEAN_UP = 'clean-up';
const REMIND = 'remind-of-holds';
const TELL_EVENTS = 'tell-security-events';
const CRONTAB = `*/10 * * * * ${CLEAN_UP}
*/5 * * * * ${REMIND}
* * * * * ${TELL_EVENTS}`;
const SIGNED_IN_LINKS = [
  { href: '/home', word: 'home.nav-home' },
  { href: '/cases', word: 'home.nav-cases' },
  { href: '/account', word: 'account.nav' },
  { href: '/help', word: 'home.nav-help' },
] as const;
/** The parts of an account beside its names and language. */
const ACCOUNT_LINKS: readonly AccountLink[] = [
  { href: '/account/emails', title: 'account.emails', text: ({ t }) => t('account.emails-text') },
  { href: '/account/phones', title: 'phones.title', text: ({ t }) => t('account.phones-text') },
  { href: '/account/security', title: 'account.security', text: ({ t }) => t('account.security-text') },
  { href: '/account/data', title: 'account.data', text: ({ t }) => t('account.data-text') },
  { href: '/account/close', title: 'account.close', text: ({ t }) => t('account.close-text') },
];
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
  const sessions = makeSessions({ database, vault, clock, policy: policy.session });
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
  const messages = signUpMessages(post, policy);
  const proofOfWork = makeProofOfWork({ database, vault, clock, numbers: policy.proof });
  const phones = makePhones({ vault, clock, policy: policy.phones });
  const reportPath = alarmLinks({ clock, policy: policy.alarm });
  const notices = makeNotices({ post, vault, clock, phones, reportPath });
  const signUp = makeSignUp({
    database,
    vault,
    clock,
    hasher,
    policy,
    passwords,
    sessions,
    messages,
    notices,
  });
  const smsCodes = makeSmsCodes({ vault, clock, policy, post });
  const offersSms = policy.allows.smsCodes && outbox.canSend('sms');
  const passkeys = makePasskeys({
    database,
    vault,
    clock,
    policy: policy.passkeys,
    publicUrl: config.publicUrl,
    notices,
  });
  // The second step that is offered first stands first.
  const everyFactor = [
    passkeyFactor({ passkeys, agencyIn: (language) => inLanguage(agency.name, language) }),
    appFactor({ database, clock, policy: policy.apps }),
    smsFactor({
      database,
      phones,
      codes: smsCodes,
      minutes: policy.code.minutes,
      enrolment: smsEnrolment({
        database,
        vault,
        clock,
        policy,
        phones,
        codes: smsCodes,
        country: agency.phoneCountry,
      }),
    }),
    backupCodeFactor({ database, clock, hasher }),
  ];
  const factors = everyFactor.filter(({ kind }) => kind !== 'sms-code' || offersSms);
  const emails = makeEmails({
    database,
    vault,
    clock,
    policy,
    notices,
    messages: emailMessages(post, policy),
  });
  const alarm = makeAlarm({
    database,
    clock,
    policy: policy.alarm,
    sessions,
    factors: everyFactor,
    emails,
    notices,
  });
  const securityQuestions = makeSecurityQuestions({ database, clock, hasher, notices });
  const recovery = makeRecovery({
    database,
    vault,
    clock,
    hasher,
    policy,
    passwords,
    sessions,
    factors,
    everyFactor,
    messages: recoveryMessages(post, policy),
    notices,
    alarm,
    securityQuestions,
  });
  const signIn = await makeSignIn({
    database,
    vault,
    clock,
    hasher,
    policy,
    sessions,
    notices,
    factors,
    passkeys,
  });
  const passwordChange = makePasswordChange({
    database,
    clock,
    hasher,
    policy,
    passwords,
    sessions,
    notices,
  });
  const apps = makeAppSettings({ database, clock, policy: policy.apps, factors, notices });
  const phoneSettings = makePhoneSettings({
    database,
    vault,
    clock,
    policy,
    phones,
    codes: smsCodes,
    factors,
    notices,
  });
  const backupCodes = makeBackupCodeSettings({ database, clock, hasher, notices });
  const phonesWay: Way = {
    href: '/account/phones',
    title: 'phones.title',
    bound: async (session, { t }) => t('phones.count', { count: (await phoneSettings.list(session)).length }),
  };
  const ways: readonly Way[] = [
    {
      href: '/account/security/passkeys',
      title: 'passkeys.title',
      bound: async (session, { t }) => t('passkeys.count', { count: (await passkeys.list(session)).length }),
    },
    {
      href: '/account/security/apps',
      title: 'authenticator-app.settings-title',
      bound: async (session, { t }) =>
        t('authenticator-app.count', { count: (await apps.list(session)).length }),
    },
    ...(offersSms ? [phonesWay] : []),
    {
      href: '/account/security/backup-codes',
      title: 'backup-codes.settings-title',
      bound: async ({ accountId }, { t }) =>
        t('backup-codes.left', { count: await countBackupCodes(database, accountId) }),
    },
  ];
  const waysBack: readonly Way[] = policy.allows.securityQuestions
    ? [
        {
          href: '/account/security/questions',
          title: 'security-questions.title',
          bound: async ({ accountId }, { t, date }) => {
            const chosen = await securityQuestions.chosen(database, accountId);
            return chosen === null
              ? t('security-questions.none')
              : t('security-questions.set-on', { date: date(chosen.setAt) });
          },
        },
      ]
    : [];
  const cases = makeCases({ database, vault });
  const claims = makeClaims({ database, vault, clock });
  const accountSettings = makeAccountSettings({ database, vault, clock, policy: policy.failures, notices });
  const closing = makeClosing({ database, clock, policy: policy.closing, sessions, notices });
  const dataExport = makeDataExport({
    database,
    vault,
    clock,
    policy: policy.dataExport,
    notices,
    phones,
    apps,
    passkeys,
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
  signInRoutes(server, {
    signIn,
    passkeys,
    sessions,
    proofOfWork,
    factors,
    vault,
    clock,
    policy,
    asides: demoAsides,
  });
  stepUpRoutes(server, {
    database,
    clock,
    hasher,
    policy,
    sessions,
    factors,
    notices,
    aside: demoAsides.code,
  });
  signUpRoutes(server, { signUp, factors, sessions, proofOfWork, vault, clock, policy, asides: demoAsides });
  recoveryRoutes(server, {
    recovery,
    signIn,
    sessions,
    factors,
    proofOfWork,
    vault,
    clock,
    policy,
    asides: demoAsides,
  });
  passkeyRoutes(server, { database, passkeys, factors, policy: policy.requests });
  backupCodeRoutes(server, {
    database,
    clock,
    agency,
    publicUrl: config.publicUrl,
    policy: policy.requests,
    backupCodes,
    offersPhones: offersSms,
  });
  accountRoutes(server, {
    settings: accountSettings,
    database,
    clock,
    policy: policy.requests,
    languages,
    sessions,
    links: ACCOUNT_LINKS.filter(({ href }) => offersSms || href !== '/account/phones'),
  });
  emailRoutes(server, { emails, sessions, clock, policy, aside: config.demo ? aside : undefined });
  phoneRoutes(server, {
    settings: phoneSettings,
    sessions,
    clock,
    policy,
    country: agency.phoneCountry,
    isOffered: offersSms,
    aside: config.demo ? aside : undefined,
  });
  dataExportRoutes(server, { dataExport, policy: policy.requests });
  closingRoutes(server, { closing, policy: policy.requests });
  securityRoutes(server, {
    database,
    clock,
    policy,
    sessions,
    passwordChange,
    notices,
    recovery,
    ways,
    waysBack,
  });
  passwordChangeRoutes(server, { passwordChange, database, clock, policy });
  appSettingsRoutes(server, { apps, database, policy: policy.requests });
  questionRoutes(server, { securityQuestions, database, sessions, policy });
  activityRoutes(server, { database, clock, tellings: { ...TELLINGS, ...CASE_TELLINGS } });
  alarmRoutes(server, { alarm, policy });
  welcomeRoutes(server);
  helpRoutes(server, { publicUrl: config.publicUrl });
  homeRoutes(server, { database, clock, cases, catalogue });
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
    [PREPARE_EXPORT]: async (payload: unknown) => dataExport.prepare(idOf(payload)),
    [SEND_RECOVERY]: async (payload: unknown) => recovery.send(idOf(payload)),
    [REMIND]: () => recovery.remind(),
    [TELL_EVENTS]: () => tellSecurityEvents(database, log),
    [CLEAN_UP]: () =>
      each([
        () => closing.eraseDue(),
        () => dataExport.removeOld(),
        () => backupCodes.removeOld(),
        () => signIn.removeOld(),
        () => signUp.removeOld(),
        () => recovery.removeOld(),
        () => sessions.removeOld(),
        () => alarm.removeOld(),
        () => emails.removeOld(),
        () => phones.removeOld(database),
        () => smsCodes.removeOld(database),
        () => outbox.removeOld(database),
        () => removeOldDevices(database, clock, policy.devices),
        () => removeOldCounts(database, clock, policy.failures),
        () => proofOfWork.removeOld(),
        () => removeOldRequestCounts(database, clock),
      ]),
  };
  return {
    server,
    startWorker: () => startWorker(connection, tasks, CRONTAB, log),
  };
}

/** Does everything, also where a part fails, and then says what failed. */
async function each(parts: ReadonlyArray<() => Promise<unknown>>): Promise<void> {
  const results: PromiseSettledResult<unknown>[] = [];
  for (const part of parts) results.push(...(await Promise.allSettled([part()])));
  const failed = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} parts of the clean-up failed`);
}

function idOf(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && 'id' in payload && typeof payload.id === 'string')
    return payload.id;
  throw new Error('a job without an id');
}
