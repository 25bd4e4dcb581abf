import { createHash } from 'node:crypto';
import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import { sql } from 'kysely';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';

/**
 * Counts requests from an address in PostgreSQL, so that every node counts together. The address itself is not stored.
 */
export function countRequestsIn(database: Database, clock: Clock): FastifyRateLimitStoreCtor {
  class Store implements FastifyRateLimitStore {
    readonly #route: string;
    constructor(options: { route?: string } = {}) {
      this.#route = options.route ?? '';
    }
    incr(
      key: string,
      callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
      timeWindow: number,
    ): void {
      const now = clock.now();
      const subject = createHash('sha256').update(`${this.#route}\0${key}`).digest();
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
    child(route: { path: string }): FastifyRateLimitStore {
      return new Store({ route: route.path });
    }
  }
  return Store;
}

/** Forgets the windows that have passed. */
export async function removeOldRequestCounts(database: Database, clock: Clock): Promise<void> {
  await database.deleteFrom('request_count').where('window_ends_at', '<', clock.now()).execute();
}
