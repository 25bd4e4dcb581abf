import { z } from 'zod';
import { type Profile, whole } from '../../core/policy/index.ts';

/** Ways back into an account. */
export const recoveryPolicy = (profile: Profile) =>
  z
    .strictObject({
      /** How long an emailed link works. */
      linkMinutes: whole.default(profile === 'strict' ? 10 : 30),
      /** The hold before somebody is let in who has no authenticator left, and that from a known device. */
      holdHours: whole.min(24).default(72),
      knownHoldHours: whole.min(24).default(24),
      /** How long after a hold the way back stays open. */
      openDays: whole.default(7),
    })
    .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly recovery: z.infer<ReturnType<typeof recoveryPolicy>>;
  }
}
