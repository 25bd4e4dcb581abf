import { z } from 'zod';
import { type Profile, whole } from '../../core/policy/index.ts';

/** What is asked of a person before they change what opens the account (ASVS 7.5.1). */
export const stepUpPolicy = (profile: Profile) =>
  z
    .strictObject({
      /** How long that stays fresh. */
      minutes: whole.default(10),
      /** A second step, or the password too. A passkey is both. */
      asks: z.enum(['factor', 'both']).default(profile === 'strict' ? 'both' : 'factor'),
    })
    .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly stepUp: z.infer<ReturnType<typeof stepUpPolicy>>;
  }
}
