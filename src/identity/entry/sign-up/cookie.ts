import { secretCookie } from '../../../platform/http/index.ts';

/** The cookie of an account in the making. */
export const signUpCookie = secretCookie('sign-up');

declare module '../../../platform/http/access.ts' {
  interface AccessKinds {
    /** Someone in the middle of making an account. */
    readonly 'signing-up': true;
  }
}
