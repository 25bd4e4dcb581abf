const HERE = 'http://portico.invalid';
const LONGEST = 500;

/**
 * A path of this site to go back to, or the fallback when a text is anything else: never another host
 * (ASVS 3.7.2: no open redirect).
 */
export function localPath(text: unknown, fallback: string): string {
  if (typeof text !== 'string' || text.length > LONGEST || !text.startsWith('/') || /[\\\p{Cc}]/u.test(text))
    return fallback;
  const url = URL.parse(text, HERE);
  if (url === null || url.origin !== HERE) return fallback;
  return url.pathname.startsWith('//') ? fallback : `${url.pathname}${url.search}`;
}
