import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type AccountId, openAccountKey, openEmail } from '../accounts/index.ts';
import { restoreEmail } from './addresses.ts';
import * as store from './store.ts';

/** The addresses that were taken out of an account, and those that are back in it. */
export type RevertedEmails = { readonly out: readonly string[]; readonly back: readonly string[] };

/**
 * Takes back what was done to the addresses of an account, in a transaction that holds it: those that left it while
 * their removal can be undone are back, what was the main one before is again, and those that came since a time are out,
 * but never the last.
 */
export async function revertEmails(
  transaction: Database,
  vault: Vault,
  { accountId, since, now }: { accountId: AccountId; since: Date; now: Date },
): Promise<RevertedEmails> {
  const key = await openAccountKey(transaction, vault, accountId);
  const addresses = async () =>
    (await store.emailsOf(transaction, accountId)).map((row) => openEmail(key, row));
  const before = await addresses();
  let main: string | null = null;
  for (const change of await store.takeChanges(transaction, accountId, now)) {
    const id = await restoreEmail(transaction, vault, { accountId, key }, change);
    if (change.kind === 'primary') main ??= id;
  }
  const all = await store.emailsOf(transaction, accountId);
  const old = all.filter(({ verified_at }) => verified_at <= since);
  const kept = old.length > 0 ? old : all.slice(0, 1);
  for (const { id } of all.filter((row) => !kept.includes(row)))
    await store.removeEmail(transaction, accountId, id);
  const next = kept.find(({ id }) => id === main) ?? kept.find(({ is_primary }) => is_primary) ?? kept[0];
  if (next !== undefined) await store.setPrimary(transaction, accountId, next.id);
  const after = await addresses();
  return {
    out: before.filter((email) => !after.includes(email)),
    back: after.filter((email) => !before.includes(email)),
  };
}
