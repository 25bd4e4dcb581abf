import { z } from 'zod';

const whole = z.number().int().positive();

/** A kind of second step. */
export type FactorKind = 'passkey' | 'authenticator-app' | 'sms-code' | 'backup-code';

/** A kind of character that an agency's rules may ask of every password. */
export type CharacterKind = (typeof CHARACTER_KINDS)[number];
const CHARACTER_KINDS = ['lowercase', 'uppercase', 'digit', 'symbol'] as const;

const load = z
  .strictObject({
    minutes: whole.default(10),
    inAll: whole.default(200),
    fromNetwork: whole.default(30),
  })
  .prefault({});

/** What the profiles set apart, since a standard asks for more than everybody can do. */
const numbersFrom = (defaults: {
  driftSteps: 0 | 1;
  linkMinutes: number;
  asks: 'factor' | 'both';
  mostRequired: number;
}) => ({
  password: z
    .strictObject({
      shortest: whole.default(12),
      longest: whole.default(128),
      score: z.number().int().min(0).max(4).default(3),
      /** Rules of composition, where an agency has to have them (NIST SP 800-63B-4 §3.1.1.2: none). */
      requires: z
        .array(z.enum(CHARACTER_KINDS))
        .max(defaults.mostRequired, 'is always empty in the profile strict')
        .default([]),
    })
    .refine(({ shortest, longest }) => shortest <= longest, 'no password is between shortest and longest')
    .prefault({}),
  code: z
    .strictObject({
      minutes: whole.default(10),
      /** Most messages in an hour, and in a day, that one network, one known device or one account asks for. */
      sentPerHour: whole.default(5),
      sentPerDay: whole.default(20),
      /** Most in an hour, and in a day, to one account or address from all that it does not know. */
      inAllPerHour: whole.default(20),
      inAllPerDay: whole.default(40),
      /** So many more in a day, for networks that have asked for none that day. */
      reservedPerDay: whole.default(10),
    })
    .prefault({}),
  failures: z
    .strictObject({
      /** From this failure on, each is followed by a wait. */
      wait: whole.default(10),
      firstWaitSeconds: whole.default(30),
      longestWaitSeconds: whole.default(3600),
      /** At this failure of a second step in a row its owner hears that somebody got past the first. */
      tell: whole.default(5),
      /** At this failure the authenticator is disabled until it is bound anew (NIST SP 800-63B-4 §3.2.2: at most 100). */
      disable: whole.max(100).default(100),
    })
    .prefault({}),
  /** Wrong tries to claim a case before each is followed by a wait. */
  claims: z.strictObject({ wait: whole.default(5) }).prefault({}),
  session: z
    .strictObject({
      idleMinutes: whole.default(30),
      hours: whole.default(12),
    })
    .prefault({}),
  emails: z
    .strictObject({
      /** Most addresses that an account has. */
      most: whole.default(5),
    })
    .prefault({}),
  phones: z
    .strictObject({
      /** Most numbers that an account has for text messages. */
      most: whole.default(3),
      /** Most codes in an hour to one number, for all accounts together. */
      sentPerHour: whole.default(20),
      /** Most codes in a day to one number that is to be proven, and for one account to such numbers. */
      unprovenPerDay: whole.default(20),
      /** Most codes in a day for people of one network who make an account. */
      signUpsPerDay: whole.default(60),
      /** The same for everybody who makes an account. */
      allSignUpsPerDay: whole.default(1_000),
      /** Most notices in an hour that go to one number besides email. */
      noticesPerHour: whole.default(10),
      /** The same in a day. */
      noticesPerDay: whole.default(30),
    })
    .prefault({}),
  signIn: z.strictObject({ minutes: whole.default(15) }).prefault({}),
  /** What is asked of a person before they change what opens the account (ASVS 7.5.1). */
  stepUp: z
    .strictObject({
      /** How long that stays fresh. */
      minutes: whole.default(10),
      /** A second step, or the password too. A passkey is both. */
      asks: z.enum(['factor', 'both']).default(defaults.asks),
    })
    .prefault({}),
  passkeys: z
    .strictObject({
      /** Most that an account has. */
      most: whole.default(10),
      /** How long an authenticator may take to answer. */
      minutes: whole.max(60).default(10),
    })
    .prefault({}),
  apps: z
    .strictObject({
      /** Most that one account has. */
      most: whole.max(10).default(3),
      /** How many steps before and after its own a code is accepted, for clocks that go wrong (RFC 6238 §5.2: at most one). */
      driftSteps: z.number().int().min(0).max(1).default(defaults.driftSteps),
    })
    .prefault({}),
  recovery: z
    .strictObject({
      /** How long an emailed link works. */
      linkMinutes: whole.default(defaults.linkMinutes),
      /** The hold before somebody is let in who has no authenticator left, and that from a known device. */
      holdHours: whole.min(24).default(72),
      knownHoldHours: whole.min(24).default(24),
      /** How long after a hold the way back stays open. */
      openDays: whole.default(7),
    })
    .prefault({}),
  /** Security questions, where they are allowed. */
  questions: z
    .strictObject({
      /** How long the hold lasts, from right answers on. */
      holdHours: whole.min(24).default(24),
      /** How often all of them may be answered on one way back. */
      tries: whole.max(5).default(3),
    })
    .prefault({}),
  devices: z
    .strictObject({
      /** How long a device stays known after its last sign-in. */
      days: whole.max(400).default(180),
      /** How long a remembered device is let in by the password alone; `strict` knows no such thing. */
      rememberDays: whole.max(30).default(30),
    })
    .prefault({}),
  signUp: z.strictObject({ days: whole.default(7) }).prefault({}),
  /** After how long what came to an account is settled; so long the link of a message says "this wasn't me". */
  alarm: z.strictObject({ days: whole.default(7) }).prefault({}),
  /** How long a person's copy of their data waits to be fetched. */
  dataExport: z.strictObject({ days: whole.default(7) }).prefault({}),
  /** How long a person may change their mind before their account is erased. */
  closing: z.strictObject({ days: whole.default(30) }).prefault({}),
  /** Proof of work, which a form asks for when programs may be at it. */
  proof: z
    .strictObject({
      /** From this failure on, a password is checked only with a proof of work. */
      failures: whole.default(5),
      /** How long a solution is accepted. */
      minutes: whole.default(5),
      /** What whoever cannot do the work waits instead. */
      waitSeconds: whole.default(30),
      /** The most keys that a browser derives for it. */
      work: whole.min(2).max(10_000).default(160),
    })
    .prefault({}),
  /** How many sign-ups begun within so many minutes make the next one prove itself; and how many ways back. */
  signUpLoad: load,
  recoveryLoad: load,
  /** Requests that one address may make in five minutes. Whole clinics share one, so they are generous. */
  requests: z
    .strictObject({
      signIn: whole.default(300),
      signUp: whole.default(60),
      recovery: whole.default(60),
      status: whole.default(60),
      claim: whole.default(60),
      account: whole.default(60),
    })
    .prefault({}),
});

