import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** How long a sign-up waits to be finished. */
export const signUpPolicy = z.strictObject({ days: whole.default(7) }).prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly signUp: z.infer<typeof signUpPolicy>;
  }
}
