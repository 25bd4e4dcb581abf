import { sql } from 'kysely';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { asAccountId, identified } from '../../core/accounts/index.ts';

/**
 * Ends sessions on behalf of the agency, of one person or of all (ASVS 7.4.5); whoever is half-way through a sign-in
 * begins again. Each account's history tells of it.
 * @param who an email or username, or everybody
 * @returns how many sessions were ended; null where nobody has that email or username
 */
export function endByAgency(
  { database, vault, clock }: { database: Database; vault: Vault; clock: Clock },
  who: { readonly is: 'everybody' } | { readonly is: 'one'; readonly identifier: string },
): Promise<number | null> {
  return database.transaction().execute(async (transaction) => {
    let only = null;
    if (who.is === 'one') {
      const [found] = (await identified(vault, who.identifier).execute(transaction)).rows;
      if (found === undefined) return null;
      only = asAccountId.parse(found.account_id);
    }
    const whose = sql<boolean>`(${only}::uuid is null or account_id = ${only}::uuid)`;
    // Held first, one after the other, as by whatever else ends sessions.
    await sql`select from account where (${only}::uuid is null or id = ${only}::uuid) and (
      exists (select from session where account_id = account.id and ended_at is null)
      or exists (select from sign_in where account_id = account.id)) order by id for no key update`.execute(
      transaction,
    );
    await transaction.deleteFrom('sign_in').where(whose).execute();
    const ended = await transaction
      .updateTable('session')
      .set({ ended_at: clock.now() })
      .where('ended_at', 'is', null)
      .where(whose)
      .returning('account_id')
      .execute();
    for (const accountId of new Set(ended.map(({ account_id }) => account_id)))
      await recordSecurityEvent(transaction, clock, { kind: 'sessions-ended-by-agency', accountId });
    return ended.length;
  });
}
