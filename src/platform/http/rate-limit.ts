import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor, RateLimitOptions } from '@fastify/rate-limit';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../clock/index.ts';
import type { Vault } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';
import type { FormSchema } from './form.ts';
import { networkOf } from './network.ts';

/** What the plugin says of the route that a store is for. */
const ForRoute = z.object({ routeInfo: z.object({ url: z.string() }) });

const Posted = z.record(z.string(), z.unknown()).catch({});
/** How often an address may ask for a route, and which of its requests are not counted. */
export type RequestLimit = Pick<RateLimitOptions, 'allowList'> & { readonly max: number };

/** The token of a link: 256 bits that nobody guesses. */
const LINK = /^[\w-]{43}$/;

/**
 * A limit for a route to which the link of a message leads: each link that works has a count of its own from an address, and
 * all that does not work one together. So nobody shuts the route for all behind an address, such as a clinic.
 * @param field where the form has the token of the link
 * @param works whether a token is of a link that works; it uses nothing up
 */
export const perLink = (
  max: number,
  field: string,
  works: (token: string) => Promise<boolean>,
): RateLimitOptions => ({
  max,
  keyGenerator: async ({ ip, body }) => {
    const link = Posted.parse(body)[field];
    const isLink = typeof link === 'string' && LINK.test(link) && (await works(link));
    return `${networkOf(ip)}\0${isLink ? link : ''}`;
  },
});

/**
 * A limit for a route that looks something up by what is typed: what cannot be such a thing at all looks nothing up, and spends
 * nothing of it.
 * @param schema of the form that is posted, or of the query where nothing is
 */
export const unlessMalformed = (max: number, schema: FormSchema): RequestLimit => ({
  max,
  allowList: ({ method, body, query }) => !schema.safeParse(method === 'POST' ? body : query).success,
});

/**
 * Counts requests from an address in PostgreSQL, for each route apart, so that every node counts together. The address
 * itself is not stored.
 */
export function countRequestsIn(
  database: Database,
  clock: Clock,
  vault: Pick<Vault, 'blindIndex'>,
): FastifyRateLimitStoreCtor {
  class Store implements FastifyRateLimitStore {
    readonly #url: string;
    constructor(_options: unknown, url = '') {
      this.#url = url;
    }
    incr(
      key: string,
      callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
      timeWindow: number,
    ): void {
      const now = clock.now();
      const subject = vault.blindIndex('request-count', `${this.#url}\0${key}`);
      const end = new Date(now.getTime() + timeWindow);
      sql<{ count: number; window_ends_at: Date }>`
        insert into request_count as c (subject, count, window_ends_at) values (${subject}, 1, ${end})
        on conflict (subject) do update set
          count = case when c.window_ends_at <= ${now} then 1 else c.count + 1 end,
          window_ends_at = case when c.window_ends_at <= ${now} then ${end} else c.window_ends_at end
        returning count, window_ends_at`
        .execute(database)
        .then(({ rows: [row] }) => {
          if (row === undefined) callback(new Error('no request count'));
          else callback(null, { current: row.count, ttl: row.window_ends_at.getTime() - now.getTime() });
        }, callback);
    }
    child(parameters: unknown): FastifyRateLimitStore {
      return new Store({}, ForRoute.parse(parameters).routeInfo.url);
    }
  }
  return Store;
}

/** Forgets the windows that have passed. */
export async function removeOldRequestCounts(database: Database, clock: Clock): Promise<void> {
  await database.deleteFrom('request_count').where('window_ends_at', '<', clock.now()).execute();
}
