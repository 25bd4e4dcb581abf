import { z } from 'zod';
import { whole } from '../policy/index.ts';

/** The telephones of accounts, and what is sent to one. */
export const phonesPolicy = z
  .strictObject({
    /** Most numbers that an account has for text messages. */
    most: whole.default(3),
    /** Most codes in an hour to one number, for all accounts together. */
    sentPerHour: whole.default(20),
    /** Most codes in a day to one number that is to be proven, and for one account to such numbers. */
    unprovenPerDay: whole.default(20),
    /** Most codes in a day for people of one network who make an account. */
    signUpsPerDay: whole.default(60),
    /** The same for everybody who makes an account. */
    allSignUpsPerDay: whole.default(1_000),
    /** Most notices in an hour that go to one number besides email. */
    noticesPerHour: whole.default(10),
    /** The same in a day. */
    noticesPerDay: whole.default(30),
  })
  .prefault({});

declare module '../policy/policy.ts' {
  interface PolicySections {
    readonly phones: z.infer<typeof phonesPolicy>;
  }
}
