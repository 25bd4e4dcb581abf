import { type RawBuilder, sql } from 'kysely';
import { type Consume, type Database, statement } from '../../../platform/database/index.ts';
import { isHeld } from '../../core/open-recoveries/index.ts';

export type SessionRow = {
  readonly id: string;
  readonly account_id: string;
  readonly last_seen_at: Date;
  readonly ends_at: Date;
  readonly ended_at: Date | null;
  readonly language: string;
  readonly data_key: Buffer;
  readonly full_name_sealed: Buffer;
  readonly name_in_use_sealed: Buffer | null;
  readonly alarmed_at: Date | null;
  readonly closes_at: Date | null;
  readonly proven_at: Date | null;
  readonly proven_in_full: boolean;
  readonly with_password: boolean;
  readonly device_id: string | null;
  readonly unacknowledged: boolean;
  readonly held: boolean;
  readonly keeps: boolean;
  readonly unread: number;
};

/** How many things of an account its person has not read: a number, for an id of `account`. */
export type Unread = (accountId: RawBuilder<unknown>) => RawBuilder<number>;

type FindSession = (
  database: Database,
  values: { tokenHash: Buffer; now: Date },
) => Promise<readonly SessionRow[]>;

/** Makes the query of a session with what every page needs of its account: one for each page. */
export const selectingSession = (unread: Unread): FindSession =>
  statement<{ tokenHash: Buffer; now: Date }, SessionRow>(
    (slot) => sql`
    select s.id, s.account_id, s.last_seen_at, s.ends_at, s.ended_at, s.proven_at, s.proven_in_full, s.with_password, s.device_id,
      a.language, a.data_key, a.full_name_sealed, a.name_in_use_sealed, a.alarmed_at, a.closes_at,
      b.codes_sealed is not null as unacknowledged, ${isHeld(sql`a.id`, slot('now'))} as held,
      exists (select from kept_form k where k.account_id = a.id) as keeps, ${unread(sql`a.id`)} as unread
    from session s
    join account a on a.id = s.account_id
    left join backup_code_set b on b.account_id = a.id
    where s.token_hash = ${slot('tokenHash')}`,
  );

/** Those of some sessions that were not ended and whose accounts stay. */
export async function liveSessions(
  database: Database,
  ids: readonly string[],
): Promise<readonly Pick<SessionRow, 'id' | 'last_seen_at' | 'ends_at'>[]> {
  const { rows } = await sql<Pick<SessionRow, 'id' | 'last_seen_at' | 'ends_at'>>`
    select s.id, s.last_seen_at, s.ends_at from session s join account a on a.id = s.account_id
    where s.id = any(${ids}::uuid[]) and s.ended_at is null and a.closes_at is null`.execute(database);
  return rows;
}

