import { z } from 'zod';
import { type Profile, whole } from '../../core/policy/index.ts';

/** The authenticator apps of an account. */
export const appsPolicy = (profile: Profile) =>
  z
    .strictObject({
      /** Most that one account has. */
      most: whole.max(10).default(3),
      /** How many steps before and after its own a code is accepted, for clocks that go wrong (RFC 6238 §5.2: at most one). */
      driftSteps: z
        .number()
        .int()
        .min(0)
        .max(1)
        .default(profile === 'strict' ? 0 : 1),
    })
    .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly apps: z.infer<ReturnType<typeof appsPolicy>>;
  }
}
