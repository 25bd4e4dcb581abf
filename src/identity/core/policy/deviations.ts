import type { Policy } from './policy.ts';

/** A setting that departs from what NIST SP 800-63B-4 or ASVS 5.0 (level 2, unless it says level 3) ask for. */
export type Deviation = {
  /** The setting, as it is written in the agency's file. */
  readonly setting: string;
  /** What the standards ask for. */
  readonly rule: string;
  /** Where they ask for it. */
  readonly source: string;
  /** What this configuration causes. */
  readonly causes: string;
};

/** What decides beside the policy. */
export type Setup = {
  /** Whether passwords are looked up in a list of stolen ones. */
  readonly breachedPasswords: boolean;
  /** Whether the role that serves owns no tables. */
  readonly leastRights: boolean;
  /** Settings by which something travels unencrypted, or to whom was not checked. */
  readonly unencrypted: readonly string[];
  /** Settings whose secret stands in the environment itself. */
  readonly secretsInEnvironment: readonly string[];
};

type Rule = Omit<Deviation, 'setting'> & {
  /** Where it may be more than one: those that depart. */
  readonly setting: string | ((setup: Setup) => string);
  readonly departs: (policy: Policy, setup: Setup) => boolean;
};

const RULES: readonly Rule[] = [
  {
    setting: 'allows.securityQuestions',
    departs: ({ allows }) => allows.securityQuestions,
    rule: 'there are no security questions',
    source: 'ASVS 6.4.2, NIST SP 800-63B-4 §3.1.1.2',
    causes: 'whoever knows or finds out the answers waits less before they get into an account',
  },
  {
    setting: 'allows.smsCodes',
    departs: ({ allows }) => allows.smsCodes,
    rule: 'codes over the phone network are restricted, and not there at level 3',
    source: 'NIST SP 800-63B-4 §3.2.9, ASVS 6.6.1 (level 3)',
    causes:
      'whoever takes over a phone number gets its codes; the agency has to assess that risk and plan to end it',
  },
  {
    setting: 'allows.rememberedDevices',
    departs: ({ allows }) => allows.rememberedDevices,
    rule: 'a remembered browser replaces no authentication',
    source: 'NIST SP 800-63B-4 §5.1, ASVS 6.3.3',
    causes: 'on a remembered device the password alone signs in',
  },
  {
    setting: 'password.shortest',
    departs: ({ password, allows }) =>
      allows.rememberedDevices && password.shortest >= 8 && password.shortest < 15,
    rule: 'a password that is asked for alone has at least 15 characters',
    source: 'NIST SP 800-63B-4 §3.1.1.2',
    causes: 'on a remembered device a shorter one is all that is asked for',
  },
  {
    setting: 'password.shortest',
    departs: ({ password }) => password.shortest < 8,
    rule: 'a password has at least 8 characters, also beside a second step',
    source: 'ASVS 6.2.1, NIST SP 800-63B-4 §3.1.1.2',
    causes: 'passwords that are guessed sooner, above all from a stolen database',
  },
  {
    setting: 'password.longest',
    departs: ({ password }) => password.longest < 64,
    rule: 'passwords of 64 characters are taken',
    source: 'ASVS 6.2.9, NIST SP 800-63B-4 §3.1.1.2',
    causes: 'sentences and what password managers make are refused',
  },
  {
    setting: 'password.requires',
    departs: ({ password }) => password.requires.length > 0,
    rule: 'a password may be of any characters',
    source: 'ASVS 6.2.5, NIST SP 800-63B-4 §3.1.1.2',
    causes:
      'long and good passwords are refused, and people add a digit and a sign where thieves expect them',
  },
  {
    setting: 'PORTICO_BREACHED_PASSWORDS',
    departs: (_, { breachedPasswords }) => !breachedPasswords,
    rule: 'passwords that were stolen elsewhere are refused',
    source: 'ASVS 6.2.12, NIST SP 800-63B-4 §3.1.1.2',
    causes: 'people may choose a password that is on the lists of thieves, unless it is a common one',
  },
  {
    setting: 'DATABASE_OWNER_URL',
    departs: (_, { leastRights }) => !leastRights,
    rule: 'what serves has no more rights to the database than it needs',
    source: 'ASVS 13.2.2',
    causes: 'whoever takes over the server can change tables, and the chain of security events with them',
  },
  {
    setting: ({ unencrypted }) => unencrypted.join(', '),
    departs: (_, { unencrypted }) => unencrypted.length > 0,
    rule: 'all that comes in and goes out is encrypted, and shows whom it is with',
    source: 'ASVS 12.3.1, 12.3.2, 12.3.3',
    causes: 'whoever has a place on the way, or takes the place of the other end, reads what passes',
  },
  {
    setting: ({ secretsInEnvironment }) => secretsInEnvironment.join(', '),
    departs: (_, { secretsInEnvironment }) => secretsInEnvironment.length > 0,
    rule: 'secrets come from a secrets manager, and do not stay the same for ever',
    source: 'ASVS 13.2.1, 13.3.1',
    causes: 'a secret stands in a file of settings, and a new one needs a restart',
  },
  {
    setting: 'code.minutes',
    departs: ({ code }) => code.minutes > 10,
    rule: 'a code that was sent lives for at most 10 minutes',
    source: 'ASVS 6.5.5, NIST SP 800-63B-4 §3.1.3',
    causes: 'a code that somebody else reads works for longer',
  },
  {
    setting: 'failures.wait',
    departs: ({ failures }) => Math.min(failures.wait, failures.disable) < 10,
    rule: 'a person has at least 10 tries',
    source: 'NIST SP 800-63B-4 §8.1.1 (advice), ASVS 6.1.1',
    causes: 'people who mistype are kept out, and a stranger keeps an owner out with less effort',
  },
  {
    setting: 'failures.wait',
    departs: ({ failures }) => failures.wait > failures.disable,
    rule: 'guessing is slowed down before it is stopped',
    source: 'ASVS 6.3.1, 6.6.3, NIST SP 800-63B-4 §3.2.2',
    causes:
      'no wait before an authenticator is disabled, and emailed codes, which never are, can be guessed at speed',
  },
  {
    setting: 'failures.firstWaitSeconds',
    departs: ({ failures }) => failures.firstWaitSeconds < 30,
    rule: 'waits begin at 30 seconds',
    source: 'NIST SP 800-63B-4 §3.2.2',
    causes: 'the hundred tries there are can be made sooner',
  },
  {
    setting: 'failures.longestWaitSeconds',
    departs: ({ failures }) => failures.longestWaitSeconds > 3600,
    rule: 'waits end at an hour',
    source: 'NIST SP 800-63B-4 §3.2.2, ASVS 6.1.1',
    causes: 'a stranger who guesses keeps the owner waiting for longer than an hour',
  },
  {
    setting: 'session.idleMinutes',
    departs: ({ session }) => session.idleMinutes > 60,
    rule: 'a session ends after an hour without a request; the agency writes down why where it does not',
    source: 'NIST SP 800-63B-4 §2.2.3, ASVS 7.1.1',
    causes: 'on a shared computer the next person finds the session for longer',
  },
  {
    setting: 'session.hours',
    departs: ({ session }) => session.hours > 24,
    rule: 'a session ends after 24 hours; the agency writes down why where it does not',
    source: 'NIST SP 800-63B-4 §2.2.3, ASVS 7.1.1',
    causes: 'a stolen session works for longer than a day',
  },
  {
    setting: 'stepUp.minutes',
    departs: ({ stepUp, session }) => stepUp.minutes >= session.hours * 60,
    rule: 'what signs a person in is changed only after proving again who they are',
    source: 'ASVS 7.5.1',
    causes: 'whoever finds an open session changes its addresses and is asked for nothing',
  },
  {
    setting: 'stepUp.asks',
    departs: ({ stepUp }) => stepUp.asks !== 'both',
    rule: 'what signs a person in is changed only after both steps of a sign-in',
    source: 'ASVS 7.5.1',
    causes: 'whoever finds an open session and one second step, such as an unlocked phone, changes the rest',
  },
  {
    setting: 'apps.driftSteps',
    departs: ({ apps }) => apps.driftSteps > 0,
    rule: 'a code of an authenticator app works for 30 seconds',
    source: 'ASVS 6.5.5',
    causes: 'a code that somebody else sees works for up to 90 seconds, unless its owner was first',
  },
  {
    setting: 'recovery.linkMinutes',
    departs: ({ recovery }) => recovery.linkMinutes > 10,
    rule: 'a link that was emailed for a recovery works for at most 10 minutes',
    source: 'ASVS 6.5.5; NIST SP 800-63B-4 §4.2.1.2: 24 hours',
    causes: 'whoever reads an old message gets half of the way into an account',
  },
];

