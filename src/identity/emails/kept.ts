import type { DataKey } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';
import { changePlace } from './addresses.ts';
import { pendingPlace } from './emails.ts';

/** The addresses that are kept beside those of an account: such as were to be added, and such as were changed, for undoing it. */
export async function readKeptAddresses(
  database: Database,
  { accountId, key }: { readonly accountId: AccountId; readonly key: DataKey },
) {
  const additions = await database
    .selectFrom('email_addition')
    .select(['id', 'email_sealed', 'stage', 'created_at'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .execute();
  const changes = await database
    .selectFrom('email_change')
    .select(['id', 'email_sealed', 'kind', 'stage', 'created_at', 'expires_at'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .execute();
  return {
    added: additions.map((row) => ({
      email: key.unseal(row.email_sealed, pendingPlace(row.id)),
      state: row.stage,
      askedAt: row.created_at,
    })),
    changed: changes.map((row) => ({
      email: key.unseal(row.email_sealed, changePlace(row.id)),
      change: row.kind,
      state: row.stage,
      changedAt: row.created_at,
      undoableUntil: row.expires_at,
    })),
  };
}
