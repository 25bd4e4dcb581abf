import type { Browser } from '../identity/core/devices/index.ts';
import { currentCode } from '../identity/credentials/authenticator-app/index.ts';
import type { testIdentity } from './identity.ts';

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
/** A browser that no account knows. */
export const UNKNOWN: Browser = { tokens: [], userAgent: '' };
/** Proves whatever work is asked. */
export const prove = async () => ({ is: 'proven' }) as const;

/** The two steps of a sign-in to an identity, as a page would take them. */
export function testSignIn({
  signIn,
  factors,
  clock,
}: Pick<Awaited<ReturnType<typeof testIdentity>>, 'signIn' | 'factors' | 'clock'>) {
  const tryPassword = (
    identifier: string,
    password: string,
    returnTo = '/home',
    browser: Browser = UNKNOWN,
  ) => signIn.checkPassword({ identifier, password, returnTo, browser, prove });
  const given = (answer: string, browser = UNKNOWN, remember = false) => ({ answer, browser, remember });
  return {
    tryPassword,
    given,
    /** The token of a sign-in whose password was right. */
    pass: async (account: { email: string; password: string }, returnTo?: string) => {
      const result = await tryPassword(account.email, account.password, returnTo);
      if (result.is !== 'needs-factor') throw new Error(`the password was ${result.is}`);
      return result.token;
    },
    app: (token: string, code: string) => signIn.checkFactor(token, factors.app, given(code)),
    codeOf: (account: { secret: string }) => currentCode(account.secret, clock.now()).code,
    wrongCode: (account: { secret: string }) => {
      const near = [-60, -30, 0, 30, 60].map(
        (seconds) => currentCode(account.secret, new Date(clock.now().getTime() + seconds * 1000)).code,
      );
      return (
        ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code)) ??
        ''
      );
    },
  };
}
