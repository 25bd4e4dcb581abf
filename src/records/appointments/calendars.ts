import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { type Clock, MINUTE } from '../../platform/clock/index.ts';
import { newToken, tokenHash } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';

/** An address at which a program reads the appointments of a person; the address itself is not kept. */
export type Calendar = {
  readonly id: string;
  readonly createdAt: Date;
  /** Null where nobody has read it. */
  readonly lastReadAt: Date | null;
};

export type Calendars = {
  list(accountId: string): Promise<readonly Calendar[]>;
  /**
   * Makes one, in a transaction of whoever judges whether it may be made, and in which others of the account are held off.
   * @returns the token of its address, which is shown once; null where there are as many as there may be
   */
  add(transaction: Database, accountId: string, language: string): Promise<string | null>;
  /** From now on its address leads to nothing. @returns whether there was such a one */
  remove(transaction: Database, accountId: string, id: string): Promise<boolean>;
  /** From now on no address of an account leads anywhere. */
  shut(transaction: Database, accountId: string): Promise<void>;
  /** Whose calendar a token opens, and notes that it was read; null where it opens none. */
  open(token: string): Promise<{ readonly accountId: string; readonly language: string } | null>;
};

/** Most calendars of an account. */
const MOST = 10;
/** It is noted at most this often that one was read. */
const NOTED_MINUTES = 5;

/** Private addresses of calendars: each is a credential of 256 bits, of which only the hash is kept. */
export function makeCalendars({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Calendars {
  return {
    list: async (accountId) => {
      const { rows } = await sql<Calendar>`
        select id, created_at as "createdAt", last_read_at as "lastReadAt" from appointment_calendar
        where account_id = ${accountId} order by created_at, id`.execute(database);
      return rows;
    },
    add: async (transaction, accountId, language) => {
      const token = newToken();
      const { rows } = await sql`
        insert into appointment_calendar (id, account_id, token_hash, language, created_at)
        select ${uuid()}, ${accountId}, ${tokenHash(token)}, ${language}, ${clock.now()}::timestamptz
        where (select count(*) from appointment_calendar where account_id = ${accountId}) < ${MOST}
        returning id`.execute(transaction);
      return rows.length === 0 ? null : token;
    },
    remove: async (transaction, accountId, id) => {
      const { rows } = await sql`
        delete from appointment_calendar where account_id = ${accountId} and id::text = ${id}
        returning id`.execute(transaction);
      return rows.length > 0;
    },
    shut: async (transaction, accountId) => {
      await sql`delete from appointment_calendar where account_id = ${accountId}`.execute(transaction);
    },
    open: async (token) => {
      const hash = tokenHash(token);
      const { rows } = await sql<{ accountId: string; language: string; lastReadAt: Date | null }>`
        select account_id as "accountId", language, last_read_at as "lastReadAt" from appointment_calendar
        where token_hash = ${hash}`.execute(database);
      const [found] = rows;
      if (found === undefined) return null;
      const now = clock.now();
      if (found.lastReadAt === null || now.getTime() - found.lastReadAt.getTime() >= NOTED_MINUTES * MINUTE)
        await sql`
          update appointment_calendar set last_read_at = ${now}::timestamptz where token_hash = ${hash}`.execute(
          database,
        );
      return { accountId: found.accountId, language: found.language };
    },
  };
}
