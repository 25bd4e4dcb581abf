import { z } from 'zod';
import { whole } from '../policy/index.ts';

/** For how long a device is known. */
export const devicesPolicy = z
  .strictObject({
    /** How long a device stays known after its last sign-in. */
    days: whole.max(400).default(180),
    /** How long a remembered device is let in by the password alone; `strict` knows no such thing. */
    rememberDays: whole.max(30).default(30),
  })
  .prefault({});

declare module '../policy/policy.ts' {
  interface PolicySections {
    readonly devices: z.infer<typeof devicesPolicy>;
  }
}
