import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** After how long what came to an account is settled; so long the link of a message says "this wasn't me". */
export const alarmPolicy = z.strictObject({ days: whole.default(7) }).prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly alarm: z.infer<typeof alarmPolicy>;
  }
}
