/** Where ClamAV's daemon listens. */
export type ClamdAddress =
  | { readonly is: 'tcp'; readonly host: string; readonly port: number }
  | { readonly is: 'socket'; readonly path: string };

export const CLAMD_FAULT =
  'not tcp://host:port, or unix: and the path of a socket such as unix:/run/clamav/clamd.ctl';

/** Reads where ClamAV's daemon listens; null where a text says no such thing. */
export function readClamd(text: string): ClamdAddress | null {
  const [, path] = /^unix:(?:\/\/)?(\/[^\0]+)$/.exec(text) ?? [];
  if (path !== undefined) return { is: 'socket', path };
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'tcp:' || url.hostname === '' || url.port === '') return null;
  if (!/^\/?$/.test(url.pathname) || url.username !== '' || url.search !== '' || url.hash !== '') return null;
  return { is: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) };
}
