import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { MINUTE } from '../clock/index.ts';
import { readSecretFile } from '../secret-file/index.ts';
import { readInstant, TIMESTAMPTZ_OID } from './instants.ts';
import { preparedStatements } from './prepared.ts';
import type { DB } from './tables.generated.ts';

export type { DB as Tables } from './tables.generated.ts';

/** A pool of connections, or the one connection of a transaction. Rules take either. */
export type Database = Kysely<DB>;

export type DatabaseConnection = {
  readonly database: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
};

const DATE_OID = 1082;
/** No query, no wait for a lock and no forgotten transaction holds the others up for long; milliseconds. */
const LIMITS = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: MINUTE,
};
/** A migration takes as long as it takes. As options these go before what the role is set to. */
const UNHURRIED = '-c statement_timeout=0 -c idle_in_transaction_session_timeout=0';
/** One has the turn, one migrates, one is for the queue of jobs, which migrates by itself. */
const TO_MIGRATE = 3;

/**
 * Everything is looked up by a key, a few rows at a time. With PostgreSQL's guess of a disk that turns, it would rather
 * read a table whole, and a page would cost the more the more cases others have.
 */
const PLANNING = '-c random_page_cost=1.1';
/** Instants are written in UTC, by whatever clock the server goes. */
const IN_UTC = '-c timezone=UTC';

/** A login that was taken back opens no connection, and one that it had opened ends by then; seconds. */
const LONGEST_CONNECTION = 3_600;

/**
 * Opens a pool. Calendar dates stay texts (`YYYY-MM-DD`): they have no zone.
 * @param url asked for each connection, where it is not the same for all: its user, password or key may be renewed
 * @param size most connections at a time
 * @param application the name by which others see its connections
 */
export function connect(
  url: string | (() => string),
  size = 10,
  application = 'portico',
): DatabaseConnection {
  return open(url, { max: size, application_name: application, ...LIMITS });
}

/**
 * Opens a pool for migrating, whose statements may take long. Once it is closed, no connection of it is left for a command that
 * wants to be alone.
 * @param url as for `connect`, of the role that owns the tables
 */
export function connectToMigrate(url: string | (() => string)): DatabaseConnection {
  const { lock_timeout } = LIMITS;
  const connection = open(
    url,
    { max: TO_MIGRATE, application_name: 'portico migrating', lock_timeout },
    UNHURRIED,
  );
  const ends: Promise<void>[] = [];
  connection.pool.on('connect', (client) => {
    ends.push(new Promise((resolve) => client.once('end', resolve)));
  });
  const close = async () => {
    await connection.close();
    await Promise.all(ends);
  };
  return { ...connection, close };
}

function open(url: string | (() => string), settings: pg.PoolConfig, options = ''): DatabaseConnection {
  const types = new pg.TypeOverrides();
  types.setTypeParser(DATE_OID, (text) => text);
  types.setTypeParser(TIMESTAMPTZ_OID, readInstant);
  const pool = new pg.Pool({
    Client: clientOf(typeof url === 'string' ? () => url : url),
    maxLifetimeSeconds: LONGEST_CONNECTION,
    types,
    connectionTimeoutMillis: 5_000,
    options: `${PLANNING} ${IN_UTC} ${options}`,
    ...settings,
  });
  // A connection that breaks is dropped by the pool; the query that used it fails with its own error.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  const database = new Kysely<DB>({ dialect: new PostgresDialect({ pool: preparedStatements(pool) }) });
  return { database, pool, close: () => database.destroy() };
}

/** Connections that each log in by what the URL, and the files that it names, say then. */
function clientOf(url: () => string): typeof pg.Client {
  const read = () => {
    const text = url();
    // Its library reads the key whoever else may.
    for (const key of new URL(text).searchParams.getAll('sslkey')) readSecretFile(key);
    return parseIntoClientConfig(text);
  };
  let last = read();
  const now = (): pg.ClientConfig => {
    try {
      last = read();
      return last;
    } catch (error) {
      // The pool takes errors of a connection, and none of its making.
      return { ...last, password: () => Promise.reject(error) };
    }
  };
  return class extends pg.Client {
    constructor(config: pg.ClientConfig = {}) {
      super({ ...config, ...now() });
    }
  };
}
