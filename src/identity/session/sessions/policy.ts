import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** How long a session lasts. */
export const sessionPolicy = z
  .strictObject({
    idleMinutes: whole.default(30),
    hours: whole.default(12),
  })
  .prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly session: z.infer<typeof sessionPolicy>;
  }
}
