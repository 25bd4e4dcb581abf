import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/**
 * How often a person may correct their name, date or country of birth by themselves. Cases are claimed by these, so that
 * each correction is another guess for whoever holds somebody else's notice.
 */
export const personPolicy = z
  .strictObject({
    correctionsPerDay: whole.default(2),
    /** As long as the account is there. */
    corrections: whole.default(5),
  })
  .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly person: z.infer<typeof personPolicy>;
  }
}
