import { z } from 'zod';

/**
 * The sections of the policy. A room that lets the agency set something adds its own here, and its schema to
 * `policySections` in `identity/declared.ts`; neither compiles without the other.
 */
// biome-ignore lint/suspicious/noEmptyInterface: rooms add to it
export interface PolicySections {}

/** What the policy starts from. They differ where a standard asks for more than everybody can do. */
export type Profile = 'standard' | 'strict';

/** A number of an agency's file: 1 or more. */
export const whole = z.number().int().positive();

/** Wrong tries to claim a case before each is followed by a wait. */
export const claimsPolicy = z.strictObject({ wait: whole.default(5) }).prefault({});

/** What a person may write to the agency. */
export const messagesPolicy = z
  .strictObject({
    /** Messages of an account on one day. */
    perDay: whole.default(30),
    /** Characters of a message. */
    characters: whole.max(10_000).default(5_000),
    /** Files of a message. */
    files: whole.max(20).default(5),
    /** Megabytes of a file. */
    fileMegabytes: whole.max(50).default(10),
    /** Megabytes of all files of a message. */
    megabytes: whole.max(100).default(25),
  })
  .prefault({});

/** Proof of work, which a form asks for when programs may be at it. */
export const proofPolicy = z
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
  .prefault({});

/** Requests that one address may make in five minutes. Whole clinics share one, so they are generous. */
export const requestsPolicy = z
  .strictObject({
    signIn: whole.default(300),
    signUp: whole.default(60),
    recovery: whole.default(60),
    status: whole.default(60),
    claim: whole.default(60),
    account: whole.default(60),
    messages: whole.default(60),
  })
  .prefault({});

/** What NIST SP 800-63B-4 or ASVS 5.0 forbid or restrict. All of it is off in the profile `strict`. */
export type Allows = {
  /** Whether right answers to security questions shorten the hold of a recovery. They are never evidence. */
  readonly securityQuestions: boolean;
  /** Whether a code sent to a phone is a second step. */
  readonly smsCodes: boolean;
  /** Whether a person may have a device remembered, so that it asks for no code for a time. */
  readonly rememberedDevices: boolean;
};

const forbidden = z.literal(false, 'is never true in the profile strict').default(false);
const allowed = z.boolean().default(true);

/** What each profile allows. */
export const allowsPolicy = {
  standard: z
    .strictObject({ securityQuestions: allowed, smsCodes: allowed, rememberedDevices: allowed })
    .prefault({}),
  strict: z
    .strictObject({ securityQuestions: forbidden, smsCodes: forbidden, rememberedDevices: forbidden })
    .prefault({}),
};

/** The sign-in policy: every switch and every number; the agency's file may set each. */
export type Policy = PolicySections & {
  readonly profile: Profile;
  readonly allows: Allows;
  readonly claims: z.infer<typeof claimsPolicy>;
  readonly messages: z.infer<typeof messagesPolicy>;
  readonly proof: z.infer<typeof proofPolicy>;
  readonly requests: z.infer<typeof requestsPolicy>;
};

/** A wait as people are told it, everywhere in the same way: in days, begun ones as whole. */
export const wholeDays = (hours: number): number => Math.ceil(hours / 24);
