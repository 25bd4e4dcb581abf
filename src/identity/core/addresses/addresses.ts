import { type Clock, DAY } from '../../../platform/clock/index.ts';
import { lockIndexes, sealedColumn, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import {
  type AccountId,
  emailIndexes,
  isEmailTaken,
  openAccountKey,
  openEmail,
  sealEmail,
} from '../accounts/index.ts';
import type { Policy } from '../policy/index.ts';
import { highest, type Standing, settledBy, standingOf } from './standing.ts';

/** What it takes to say where addresses stand. */
export type AddressParts = {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'alarm' | 'recovery'>;
};

/** An address that is in force in its account. */
export type Address = {
  readonly id: string;
  readonly email: string;
  readonly isPrimary: boolean;
  readonly verifiedAt: Date;
  readonly standing: Standing;
};

/** An address that was settled when it left its account, less than `alarm.days` ago. */
export type FormerAddress = {
  readonly id: string;
  readonly email: string;
  readonly verifiedAt: Date;
  readonly leftAt: Date;
};

export const FORMER_EMAIL = sealedColumn({ table: 'former_email', column: 'email_sealed', under: 'account' });
const { place: formerPlace } = FORMER_EMAIL;

/** The addresses in force of an account, the main one first. */
export async function readAddresses(
  database: Database,
  { vault, clock, policy }: AddressParts,
  accountId: AccountId,
): Promise<readonly Address[]> {
  const rows = await database
    .selectFrom('account_email')
    .innerJoin('account', 'account.id', 'account_email.account_id')
    .selectAll('account_email')
    .select(['account.data_key', 'account.created_at', 'account.alarmed_at'])
    .where('account_id', '=', accountId)
    .orderBy('is_primary', 'desc')
    .orderBy('verified_at')
    .orderBy('account_email.id')
    .execute();
  const [first] = rows;
  if (first === undefined) return [];
  const key = vault.openDataKey(first.data_key);
  const by = settledBy(clock, policy.alarm, first);
  return rows.map((row) => ({
    id: row.id,
    email: openEmail(key, row),
    isPrimary: row.is_primary,
    verifiedAt: row.verified_at,
    standing: standingOf({ verifiedAt: row.verified_at, returnedAt: row.returned_at }, by),
  }));
}

const leftAfter = ({ clock, policy }: AddressParts) =>
  new Date(clock.now().getTime() - policy.alarm.days * DAY);

/** The addresses that a link can still bring back. */
export const readFormer = (database: Database, parts: AddressParts, accountId: AccountId) =>
  readLeft(database, parts.vault, accountId, leftAfter(parts));

/** The addresses that left an account, as long as they are kept. */
export async function readLeft(
  database: Database,
  vault: Vault,
  accountId: AccountId,
  since = new Date(0),
): Promise<readonly FormerAddress[]> {
  const rows = await database
    .selectFrom('former_email')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('left_at', '>', since)
    .orderBy('left_at')
    .execute();
  if (rows.length === 0) return [];
  const key = await openAccountKey(database, vault, accountId);
  return rows.map((row) => ({
    id: row.id,
    email: key.unseal(row.email_sealed, formerPlace(row.id)),
    verifiedAt: row.verified_at,
    leftAt: row.left_at,
  }));
}

/** Gives an address to an account, never as its main one. @returns false when it belongs to one already */
export async function addAddress(
  transaction: Database,
  { vault }: Pick<AddressParts, 'vault'>,
  accountId: AccountId,
  {
    id,
    email,
    verifiedAt,
    returnedAt,
  }: { id: string; email: string; verifiedAt: Date; returnedAt: Date | null },
): Promise<boolean> {
  const indexes = emailIndexes(vault, email);
  await lockIndexes(transaction, indexes);
  if (await isEmailTaken(transaction, indexes)) return false;
  // One that is added again hears as what it is now, and not as what left beside it.
  for (const former of await readLeft(transaction, vault, accountId))
    if (former.email === email) await forgetFormer(transaction, former.id);
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto('account_email')
    .values({
      id,
      account_id: accountId,
      email_index: indexes[0],
      email_sealed: sealEmail(await openAccountKey(transaction, vault, accountId), id, email),
      is_primary: false,
      verified_at: verifiedAt,
      returned_at: returnedAt,
    })
    .onConflict((conflict) => conflict.column('email_index').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Makes one address of an account its main one, and the others not. */
export async function setPrimary(transaction: Database, accountId: AccountId, id: string): Promise<void> {
  for (const isPrimary of [false, true])
    await transaction
      .updateTable('account_email')
      .set({ is_primary: isPrimary })
      .where('account_id', '=', accountId)
      .where('id', isPrimary ? '=' : '!=', id)
      .execute();
}

/** Takes addresses out of an account; where its main one is among them, one that stands highest takes its place. */
export async function takeOut(
  transaction: Database,
  parts: AddressParts,
  accountId: AccountId,
  out: readonly Address[],
): Promise<void> {
  if (out.length === 0) return;
  await transaction
    .deleteFrom('account_email')
    .where('account_id', '=', accountId)
    .where(
      'id',
      'in',
      out.map(({ id }) => id),
    )
    .execute();
  const left = await readAddresses(transaction, parts, accountId);
  const [next] = highest(left);
  if (next !== undefined && !left.some(({ isPrimary }) => isPrimary))
    await setPrimary(transaction, accountId, next.id);
}

/** Removes an address at its owner's wish. A settled one can be brought back by its reader, for some days and once. */
export async function leave(
  transaction: Database,
  parts: AddressParts,
  accountId: AccountId,
  address: Address,
): Promise<void> {
  await takeOut(transaction, parts, accountId, [address]);
  if (address.standing !== 'settled') return;
  const key = await openAccountKey(transaction, parts.vault, accountId);
  await transaction
    .insertInto('former_email')
    .values({
      id: address.id,
      account_id: accountId,
      email_sealed: key.seal(address.email, formerPlace(address.id)),
      verified_at: address.verifiedAt,
      left_at: parts.clock.now(),
    })
    .execute();
}

/** Forgets that an address left: it brings itself back no more. */
export async function forgetFormer(transaction: Database, id: string): Promise<void> {
  await transaction.deleteFrom('former_email').where('id', '=', id).execute();
}

/** Brings an address back that left. @returns false where its reader has given it to another account since */
export async function bringBack(
  transaction: Database,
  parts: AddressParts,
  accountId: AccountId,
  former: FormerAddress,
): Promise<boolean> {
  return addAddress(transaction, parts, accountId, { ...former, returnedAt: parts.clock.now() });
}

/** Lets addresses that are not settled begin their days anew, each as what it is, after an alarm in which nothing settled. */
export async function beginAnew(
  transaction: Database,
  { clock }: Pick<AddressParts, 'clock'>,
  addresses: readonly Address[],
): Promise<void> {
  for (const { id, standing } of addresses)
    await transaction
      .updateTable('account_email')
      .set({ [standing === 'returned' ? 'returned_at' : 'verified_at']: clock.now() })
      .where('id', '=', id)
      .execute();
}

/** Forgets the addresses that no link brings back any more. */
export async function removeOldFormer(database: Database, parts: AddressParts): Promise<void> {
  await database.deleteFrom('former_email').where('left_at', '<=', leftAfter(parts)).execute();
}
