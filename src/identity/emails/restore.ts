import { v7 as uuid } from 'uuid';
import type { DataKey } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type AccountId, sealEmail } from '../accounts/index.ts';
import * as store from './store.ts';

export const changePlace = (row: string) => ({ table: 'email_change', column: 'email_sealed', row });

/**
 * Brings the address of a change back into its account, where it is not there still.
 * @returns its id there, or null where its reader has given it to another account since
 */
export async function restoreEmail(
  transaction: Database,
  { accountId, key }: { readonly accountId: AccountId; readonly key: DataKey },
  change: store.ChangeRow,
): Promise<string | null> {
  const own = await store.emailsOf(transaction, accountId);
  const still = own.find((row) => row.email_index.equals(change.email_index));
  if (still !== undefined) return still.id;
  const id = uuid();
  const restored = await store.insertEmail(transaction, {
    id,
    account_id: accountId,
    email_index: change.email_index,
    email_sealed: sealEmail(key, id, key.unseal(change.email_sealed, changePlace(change.id))),
    is_primary: false,
    verified_at: change.verified_at,
  });
  return restored ? id : null;
}
