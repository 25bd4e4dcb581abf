import { z } from 'zod';
import { whole } from '../policy/index.ts';

/** The codes and links that are sent, and most of them that are sent to one reader. */
export const codePolicy = z
  .strictObject({
    minutes: whole.default(10),
    /** Most messages in an hour, and in a day, that one network, one known device or one account asks for. */
    sentPerHour: whole.default(5),
    sentPerDay: whole.default(20),
    /** Most in an hour, and in a day, to one account or address from all that it does not know. */
    inAllPerHour: whole.default(20),
    inAllPerDay: whole.default(40),
    /** So many more in a day, for networks that have asked for none that day. */
    reservedPerDay: whole.default(10),
  })
  .prefault({});

/** How many sign-ups, or ways back, begun within so many minutes make the next one prove itself. */
export const loadPolicy = z
  .strictObject({
    minutes: whole.default(10),
    inAll: whole.default(200),
    fromNetwork: whole.default(30),
  })
  .prefault({});

declare module '../policy/policy.ts' {
  interface PolicySections {
    readonly code: z.infer<typeof codePolicy>;
    readonly signUpLoad: z.infer<typeof loadPolicy>;
    readonly recoveryLoad: z.infer<typeof loadPolicy>;
  }
}