const standardNumbers = numbersFrom({
  driftSteps: 1,
  linkMinutes: 30,
  asks: 'factor',
  mostRequired: CHARACTER_KINDS.length,
});
const strictNumbers = numbersFrom({ driftSteps: 0, linkMinutes: 10, asks: 'both', mostRequired: 0 });

const forbidden = z.literal(false, 'is never true in the profile strict').default(false);

const PolicyFile = z.discriminatedUnion('profile', [
  z.strictObject({
    profile: z.literal('standard'),
    ...standardNumbers,
    allows: z
      .strictObject({
        securityQuestions: z.boolean().default(true),
        smsCodes: z.boolean().default(true),
        rememberedDevices: z.boolean().default(true),
      })
      .prefault({}),
  }),
  z.strictObject({
    profile: z.literal('strict'),
    ...strictNumbers,
    allows: z
      .strictObject({
        securityQuestions: forbidden,
        smsCodes: forbidden,
        rememberedDevices: forbidden,
      })
      .prefault({}),
  }),
]);

/** What NIST SP 800-63B-4 or ASVS 5.0 forbid or restrict. All of it is off in the profile `strict`. */
export type Allows = {
  /** Whether right answers to security questions shorten the hold of a recovery. They are never evidence. */
  readonly securityQuestions: boolean;
  /** Whether a code sent to a phone is a second step. */
  readonly smsCodes: boolean;
  /** Whether a person may have a device remembered, so that it asks for no code for a time. */
  readonly rememberedDevices: boolean;
};

const Numbers = z.strictObject(standardNumbers);

/** The sign-in policy: every switch and every number; the agency's file may set each. */
export type Policy = z.infer<typeof Numbers> & {
  readonly profile: 'standard' | 'strict';
  readonly allows: Allows;
};

/** @throws an error that names every fault */
export function readPolicy(policy: unknown): Policy {
  const parsed = PolicyFile.safeParse(policy);
  if (!parsed.success) throw new Error(`the agency's policy:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** A wait as people are told it, everywhere in the same way: in days, begun ones as whole. */
export const wholeDays = (hours: number): number => Math.ceil(hours / 24);
