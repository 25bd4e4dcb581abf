/**
 * How a session can have ended, as the page to sign in says it. `kept`: somebody signed out in another tab, or their browser
 * lost its cookies, and what they then sent is kept; `out`: it is not.
 */
export type EndedHow = 'timed-out' | 'elsewhere' | 'kept' | 'out';

export function signInAfter(ended: EndedHow, path: string): string {
  return `/sign-in?${new URLSearchParams({ return: path, ended })}`;
}
