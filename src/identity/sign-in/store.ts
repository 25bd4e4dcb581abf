import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import type { Take } from '../factors/index.ts';
import type { FactorKind } from '../policy/index.ts';

export type FoundRow = {
  /** Null where the try may not be made. */
  readonly failures: number | null;
  readonly account_id: string | null;
  readonly hash: string | null;
  readonly device_id: string | null;
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
      select ${subject(account)} as subject, coalesce((select id::text from device), 'unknown') as device`)})
    select (select failures from counted) as failures, found.account_id, found.hash,
      device.id as device_id, device.remembered_until
    from (select) one left join found on true left join device on true`.execute(database);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
}

/** Writes the step that follows a right password and forgives the failures before it. @returns the kinds that the account has */
export async function startSecondStep(
  database: Database,
  row: {
    id: string;
    tokenHash: Buffer;
    accountId: string;
    deviceId: string | null;
    returnTo: string;
    now: Date;
    expiresAt: Date;
    clearing: RawBuilder<unknown>;
    kindsHeld: RawBuilder<readonly FactorKind[]>;
  },
): Promise<readonly FactorKind[]> {
  const { rows } = await sql<{ held: FactorKind[] }>`
    with cleared as (${row.clearing})
    insert into sign_in (id, token_hash, account_id, device_id, return_to, created_at, expires_at)
    values (${row.id}, ${row.tokenHash}, ${row.accountId}, ${row.deviceId}, ${row.returnTo}, ${row.now}, ${row.expiresAt})
    returning ${row.kindsHeld} as held`.execute(database);
  return rows[0]?.held ?? [];
}

export type WaitingRow = {
  readonly id: string;
  readonly account_id: string;
  readonly device_id: string | null;
  readonly return_to: string;
  readonly data_key: Buffer;
  readonly language: string;
};

const waiting = (tokenHash: Buffer, now: Date) => sql`
  select i.id, i.account_id, i.device_id, i.return_to, a.data_key, a.language
  from sign_in i join account a on a.id = i.account_id
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
      select ${subject(sql.ref('f.account_id'))} as subject, coalesce(f.device_id::text, 'unknown') as device from found f`)})
    select found.*, (select failures from counted) as failures from found`.execute(database);
  return rows[0] ?? null;
}

/** What is written when somebody is let in: each a statement that is done only where a condition holds. */
export type Entry = {
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
  take: Take,
  entry: Entry,
): Promise<{ isNew: boolean } | null> {
  return enter(
    database,
    sql`held as materialized (select id from sign_in where id = ${id} for update),
    taken as (${take(sql`exists (select from held)`)}),
    allowed as (delete from sign_in where id in (select id from held) and exists (select from taken) returning id)`,
    entry,
  );
}

/** Lets somebody in whose answer, if any was asked, stands in the same statement. */
export async function letIn(
  database: Database,
  take: Take,
  entry: Entry,
): Promise<{ isNew: boolean } | null> {
  return enter(database, sql`allowed as (${take(sql<boolean>`true`)})`, entry);
}

async function enter(
  database: Database,
  allowed: RawBuilder<unknown>,
  { clearing, knowing, beginning, event }: Entry,
): Promise<{ isNew: boolean } | null> {
  const when = sql<boolean>`exists (select from allowed)`;
  const { rows } = await sql<{ is_new: boolean }>`
    with ${allowed},
    cleared as (${clearing(when)}),
    device as (${knowing(when)}),
    begun as (${beginning(when, sql`(select id from device)`)})
    select device.is_new, ${event} from device`.execute(database);
  const [row] = rows;
  return row === undefined ? null : { isNew: row.is_new };
}

export async function removeOldSignIns(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('sign_in').where('expires_at', '<', before).execute();
}
