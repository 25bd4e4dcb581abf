import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** The passkeys of an account. */
export const passkeysPolicy = z
  .strictObject({
    /** Most that an account has. */
    most: whole.default(10),
    /** How long an authenticator may take to answer. */
    minutes: whole.max(60).default(10),
  })
  .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly passkeys: z.infer<typeof passkeysPolicy>;
  }
}
