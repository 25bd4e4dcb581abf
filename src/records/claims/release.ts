import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { forgetPerson } from '../appointments/index.ts';
import { lockCases, unlinkCase } from '../cases/index.ts';
import { changing } from '../changes/index.ts';

/**
 * Takes a case out of whatever account has it, on behalf of the agency, so that it is nobody's: open pages hear of it, and
 * with a new access code it can be claimed again.
 * @param tell tells the person, before anything is appended
 * @param record writes the event, as the last thing of the transaction
 * @returns how many accounts had it; 0 also where there is no such case
 */
export function releaseCase(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  receipt: string,
  {
    tell,
    record,
  }: {
    readonly tell: (transaction: Database, accountId: string) => Promise<void>;
    readonly record: (transaction: Database, accountId: string) => Promise<void>;
  },
): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    const had = await changing(transaction, clock, 'office', async (inner, note) => {
      await lockCases(inner);
      const at = clock.now();
      const accountIds = await unlinkCase(inner, receipt, at);
      if (accountIds.length > 0) await forgetPerson(inner, [receipt]);
      for (const accountId of accountIds) {
        await tell(inner, accountId);
        note({ kind: 'case-released', accountId, ref: receipt, at });
      }
      return accountIds;
    });
    for (const accountId of had) await record(transaction, accountId);
    return had.length;
  });
}
