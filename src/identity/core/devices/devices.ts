import type { FastifyRequest } from 'fastify';
import { type RawBuilder, sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { describeBrowser } from '../../../platform/browser/index.ts';
import { after, type Clock, DAY } from '../../../platform/clock/index.ts';
import { sameDigest, tokenHash, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';
import type { Policy } from '../policy/index.ts';
import { type Device, LIFTED_DEVICE, UNKNOWN_DEVICE } from '../throttling/index.ts';
import { signedDevicesOf } from './token.ts';

declare const deviceId: unique symbol;
/** The id of a device that an account knows. */
export type DeviceId = string & { readonly [deviceId]: true };

/** The id of a row of `known_device`. */
export const asDeviceId = z.uuid().transform((id) => id as DeviceId);

/** A browser from which somebody has signed in in full, as the person sees it. */
export type KnownDevice = {
  readonly id: DeviceId;
  /** Such as `Firefox`; empty where the browser did not say. */
  readonly browser: string;
  /** Such as `Android`; empty where the browser did not say. */
  readonly system: string;
  readonly lastUsedAt: Date;
  readonly rememberedUntil: Date | null;
};

/** A browser, as far as it says who it is. */
export type Browser = {
  /**
   * The tokens by which its device may be known, one for each person who signed in there, the last first. An account that
   * does not know one never comes to: somebody else may have put it there.
   */
  readonly tokens: readonly string[];
  readonly userAgent: string;
};

export function browserOf(vault: Pick<Vault, 'blindIndexes'>, request: FastifyRequest): Browser {
  return {
    tokens: signedDevicesOf(vault, request),
    userAgent: request.headers['user-agent'] ?? '',
  };
}

/** What a sign-in says of the browser that it came from. */
export type NewSight = {
  readonly accountId: AccountId;
  /** Fresh, or one that the account knows already; only its hash is stored. */
  readonly token: string;
  readonly userAgent: string;
  /** Until when a right password is enough from it; null leaves that as it is. */
  readonly rememberUntil: Date | null;
};

/**
 * Makes a device known to an account, or notes that it was used again: a part of a larger statement, done only where a
 * condition holds.
 * @returns a statement that gives the device's `id` and whether it `is_new`
 */
export function knowing(
  clock: Clock,
  { accountId, token, userAgent, rememberUntil }: NewSight,
  when: RawBuilder<boolean>,
): RawBuilder<{ id: string; is_new: boolean }> {
  const { browser, system } = describeBrowser(userAgent);
  const now = clock.now();
  return sql`
    insert into known_device as d
      (id, account_id, token_hash, browser, system, created_at, last_used_at, remembered_until)
    select ${uuid()}::uuid, ${accountId}::uuid, ${tokenHash(token)}::bytea, ${browser}, ${system},
      ${now}::timestamptz, ${now}::timestamptz, ${rememberUntil}::timestamptz
    where ${when}
    on conflict (account_id, token_hash) do update set
      browser = excluded.browser, system = excluded.system, last_used_at = excluded.last_used_at,
      -- Known from its first sign-in on, and not from when a link let it try again.
      created_at = case when d.signed_in then d.created_at else excluded.created_at end, signed_in = true,
      remembered_until = coalesce(excluded.remembered_until, d.remembered_until)
    returning id, xmax = 0 as is_new`;
}

/** Makes a device known to an account in the caller's transaction. */
export async function know(database: Database, clock: Clock, sight: NewSight): Promise<DeviceId> {
  const { rows } = await knowing(clock, sight, sql<boolean>`true`).execute(database);
  return asDeviceId.parse(rows[0]?.id);
}

/**
 * Gives a browser a count of failures of its own, since somebody who reads the account's email asks for it. That is no
 * sign-in: it shortens no hold and is not listed.
 */
export async function trust(
  database: Database,
  clock: Clock,
  { accountId, token, userAgent }: Omit<NewSight, 'rememberUntil'>,
): Promise<DeviceId> {
  const { browser, system } = describeBrowser(userAgent);
  const now = clock.now();
  const row = await database
    .insertInto('known_device')
    .values({
      id: uuid(),
      account_id: accountId,
      token_hash: tokenHash(token),
      browser,
      system,
      created_at: now,
      last_used_at: now,
      signed_in: false,
    })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'token_hash']).doUpdateSet({ last_used_at: now }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return asDeviceId.parse(row.id);
}

/**
 * Whose failures are counted, over a row `d` of `known_device` that may be null: each device from which somebody signed
 * in has a count of its own; those that an emailed link let try again share one, so that links make no more tries.
 */
export const countedAs = sql<Device>`case when d.id is null then ${UNKNOWN_DEVICE}::text
  when d.signed_in then d.id::text else ${LIFTED_DEVICE}::text end`;

/**
 * The device of a browser, as a query for a larger statement. One that was not used for too long is unknown.
 * @param accountId an SQL expression
 */
export function deviceOf(
  clock: Clock,
  policy: Policy['devices'],
  accountId: RawBuilder<unknown>,
  { tokens }: Browser,
): RawBuilder<{ id: string; token_hash: Buffer; counted_as: Device; remembered_until: Date | null }> {
  return sql`
    select d.id, d.token_hash, ${countedAs} as counted_as, d.remembered_until from known_device d
    where d.account_id = ${accountId} and d.token_hash = any(${tokens.map(tokenHash)}::bytea[])
      and d.last_used_at > ${oldest(clock, policy)}
    order by d.last_used_at desc limit 1`;
}

/** The token of a browser that a hash is of. */
export function tokenOf({ tokens }: Browser, hash: Buffer | null): string | undefined {
  return hash === null ? undefined : tokens.find((token) => sameDigest(tokenHash(token), hash));
}

/** Whose failures are counted when a browser fails at an account's, by the hashes of its tokens. */
export async function countedDevice(
  database: Database,
  clock: Clock,
  policy: Policy['devices'],
  accountId: AccountId,
  hashes: readonly Buffer[],
): Promise<Device> {
  const { rows } = await sql<{ counted_as: Device }>`
    select ${countedAs} as counted_as from known_device d
    where d.account_id = ${accountId} and d.token_hash = any(${hashes}::bytea[])
      and d.last_used_at > ${oldest(clock, policy)}
    order by d.last_used_at desc limit 1`.execute(database);
  return rows[0]?.counted_as ?? UNKNOWN_DEVICE;
}

/**
 * Whether somebody signed in to an account in full from a browser, by the hashes of its tokens.
 * @param since only where the account has known it since then
 */
export async function isKnown(
  database: Database,
  clock: Clock,
  policy: Policy['devices'],
  accountId: AccountId,
  hashes: readonly Buffer[],
  { since }: { readonly since?: Date } = {},
): Promise<boolean> {
  const row = await database
    .selectFrom('known_device')
    .select('id')
    .where('account_id', '=', accountId)
    .where(sql<boolean>`token_hash = any(${hashes}::bytea[])`)
    .where('signed_in', '=', true)
    .where('last_used_at', '>', oldest(clock, policy))
    .$if(since !== undefined, (query) => query.where('created_at', '<=', since ?? clock.now()))
    .executeTakeFirst();
  return row !== undefined;
}

/** The devices that an account knows, the last used first. */
export async function listDevices(
  database: Database,
  clock: Clock,
  policy: Policy['devices'],
  accountId: AccountId,
): Promise<readonly KnownDevice[]> {
  const rows = await database
    .selectFrom('known_device')
    .select(['id', 'browser', 'system', 'last_used_at', 'remembered_until'])
    .where('account_id', '=', accountId)
    .where('signed_in', '=', true)
    .where('last_used_at', '>', oldest(clock, policy))
    .orderBy('last_used_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: asDeviceId.parse(row.id),
    browser: row.browser,
    system: row.system,
    lastUsedAt: row.last_used_at,
    rememberedUntil: row.remembered_until,
  }));
}

/** Forgets a device of an account, or all of them. @returns how many */
export async function forgetDevices(
  database: Database,
  accountId: AccountId,
  which: DeviceId | 'all' = 'all',
): Promise<number> {
  const forgotten = await database
    .deleteFrom('known_device')
    .where('account_id', '=', accountId)
    .$if(which !== 'all', (query) => query.where('id', '=', which))
    .executeTakeFirst();
  return Number(forgotten.numDeletedRows);
}

export async function removeOldDevices(
  database: Database,
  clock: Clock,
  policy: Policy['devices'],
): Promise<void> {
  await database.deleteFrom('known_device').where('last_used_at', '<=', oldest(clock, policy)).execute();
}

const oldest = (clock: Clock, { days }: Policy['devices']) => after(clock, -days * DAY);