/** A part of a larger statement, done only where a condition holds. */
export function insertingSession(
  row: {
    id: string;
    tokenHash: Buffer;
    accountId: string;
    now: Date;
    endsAt: Date;
    provenAt: Date | null;
    provenInFull: boolean;
    withPassword: boolean;
  },
  when: RawBuilder<boolean>,
  deviceId: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    insert into session (id, token_hash, account_id, device_id, created_at, last_seen_at, ends_at, proven_at,
      proven_in_full, with_password)
    select ${row.id}::uuid, ${row.tokenHash}::bytea, ${row.accountId}::uuid, ${deviceId}, ${row.now}::timestamptz,
      ${row.now}::timestamptz, ${row.endsAt}::timestamptz, ${row.provenAt}::timestamptz, ${row.provenInFull}::boolean,
      ${row.withPassword}::boolean
    where ${when} returning id`;
}

/** Gives a session that is as it should be a new token if an answer is taken, in one statement. */
export async function proveSession(
  database: Database,
  {
    id,
    tokenHash,
    when: asItShouldBe,
    take,
    proof,
    clearing,
  }: {
    id: string;
    tokenHash: Buffer;
    /** Of a row of `session`. */
    when: RawBuilder<boolean>;
    take: Consume;
    proof: { at: Date; inFull: boolean; withPassword: boolean };
    clearing: (when: RawBuilder<boolean>) => RawBuilder<unknown>;
  },
): Promise<boolean> {
  const when = sql<boolean>`exists (select from taken)`;
  const { rows } = await sql`
    with held as materialized (select id from session where id = ${id} and ended_at is null and ${asItShouldBe} for update),
    taken as (${take(sql<boolean>`exists (select from held)`)}),
    cleared as (${clearing(when)}),
    proven as (update session set token_hash = ${tokenHash}, proven_at = ${proof.at}, proven_in_full = ${proof.inFull},
      with_password = ${proof.withPassword}
      where id in (select id from held) and ${when} returning id)
    select from proven`.execute(database);
  return rows.length === 1;
}

export async function touchSession(database: Database, id: string, now: Date): Promise<void> {
  await database
    .updateTable('session')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

export async function endSession(database: Database, id: string, now: Date): Promise<void> {
  await database
    .updateTable('session')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

/** Ends a session whose time is up; that its time ends at this very moment tells it from one that was ended. */
export async function expireSession(database: Database, id: string, now: Date): Promise<void> {
  await database
    .updateTable('session')
    .set({ ended_at: now, ends_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

/**
 * Holds a session of an account that the transaction holds already: the account comes first, as it does for whatever ends
 * sessions.
 * @returns false where it was ended
 */
export async function lockSession(
  transaction: Database,
  { id, accountId }: { readonly id: string; readonly accountId: string },
): Promise<boolean> {
  const row = await transaction
    .selectFrom('session')
    .select('id')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

export type ListedRow = {
  readonly id: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly browser: string | null;
  readonly system: string | null;
};

/** The sessions of an account that live, the last seen first. */
export async function listSessions(
  database: Database,
  accountId: string,
  { now, seenSince }: { now: Date; seenSince: Date },
): Promise<readonly ListedRow[]> {
  const { rows } = await sql<ListedRow>`
    select s.id, s.created_at, s.last_seen_at, d.browser, d.system
    from session s left join known_device d on d.id = s.device_id
    where s.account_id = ${accountId} and s.ended_at is null and s.ends_at > ${now} and s.last_seen_at >= ${seenSince}
    order by s.last_seen_at desc, s.id`.execute(database);
  return rows;
}

/** Ends sessions of an account: one, all but one, those of a device, or all. @returns how many */
export async function endSessions(
  database: Database,
  accountId: string,
  now: Date,
  { only, but, device }: { only?: string; but?: string; device?: string } = {},
): Promise<number> {
  const ended = await database
    .updateTable('session')
    .set({ ended_at: now })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .$if(only !== undefined, (query) => query.where('id', '=', only ?? ''))
    .$if(but !== undefined, (query) => query.where('id', '!=', but ?? ''))
    .$if(device !== undefined, (query) => query.where('device_id', '=', device ?? ''))
    .executeTakeFirst();
  return Number(ended.numUpdatedRows);
}

export async function setLanguage(database: Database, accountId: string, language: string): Promise<void> {
  await database.updateTable('account').set({ language }).where('id', '=', accountId).execute();
}

/** Most forms that are kept of an account, the newest; for each browser that alone is shown its own, apart. */
const MOST_KEPT = 20;
/** Most of those that one browser alone is shown, over all of them: whoever finds a page that was left open has many browsers. */
const MOST_KEPT_APART = 3 * MOST_KEPT;

/** For whichever browser the account is in. */
const ANY_BROWSER = Buffer.alloc(0);

type KeptKey = { readonly accountId: string; readonly path: string };

/** @param row `browser`: which alone is shown it; null for whichever */
export async function keepForm(
  database: Database,
  row: KeptKey & { action: string | null; browser: Buffer | null; sealed: Buffer; now: Date },
): Promise<void> {
  const browser = row.browser ?? ANY_BROWSER;
  await database
    .insertInto('kept_form')
    .values({
      account_id: row.accountId,
      path: row.path,
      action: row.action,
      browser,
      fields_sealed: row.sealed,
      created_at: row.now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'path', 'browser'])
        .doUpdateSet({ action: row.action, fields_sealed: row.sealed, created_at: row.now }),
    )
    .execute();
  await sql`delete from kept_form where account_id = ${row.accountId} and browser = ${browser} and path not in (
    select path from kept_form where account_id = ${row.accountId} and browser = ${browser}
    order by created_at desc, path = ${row.path} desc limit ${MOST_KEPT}
  )`.execute(database);
  if (row.browser === null) return;
  await sql`delete from kept_form where account_id = ${row.accountId} and browser <> ${ANY_BROWSER}
    and (path, browser) not in (
      select path, browser from kept_form where account_id = ${row.accountId} and browser <> ${ANY_BROWSER}
      order by created_at desc, path = ${row.path} desc limit ${MOST_KEPT_APART}
    )`.execute(database);
}

/** Those that the account is shown wherever it is in. What one browser alone is shown may be what somebody else typed there. */
export async function keptFormsOf(database: Database, accountId: string) {
  return database
    .selectFrom('kept_form')
    .select(['path', 'fields_sealed', 'created_at'])
    .where('account_id', '=', accountId)
    .where('browser', '=', ANY_BROWSER)
    .orderBy('created_at')
    .execute();
}

/** The newest that a browser may be shown. */
export async function findKeptForm(
  database: Database,
  { accountId, path, browser }: KeptKey & { browser: Buffer },
  since: Date,
): Promise<{ action: string | null; fields_sealed: Buffer } | null> {
  const row = await database
    .selectFrom('kept_form')
    .select(['action', 'fields_sealed'])
    .where('account_id', '=', accountId)
    .where('path', '=', path)
    .where('browser', 'in', [ANY_BROWSER, browser])
    .where('created_at', '>', since)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function removeKeptForm(
  database: Database,
  { accountId, path, browser }: KeptKey & { browser: Buffer },
): Promise<void> {
  await database
    .deleteFrom('kept_form')
    .where('account_id', '=', accountId)
    .where('path', '=', path)
    .where('browser', 'in', [ANY_BROWSER, browser])
    .execute();
}

/** The account of a session, whether it lives or not. */
export async function accountOfSession(
  database: Database,
  id: string,
): Promise<{ account_id: string; data_key: Buffer } | null> {
  const row = await database
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .select(['session.account_id', 'account.data_key'])
    .where('session.id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function removeOldSessions(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('session').where('ends_at', '<', before).execute();
  await database.deleteFrom('kept_form').where('created_at', '<', before).execute();
}
