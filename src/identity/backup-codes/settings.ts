import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { DataKey } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Hasher } from '../../platform/hashing/index.ts';
import type { AccountId } from '../accounts/index.ts';
import { type Refused, whileCalm } from '../alarm/index.ts';
import type { Notices } from '../notices/index.ts';
import { accountSubject, clearEverywhere } from '../throttling/index.ts';
import { newBackupCodes, storeBackupCodes } from './backup-codes.ts';

export type BackupCodeSettings = {
  /** Puts ten new codes in the place of those there are, none of which works any more. @throws HashingBusy */
  renew(owner: {
    readonly accountId: AccountId;
    readonly key: DataKey;
  }): Promise<{ readonly is: 'renewed' } | Refused>;
};

export function makeBackupCodeSettings({
  database,
  clock,
  hasher,
  notices,
}: {
  database: Database;
  clock: Clock;
  hasher: Hasher;
  notices: Notices;
}): BackupCodeSettings {
  return {
    renew: async ({ accountId, key }) => {
      const set = await newBackupCodes(hasher);
      return whileCalm(database, accountId, async (transaction) => {
        await storeBackupCodes(transaction, clock, accountId, key, set, { renewed: true });
        await clearEverywhere(transaction, { subject: accountSubject(accountId), kind: 'backup-code' });
        await notices.send(transaction, accountId, { is: 'backup-codes-renewed' });
        await recordSecurityEvent(transaction, clock, { kind: 'backup-codes-renewed', accountId });
        return { is: 'renewed' } as const;
      });
    },
  };
}
