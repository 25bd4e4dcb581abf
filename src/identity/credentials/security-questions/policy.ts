import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** Security questions, where they are allowed. */
export const questionsPolicy = z
  .strictObject({
    /** How long the hold lasts, from right answers on. */
    holdHours: whole.min(24).default(24),
    /** How often all of them may be answered on one way back. */
    tries: whole.max(5).default(3),
  })
  .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly questions: z.infer<typeof questionsPolicy>;
  }
}
