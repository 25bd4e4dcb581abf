import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** How long a sign-in may take. */
export const signInPolicy = z.strictObject({ minutes: whole.default(15) }).prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly signIn: z.infer<typeof signInPolicy>;
  }
}
