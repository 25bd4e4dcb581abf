import { secretCookie } from '../../../platform/http/index.ts';

/** The cookie of a recovery, which outlives the browser's closing: a hold takes days. */
export const recoveryCookie = secretCookie('recovery', { maxAge: 14 * 24 * 3600 });

declare module '../../../platform/http/access.ts' {
  interface AccessKinds {
    /** Someone on the way back into an account. */
    readonly recovering: true;
  }
}
