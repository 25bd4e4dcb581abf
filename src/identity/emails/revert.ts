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
 * but not the one from which this was asked for. Where it was asked for in a session, and all that the account had
 * came since then, its main one stays too: its owner may have moved, since somebody else reads the old mailbox now.
 */
export async function revertEmails(
  transaction: Database,
  vault: Vault,
  {
    accountId,
    since,
    askedFrom,
    now,
  }: { accountId: AccountId; since: Date; askedFrom: string | null; now: Date },
): Promise<RevertedEmails> {
  const key = await openAccountKey(transaction, vault, accountId);
  const addresses = async () =>
    (await store.emailsOf(transaction, accountId)).map((row) => openEmail(key, row));
  const had = await store.emailsOf(transaction, accountId);
  const before = had.map((row) => openEmail(key, row));
  let main: string | null = null;
  for (const change of await store.takeChanges(transaction, accountId, now)) {
    const id = await restoreEmail(transaction, vault, { accountId, key }, change);
    if (change.kind === 'primary') main ??= id;
  }
  const all = await store.emailsOf(transaction, accountId);
  const isOld = ({ verified_at }: store.EmailRow): boolean => verified_at <= since;
  const spared = askedFrom ?? (had.some(isOld) ? undefined : had[0]?.id);
  const kept = all.filter((row) => isOld(row) || row.id === spared);
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
