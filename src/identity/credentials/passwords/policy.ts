import { z } from 'zod';
import { type Profile, whole } from '../../core/policy/index.ts';

/** A kind of character that an agency's rules may ask of every password. */
export type CharacterKind = (typeof CHARACTER_KINDS)[number];
const CHARACTER_KINDS = ['lowercase', 'uppercase', 'digit', 'symbol'] as const;

/** What is asked of a password. */
export const passwordPolicy = (profile: Profile) =>
  z
    .strictObject({
      shortest: whole.default(12),
      longest: whole.default(128),
      score: z.number().int().min(0).max(4).default(3),
      /** Rules of composition, where an agency has to have them (NIST SP 800-63B-4 §3.1.1.2: none). */
      requires: z
        .array(z.enum(CHARACTER_KINDS))
        .max(profile === 'strict' ? 0 : CHARACTER_KINDS.length, 'is always empty in the profile strict')
        .default([]),
    })
    .refine(({ shortest, longest }) => shortest <= longest, 'no password is between shortest and longest')
    .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly password: z.infer<ReturnType<typeof passwordPolicy>>;
  }
}
