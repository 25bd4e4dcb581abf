import { z } from 'zod';

const whole = z.number().int().positive();

const numbers = {
  password: z
    .strictObject({
      shortest: whole.default(12),
      longest: whole.default(128),
      score: z.number().int().min(0).max(4).default(3),
    })
    .refine(({ shortest, longest }) => shortest <= longest, 'no password is between shortest and longest')
    .prefault({}),
  code: z.strictObject({ minutes: whole.default(10), sentPerHour: whole.default(5) }).prefault({}),
  failures: z
    .strictObject({
      /** From this failure on, each is followed by a wait. */
      wait: whole.default(10),
      firstWaitSeconds: whole.default(30),
      longestWaitSeconds: whole.default(3600),
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
  signIn: z.strictObject({ minutes: whole.default(15) }).prefault({}),
  signUp: z.strictObject({ days: whole.default(7) }).prefault({}),
  /** Requests that one address may make in five minutes. Whole clinics share one, so they are generous. */
  requests: z
    .strictObject({
      signIn: whole.default(300),
      signUp: whole.default(60),
      status: whole.default(60),
      claim: whole.default(60),
    })
    .prefault({}),
};

const forbidden = z.literal(false, 'is never true in the profile strict').default(false);

const PolicyFile = z.discriminatedUnion('profile', [
  z.strictObject({
    profile: z.literal('standard'),
    ...numbers,
    allows: z
      .strictObject({
        securityQuestions: z.boolean().default(true),
        smsCodes: z.boolean().default(true),
        emailedCodes: z.boolean().default(false),
        rememberedDevices: z.boolean().default(true),
      })
      .prefault({}),
  }),
  z.strictObject({
    profile: z.literal('strict'),
    ...numbers,
    allows: z
      .strictObject({
        securityQuestions: forbidden,
        smsCodes: forbidden,
        emailedCodes: forbidden,
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
  /** Whether a code sent by email is a second step. Codes that prove an address are always sent. */
  readonly emailedCodes: boolean;
  /** Whether a person may have a device remembered, so that it asks for no code for a time. */
  readonly rememberedDevices: boolean;
};

const Numbers = z.strictObject(numbers);

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
