import type pg from 'pg';
import { z } from 'zod';

/** Most statements that a connection keeps; our own texts are far fewer, and lists of changing length stay few. */
const MOST = 500;

const Reason = z
  .object({ code: z.string().optional(), message: z.string() })
  .catch({ code: undefined, message: 'no reason' });

/** No connection could be had in time. The person is told to try again. */
class DatabaseBusy extends Error {
  readonly statusCode = 503;
  readonly retryAfterSeconds = 5;
  /** Why, in one word that a log may have. */
  readonly code: string | undefined;
  constructor(cause: unknown) {
    const { code, message } = Reason.parse(cause);
    super(`no connection to the database: ${message || code}`, { cause });
    this.code = code;
  }
}

/**
 * The same pool, whose statements are prepared on first use and then only executed: PostgreSQL parses each text once a
 * connection. A proxy that shares connections between transactions has to know prepared statements.
 */
export function preparedStatements(pool: pg.Pool): pg.Pool {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= MOST) return known;
    const name = `portico_${names.size}`;
    names.set(text, name);
    return name;
  };
  const clients = new WeakMap<pg.PoolClient, pg.PoolClient>();
  return instead(pool, {
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw new DatabaseBusy(error);
      });
      const prepared = clients.get(client) ?? preparing(client, nameOf);
      clients.set(client, prepared);
      return prepared;
    },
    end: () => pool.end(),
  });
}

function preparing(client: pg.PoolClient, nameOf: (text: string) => string | undefined): pg.PoolClient {
  return instead(client, {
    query: (text: string, values: readonly unknown[] = []) => {
      const name = values.length === 0 ? undefined : nameOf(text);
      return client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
    },
    release: (destroy?: boolean) => client.release(destroy),
  });
}

/** An object that answers like another but for some members, which Kysely calls for each query: a proxy would be slower. */
function instead<T extends object>(target: T, members: Readonly<Record<string, unknown>>): T {
  return Object.create(target, Object.getOwnPropertyDescriptors(members));
}
