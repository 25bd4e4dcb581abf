import { secretCookie } from '../../../platform/http/index.ts';

/** The cookie of a sign-in that waits for its second step. */
export const signInCookie = secretCookie('sign-in');

declare module '../../../platform/http/access.ts' {
  interface AccessKinds {
    /** Someone who has given a right password and owes the second step. */
    readonly 'signing-in': true;
  }
}
