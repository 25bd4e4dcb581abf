import { v7 as uuid } from 'uuid';
import { type DataKey, holdIndexes, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type AccountId, emailIndexes, isEmailTaken, openEmail, sealEmail } from '../accounts/index.ts';
import * as store from './store.ts';

export const changePlace = (row: string) => ({ table: 'email_change', column: 'email_sealed', row });

/** Gives an address to an account. @returns false when it belongs to one already */
export async function addEmail(
  transaction: Database,
  vault: Vault,
  email: string,
  row: Omit<store.EmailRow, 'email_index'>,
): Promise<boolean> {
  const indexes = emailIndexes(vault, email);
  await holdIndexes(transaction, indexes);
  if (await isEmailTaken(transaction, indexes)) return false;
  return store.insertEmail(transaction, { ...row, email_index: indexes[0] });
}

/**
 * Brings the address of a change back into its account, where it is not there still.
 * @returns its id there, or null where its reader has given it to another account since
 */
export async function restoreEmail(
  transaction: Database,
  vault: Vault,
  { accountId, key }: { readonly accountId: AccountId; readonly key: DataKey },
  change: store.ChangeRow,
): Promise<string | null> {
  const email = key.unseal(change.email_sealed, changePlace(change.id));
  const own = await store.emailsOf(transaction, accountId);
  const still = own.find((row) => openEmail(key, row) === email);
  if (still !== undefined) return still.id;
  const id = uuid();
  const restored = await addEmail(transaction, vault, email, {
    id,
    account_id: accountId,
    email_sealed: sealEmail(key, id, email),
    is_primary: false,
    verified_at: change.verified_at,
  });
  return restored ? id : null;
}
