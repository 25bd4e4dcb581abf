import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database, Tables } from '../../../platform/database/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';

export type CodeRow = Selectable<Tables['sms_code']>;

/** Of two messages for one who asks or to one number, sent at the same moment, the second counts the first. */
export async function lockCounts(transaction: Database, asker: Asker, number: Buffer): Promise<void> {
  // All newcomers are counted together too.
  const who = asker.is === 'account' ? asker.id : 'newcomers';
  for (const held of [`text messages for ${who}`, `text messages to ${number.toString('hex')}`])
    await sql`select pg_advisory_xact_lock(hashtextextended(${held}, 0))`.execute(transaction);
}

/** By whom messages are counted: an account, or somebody who has none yet, by their network and the address they have proven. */
export type Asker =
  | { readonly is: 'account'; readonly id: AccountId }
  | { readonly is: 'newcomer'; readonly network: Buffer; readonly address: Buffer };

/** How many messages were sent, to one number or for one who asks. */
export type Sent = {
  /** To this number for this one, in the last hour. */
  readonly toPhone: number;
  /** To this number for whomever, with the same purpose, in the last hour and in the last day. */
  readonly toNumber: { readonly hour: number; readonly day: number };
  /** For this account or proven address to whatever number, with the same purpose. */
  readonly forAsker: { readonly hour: number; readonly day: number };
  /** For everybody without an account in the last day: of this network, and in all. */
  readonly forNewcomers: { readonly network: number; readonly all: number };
};

export async function countSent(
  database: Database,
  {
    asker,
    indexes,
    purpose,
    hour,
    day,
  }: { asker: Asker; indexes: readonly Buffer[]; purpose: string; hour: Date; day: Date },
): Promise<Sent> {
  const ofAsker =
    asker.is === 'account' ? sql`account_id = ${asker.id}` : sql`address_index = ${asker.address}`;
  const ofNetwork = asker.is === 'account' ? sql`false` : sql`network_index = ${asker.network}`;
  const ofNewcomer = asker.is === 'account' ? sql`false` : sql`account_id is null`;
  const ofNumber = sql`number_index = any(${indexes}::bytea[])`;
  const alike = sql`purpose = ${purpose}`;
  const lately = sql`sent_at > ${hour}`;
  const count = (when: RawBuilder<unknown>) => sql<number>`count(*) filter (where ${when})::int`;
  const { rows } = await sql<{
    to_phone: number;
    number_hour: number;
    number_day: number;
    asker_hour: number;
    asker_day: number;
    network_day: number;
    newcomers_day: number;
  }>`
    select ${count(sql`${ofAsker} and ${ofNumber} and ${lately}`)} as to_phone,
      ${count(sql`${ofNumber} and ${alike} and ${lately}`)} as number_hour,
      ${count(sql`${ofNumber} and ${alike}`)} as number_day,
      ${count(sql`${ofAsker} and ${alike} and ${lately}`)} as asker_hour,
      ${count(sql`${ofAsker} and ${alike}`)} as asker_day,
      ${count(ofNetwork)} as network_day,
      ${count(ofNewcomer)} as newcomers_day
    from sms_code where (${ofAsker} or ${ofNumber} or ${ofNewcomer}) and sent_at > ${day}`.execute(database);
  const [row] = rows;
  return {
    toPhone: row?.to_phone ?? 0,
    toNumber: { hour: row?.number_hour ?? 0, day: row?.number_day ?? 0 },
    forAsker: { hour: row?.asker_hour ?? 0, day: row?.asker_day ?? 0 },
    forNewcomers: { network: row?.network_day ?? 0, all: row?.newcomers_day ?? 0 },
  };
}

export async function insertCode(database: Database, row: CodeRow): Promise<void> {
  await database.insertInto('sms_code').values(row).execute();
}

/** Ends every code of an attempt. */
export async function endCodes(database: Database, attempt: string): Promise<void> {
  await database.updateTable('sms_code').set({ code_hash: null }).where('attempt', '=', attempt).execute();
}

/** The code of an attempt that works now. */
export async function findLive(
  database: Database,
  attempt: string,
  now: Date,
): Promise<Pick<CodeRow, 'id' | 'account_id' | 'phone_id' | 'number_sealed' | 'code_hash'> | null> {
  const row = await database
    .selectFrom('sms_code')
    .select(['id', 'account_id', 'phone_id', 'number_sealed', 'code_hash'])
    .where('attempt', '=', attempt)
    .where('code_hash', 'is not', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row ?? null;
}

/** How many codes an attempt was sent that are not too old, used or not. */
export async function countFresh(database: Database, attempt: string, now: Date): Promise<number> {
  const { count } = await database
    .selectFrom('sms_code')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('attempt', '=', attempt)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Uses a code up, for the first to ask: a part of a larger statement, done only where a condition holds. */
export function taking(id: string, now: Date, when: RawBuilder<boolean>): RawBuilder<unknown> {
  return sql`update sms_code set code_hash = null
    where id = ${id} and code_hash is not null and (phone_id is not null or number_sealed is not null)
      and expires_at > ${now} and ${when}
    returning id`;
}

export async function removeOld(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('sms_code').where('sent_at', '<', before).execute();
}
