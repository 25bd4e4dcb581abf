import type { FastifyRequest } from 'fastify';

/**
 * Whether a request was sent by a page of this very site, as its browser says: by `Sec-Fetch-Site`, or by `Origin` where a
 * browser does not send that. No page can set either (Fetch §2.2.2). What says neither is taken to come from elsewhere.
 * @param site the origin under which people reach this site
 */
export function isFromHere({ headers }: Pick<FastifyRequest, 'headers'>, site: string): boolean {
  const fetched = headers['sec-fetch-site'];
  return fetched === undefined ? headers.origin === site : fetched === 'same-origin';
}