/**
 * Every setting that departs from the standards. In the profile `strict` as it comes there is none but what the operator
 * sets up.
 */
export function deviations(policy: Policy, setup: Setup): readonly Deviation[] {
  return RULES.filter(({ departs }) => departs(policy, setup)).map(
    ({ departs: _, setting, ...deviation }) => ({
      ...deviation,
      setting: typeof setting === 'string' ? setting : setting(setup),
    }),
  );
}

/**
 * What a start says of them, or nothing.
 * @param brief one line that names the settings, for the demonstration
 */
export function sayDeviations(policy: Policy, setup: Setup, brief: boolean): string {
  const found = deviations(policy, setup);
  if (found.length === 0) return '';
  if (brief)
    return `Note for operators: what is set up here is laxer than NIST SP 800-63B-4 or ASVS 5.0 in ${[...new Set(found.map(({ setting }) => setting))].join(', ')} (docs/agencies.md).\n`;
  const head = `The sign-in policy "${policy.profile}" departs from NIST SP 800-63B-4 or ASVS 5.0`;
  const lines = found.map(
    ({ setting, rule, source, causes }) => `  ${setting}: ${rule} (${source}). Here: ${causes}.\n`,
  );
  return `${head}. That is allowed; docs/agencies.md says how to change it.\n${lines.join('')}`;
}
