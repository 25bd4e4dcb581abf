const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isThisMachine = (hostname: string): boolean => LOCAL_HOSTS.has(hostname);

/** Where a database is and how it is reached, as its library reads the URL: the last of what is said twice. */
function databaseAt(url: string) {
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.getAll('host').at(-1) || hostname || 'localhost';
  return { host, isSocket: /^(\/|%2f)/i.test(host), sslmode: searchParams.getAll('sslmode').at(-1) };
}

/** Whether a database is on another machine, and nothing says whether the way there is encrypted. */
export function isDatabaseOpen(url: string): boolean {
  const { host, isSocket, sslmode } = databaseAt(url);
  return !isSocket && !isThisMachine(host) && !sslmode;
}

/** Whether a database is reached by a network, and not encrypted or not checked. */
export function isDatabasePlain(url: string): boolean {
  const { isSocket, sslmode } = databaseAt(url);
  return !isSocket && sslmode !== 'verify-full';
}

/** Mail to another machine is encrypted, by STARTTLS at the least, unless its address says `ignoreTLS=true` (ASVS 12.3.1). */
export function encrypted(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  if (url.protocol === 'smtp:' && !isThisMachine(url.hostname) && !url.searchParams.has('ignoreTLS'))
    url.searchParams.set('requireTLS', 'true');
  return url.href;
}

/** Whether mail may go out unencrypted, or to whom was not checked. */
export function isMailPlain(smtpUrl: string): boolean {
  const { protocol, searchParams } = new URL(encrypted(smtpUrl));
  const isTls = protocol === 'smtps:' || searchParams.get('requireTLS') === 'true';
  return !isTls || searchParams.get('tls.rejectUnauthorized') === 'false';
}
