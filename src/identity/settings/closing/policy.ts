import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** How long a person may change their mind before their account is erased. */
export const closingPolicy = z.strictObject({ days: whole.default(30) }).prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly closing: z.infer<typeof closingPolicy>;
  }
}
