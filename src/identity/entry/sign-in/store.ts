import { type RawBuilder, sql } from 'kysely';
import type { Consume, Database } from '../../../platform/database/index.ts';
import { countedAs } from '../../core/devices/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import { type Device, UNKNOWN_DEVICE } from '../../core/throttling/index.ts';

export type FoundRow = {
  /** Null where the try may not be made. */
  readonly failures: number | null;
  readonly account_id: string | null;
  readonly hash: string | null;
  readonly device_id: string | null;
  readonly device_hash: Buffer | null;
  /** Whose failures are counted. */
  readonly counted_as: Device;
  readonly remembered_until: Date | null;
};

/** Finds an account and its device and counts the try, in one statement. */
export async function findAndCount(
  database: Database,
  {
    identified,
    deviceOf,
    subject,
    admitting,
  }: {
    identified: RawBuilder<unknown>;
    deviceOf: (accountId: RawBuilder<unknown>) => RawBuilder<unknown>;
    /** The subject to count, over the account's id, which is null for nobody. */
    subject: (accountId: RawBuilder<unknown>) => RawBuilder<unknown>;
    admitting: (source: RawBuilder<unknown>) => RawBuilder<unknown>;
  },
): Promise<FoundRow> {
  const account = sql`(select account_id from found)`;
  const { rows } = await sql<FoundRow>`
    with found as materialized (${identified}),
    device as materialized (${deviceOf(account)}),
    counted as (${admitting(sql`
      select ${subject(account)} as subject, coalesce((select counted_as from device), ${UNKNOWN_DEVICE}) as device`)})
    select (select failures from counted) as failures, found.account_id, found.hash,
      device.id as device_id, device.token_hash as device_hash, coalesce(device.counted_as, ${UNKNOWN_DEVICE}) as counted_as, device.remembered_until
    from (select) one left join found on true left join device on true`.execute(database);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
}

/** Puts a hash of the same password in the place of another. @returns the hash that stands there afterwards */
export async function replaceHash(
  database: Database,
  accountId: string,
  hash: string,
  fresh: string,
): Promise<string> {
  const replaced = await database
    .updateTable('password')
    .set({ hash: fresh })
    .where('account_id', '=', accountId)
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (replaced.numUpdatedRows === 1n) return fresh;
  const row = await database
    .selectFrom('password')
    .select('hash')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row?.hash ?? hash;
}

/**
 * Writes the step that follows a right password and forgives the failures before it, unless the password was changed
 * while it was checked.
 * @returns the kinds that the account has; null where the password is another by now
 */
export async function startSecondStep(
  database: Database,
  row: {
    id: string;
    tokenHash: Buffer;
    accountId: string;
    /** The hash that the password was right for. */
    passwordHash: string;
    deviceId: string | null;
    returnTo: string;
    now: Date;
    expiresAt: Date;
    clearing: RawBuilder<unknown>;
    kindsHeld: RawBuilder<readonly FactorKind[]>;
  },
): Promise<readonly FactorKind[] | null> {
  const { rows } = await sql<{ held: FactorKind[] }>`
    with cleared as (${row.clearing}),
    still as materialized (
      select account_id from password where account_id = ${row.accountId} and hash = ${row.passwordHash} for share)
    insert into sign_in (id, token_hash, account_id, device_id, return_to, created_at, expires_at)
    select ${row.id}::uuid, ${row.tokenHash}::bytea, account_id, ${row.deviceId}::uuid, ${row.returnTo},
      ${row.now}::timestamptz, ${row.expiresAt}::timestamptz from still
    returning ${row.kindsHeld} as held`.execute(database);
  return rows[0]?.held ?? null;
}

export type WaitingRow = {
  readonly id: string;
  readonly account_id: string;
  readonly device_id: string | null;
  readonly device_hash: Buffer | null;
  readonly counted_as: Device;
  readonly return_to: string;
  readonly data_key: Buffer;
  readonly language: string;
};

const waiting = (tokenHash: Buffer, now: Date) => sql`
  select i.id, i.account_id, i.device_id, d.token_hash as device_hash, ${countedAs} as counted_as, i.return_to, a.data_key, a.language
  from sign_in i join account a on a.id = i.account_id left join known_device d on d.id = i.device_id
  where i.token_hash = ${tokenHash} and i.expires_at > ${now}`;

