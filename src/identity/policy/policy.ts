import { z } from 'zod';

const whole = z.number().int().positive();

/** A kind of second step. */
export type FactorKind = 'passkey' | 'authenticator-app' | 'sms-code' | 'backup-code';

const PolicyFile = z.strictObject({
  /** `standard` has everything; `strict` turns off what NIST SP 800-63B-4 and ASVS 5.0 forbid. */
  profile: z.enum(['standard', 'strict']),
  password: z
    .strictObject({
      shortest: whole.default(12),
      longest: whole.default(128),
      score: z.number().int().min(0).max(4).default(3),
    })
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
  /** How long a second step stays fresh for what asks for one (ASVS 7.5.1). */
  stepUp: z.strictObject({ minutes: whole.default(10) }).prefault({}),
  passkeys: z
    .strictObject({
      /** Most that an account has. */
      most: whole.default(10),
      /** How long an authenticator may take to answer. */
      minutes: whole.max(60).default(10),
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
  /** Requests that one address may make in five minutes. Whole clinics share one, so they are generous. */
  requests: z
    .strictObject({
      signIn: whole.default(300),
      signUp: whole.default(60),
      status: whole.default(60),
      claim: whole.default(60),
    })
    .prefault({}),
});

/** Every number of the sign-in policy; the agency's file may set each. */
export type Policy = z.infer<typeof PolicyFile>;

/** @throws an error that names every fault */
export function readPolicy(policy: unknown): Policy {
  const parsed = PolicyFile.safeParse(policy);
  if (!parsed.success) throw new Error(`the agency's policy:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
