import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** The addresses of an account. */
export const emailsPolicy = z
  .strictObject({
    /** Most addresses that an account has. */
    most: whole.default(5),
  })
  .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly emails: z.infer<typeof emailsPolicy>;
  }
}