/** A sign-in that waits for its second step, with the kinds that its account has. */
export async function findWaiting(
  database: Database,
  tokenHash: Buffer,
  now: Date,
  kindsHeld: (accountId: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<(WaitingRow & { readonly held: readonly FactorKind[] }) | null> {
  const { rows } = await sql<WaitingRow & { held: FactorKind[] }>`
    select w.*, ${kindsHeld(sql.ref('w.account_id'))} as held from (${waiting(tokenHash, now)}) w`.execute(
    database,
  );
  return rows[0] ?? null;
}

/** The same, counting a try, in one statement. */
export async function findWaitingAndCount(
  database: Database,
  tokenHash: Buffer,
  now: Date,
  {
    subject,
    admitting,
  }: {
    subject: (accountId: RawBuilder<unknown>) => RawBuilder<unknown>;
    admitting: (source: RawBuilder<unknown>) => RawBuilder<unknown>;
  },
): Promise<(WaitingRow & { readonly failures: number | null }) | null> {
  const { rows } = await sql<WaitingRow & { failures: number | null }>`
    with found as materialized (${waiting(tokenHash, now)}),
    counted as (${admitting(sql`
      select ${subject(sql.ref('f.account_id'))} as subject, f.counted_as as device from found f`)})
    select found.*, (select failures from counted) as failures from found`.execute(database);
  return rows[0] ?? null;
}

/** What is written when somebody is let in: each a statement that is done only where a condition holds. */
export type Entry = {
  readonly accountId: string;
  clearing(when: RawBuilder<boolean>): RawBuilder<unknown>;
  knowing(when: RawBuilder<boolean>): RawBuilder<{ id: string; is_new: boolean }>;
  beginning(when: RawBuilder<boolean>, deviceId: RawBuilder<unknown>): RawBuilder<unknown>;
  readonly event: RawBuilder<unknown>;
};

/**
 * Ends a waiting sign-in with a session, in one statement: it is held first, so that a try that comes too late does not
 * use its answer up, and nothing is done unless the answer is taken.
 * @returns whether the device is new to the account; null when nobody was let in
 */
export async function finish(
  database: Database,
  id: string,
  take: Consume,
  entry: Entry,
): Promise<{ isNew: boolean } | null> {
  return enter(
    database,
    sql`held as materialized (select id from sign_in where id = ${id} and ${GUARDED} for update),
    taken as (${take(sql`exists (select from held)`)}),
    allowed as (delete from sign_in where id in (select id from held) and exists (select from taken) returning id)`,
    entry,
  );
}

/** A remembered device and the password that was right are both as they were when the password was checked. */
export const stillRemembered =
  (accountId: string, passwordHash: string, deviceId: string | null, now: Date): Consume =>
  (when) =>
    sql`
    select p.account_id from password p join known_device d on d.account_id = p.account_id
    where p.account_id = ${accountId} and p.hash = ${passwordHash} and d.id = ${deviceId}
      and d.remembered_until > ${now} and ${when} for share`;

/** Lets somebody in whose answer, if any was asked, stands in the same statement. */
export async function letIn(
  database: Database,
  take: Consume,
  entry: Entry,
): Promise<{ isNew: boolean } | null> {
  return enter(database, sql`allowed as (${take(GUARDED)})`, entry);
}

/**
 * Holds the account first, so that an alarm, which ends its sessions, comes wholly before or wholly after an entry, and
 * the two never wait for each other.
 */
const GUARDED = sql<boolean>`exists (select from guarded)`;

async function enter(
  database: Database,
  allowed: RawBuilder<unknown>,
  { accountId, clearing, knowing, beginning, event }: Entry,
): Promise<{ isNew: boolean } | null> {
  const when = sql<boolean>`exists (select from allowed)`;
  // What nothing asks for is written after all else, and an event would be recorded before rows.
  const { rows } = await sql<{ is_new: boolean }>`
    with guarded as materialized (select id from account where id = ${accountId} for share),
    ${allowed},
    cleared as (${clearing(when)}),
    device as (${knowing(when)}),
    begun as (${beginning(when, sql`(select id from device)`)}),
    written as (select count(*) from cleared union all select count(*) from begun)
    select device.is_new, ${event} from device where (select count(*) from written) > 0`.execute(database);
  const [row] = rows;
  return row === undefined ? null : { isNew: row.is_new };
}

export async function removeOldSignIns(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('sign_in').where('expires_at', '<', before).execute();
}
