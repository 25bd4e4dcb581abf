import { sql } from 'kysely';
import { DAY, HOUR } from '../../../platform/clock/index.ts';
import { newToken, tokenHash } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, asAccountId } from '../accounts/index.ts';
import { type AddressParts, type FormerAddress, readAddresses, readFormer } from './addresses.ts';
import { highest, type Standing } from './standing.ts';

/** Where whoever reads a message says that it was not them. */
const REPORT = '/not-me';
/** Where they stop a way back. */
const STOP = '/recover/cancel';

/** Who reads messages about an account. */
export type Reader = {
  readonly id: string;
  readonly email: string;
  /** Null where it left the account lately, and was settled. */
  readonly standing: Standing | null;
  /** Whether it gets a link that raises the alarm or stops a way back: where it stands highest, or left lately. */
  readonly acts: boolean;
};

/** The addresses of an account, the main one first, and after them those that left it lately. */
export async function readReaders(
  database: Database,
  parts: AddressParts,
  accountId: AccountId,
): Promise<readonly Reader[]> {
  const addresses = await readAddresses(database, parts, accountId);
  const acting = highest(addresses);
  return [
    ...addresses.map((address) => ({ ...address, acts: acting.includes(address) })),
    ...(await readFormer(database, parts, accountId)).map((former) => ({
      ...former,
      standing: null,
      acts: true,
    })),
  ];
}

/**
 * Makes a link for a message to one address, in the caller's transaction: 256 random bits, stored as a digest.
 * @param recovery the way back that it stops; null for one that raises the alarm
 * @returns the path of its page, with its token
 */
export async function linkFor(
  transaction: Database,
  { clock, policy }: Pick<AddressParts, 'clock' | 'policy'>,
  { accountId, addressId, recovery }: { accountId: AccountId; addressId: string; recovery: string | null },
): Promise<string> {
  const token = newToken();
  const { holdHours, openDays } = policy.recovery;
  const lasts = policy.alarm.days * DAY + (recovery === null ? 0 : holdHours * HOUR + openDays * DAY);
  await transaction
    .insertInto('address_link')
    .values({
      token_hash: tokenHash(token),
      account_id: accountId,
      email_id: addressId,
      recovery_id: recovery,
      expires_at: new Date(clock.now().getTime() + lasts),
    })
    .execute();
  return recovery === null
    ? `${REPORT}?${new URLSearchParams({ token })}`
    : `${STOP}?${new URLSearchParams({ link: token })}`;
}

/** What a link does, for whom. */
export type AddressLink = {
  readonly accountId: AccountId;
  readonly addressId: string;
  readonly recovery: string | null;
  /** The address, where it left lately. */
  readonly former: FormerAddress | null;
  /** Whether it is brought back: only where no settled one stays, beside which it would be out again at once. */
  readonly bringsBack: boolean;
};

/**
 * Reads a link that works: its address stands highest in its account, or left it lately and the link raises the alarm.
 * @returns null where it does not
 */
export async function findLink(
  database: Database,
  parts: AddressParts,
  token: string,
): Promise<AddressLink | null> {
  const row = await database
    .selectFrom('address_link')
    .select(['account_id', 'email_id', 'recovery_id'])
    .where('token_hash', '=', tokenHash(token))
    .where('expires_at', '>', parts.clock.now())
    .executeTakeFirst();
  if (row === undefined) return null;
  const accountId = asAccountId.parse(row.account_id);
  const link = { accountId, addressId: row.email_id, recovery: row.recovery_id };
  const addresses = await readAddresses(database, parts, accountId);
  if (highest(addresses).some(({ id }) => id === row.email_id))
    return { ...link, former: null, bringsBack: false };
  if (row.recovery_id !== null) return null;
  const former = (await readFormer(database, parts, accountId)).find(({ id }) => id === row.email_id);
  const isAnySettled = addresses.some(({ standing }) => standing === 'settled');
  return former === undefined ? null : { ...link, former, bringsBack: !isAnySettled };
}

/**
 * Ends links that raise the alarm, in the caller's transaction.
 * @param addressId those of one address; without it those of all that are in force. What left lately keeps its own.
 */
export async function endReportLinks(
  transaction: Database,
  accountId: AccountId,
  addressId?: string,
): Promise<void> {
  await transaction
    .deleteFrom('address_link')
    .where('account_id', '=', accountId)
    .where('recovery_id', 'is', null)
    .where(
      addressId === undefined
        ? sql<boolean>`email_id in (select id from account_email where account_id = ${accountId})`
        : sql<boolean>`email_id = ${addressId}`,
    )
    .execute();
}

export async function removeOldLinks(
  database: Database,
  { clock }: Pick<AddressParts, 'clock'>,
): Promise<void> {
  await database.deleteFrom('address_link').where('expires_at', '<=', clock.now()).execute();
}
