import { z } from 'zod';
import { whole } from '../policy/index.ts';

/** How wrong tries are slowed down and stopped. */
export const failuresPolicy = z
  .strictObject({
    /** From this failure on, each is followed by a wait. */
    wait: whole.default(10),
    firstWaitSeconds: whole.default(30),
    longestWaitSeconds: whole.default(3600),
    /** At this failure of a second step in a row its owner hears that somebody got past the first. */
    tell: whole.default(5),
    /** At this failure the authenticator is disabled until it is bound anew (NIST SP 800-63B-4 §3.2.2: at most 100). */
    disable: whole.max(100).default(100),
  })
  .prefault({});

declare module '../policy/policy.ts' {
  interface PolicySections {
    readonly failures: z.infer<typeof failuresPolicy>;
  }
}
