import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { type Clock, MINUTE } from '../../../platform/clock/index.ts';
import { sealedColumn } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { accountSubject, clearEverywhere } from '../../core/throttling/index.ts';
import { type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import type { Session } from '../../session/sessions/index.ts';
import { newBackupCodes, replaceSet, type ShownCodes } from './backup-codes.ts';
import { keepReplaced, removeOldReplaced } from './replaced.ts';

/** Whose new codes, and where they were made. */
type Owner = Pick<Session, 'id' | 'accountId' | 'key'>;

export type NewCodes = ShownCodes & { readonly id: string };

export type BackupCodeSettings = {
  /**
   * Makes ten new codes. Those that there are still work, and the new ones do not, until `keep`; new ones that were made
   * before and not kept are gone.
   * @throws HashingBusy
   */
  make(owner: Owner): Promise<{ readonly is: 'made' } | Refused>;
  /** The new codes, for the session that made them and for half an hour. */
  read(owner: Owner): Promise<NewCodes | null>;
  /** Puts new codes in the place of those there are, none of which works any more. The same again does nothing more. */
  keep(
    owner: Owner,
    id: string,
  ): Promise<
    | { readonly is: 'kept' }
    /** Others were made since, or these are too old; the codes from before still work. */
    | { readonly is: 'abandoned' }
    | Refused
  >;
  removeOld(): Promise<void>;
};

/** Time enough to print them; whoever comes back later has left the page. */
const SHOWN_FOR = 30 * MINUTE;

export function makeBackupCodeSettings({
  database,
  clock,
  hasher,
  policy,
  notices,
}: {
  database: Database;
  clock: Clock;
  hasher: Hasher;
  policy: Pick<Policy, 'alarm'>;
  notices: Notices;
}): BackupCodeSettings {
  const shownSince = () => new Date(clock.now().getTime() - SHOWN_FOR);
  const find = (connection: Database, { id, accountId }: Owner) =>
    connection
      .selectFrom('backup_code_draft')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('session_id', '=', id)
      .where('created_at', '>', shownSince())
      .executeTakeFirst();

  return {
    make: async (owner) => {
      const { id: sessionId, accountId, key } = owner;
      const { codes, salt, hashes } = await newBackupCodes(hasher);
      const id = uuid();
      const row = {
        id,
        session_id: sessionId,
        salt,
        hashes: [...hashes],
        codes_sealed: key.seal(codes.join(' '), place(id)),
        created_at: clock.now(),
      };
      return unlessUnderAlarm(database, owner, async (transaction) => {
        await transaction
          .insertInto('backup_code_draft')
          .values({ account_id: accountId, ...row })
          .onConflict((conflict) => conflict.column('account_id').doUpdateSet(row))
          .execute();
        return { is: 'made' } as const;
      });
    },

    read: async (owner) => {
      const row = await find(database, owner);
      if (row?.codes_sealed == null) return null;
      const codes = owner.key.unseal(row.codes_sealed, place(row.id)).split(' ');
      return { id: row.id, codes, createdAt: row.created_at, renewed: true };
    },

    keep: (owner, id) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        const { accountId } = owner;
        const row = await find(transaction, owner);
        if (row?.id !== id) return { is: 'abandoned' } as const;
        if (row.codes_sealed === null) return { is: 'kept' } as const;
        // Whoever saw the old ones may have proven something with one already, which it gives back before they are kept.
        await endRecoveries(transaction, clock, accountId);
        await keepReplaced(transaction, { clock, policy }, accountId);
        await replaceSet(transaction, row.hashes, {
          account_id: accountId,
          salt: row.salt,
          codes_sealed: null,
          // Since when they count, which an alarm asks: not since when they were shown.
          created_at: clock.now(),
          acknowledged_at: clock.now(),
          renewed: true,
        });
        await transaction
          .updateTable('backup_code_draft')
          .set({ codes_sealed: null })
          .where('account_id', '=', accountId)
          .execute();
        await clearEverywhere(transaction, { subject: accountSubject(accountId), kind: 'backup-code' });
        await notices.send(transaction, accountId, { is: 'backup-codes-renewed' });
        await recordSecurityEvent(transaction, clock, { kind: 'backup-codes-renewed', accountId });
        return { is: 'kept' } as const;
      }),

    removeOld: async () => {
      await database.deleteFrom('backup_code_draft').where('created_at', '<=', shownSince()).execute();
      await removeOldReplaced(database, clock, policy.alarm.days);
    },
  };
}

export const DRAFTED_CODES = sealedColumn({
  table: 'backup_code_draft',
  column: 'codes_sealed',
  under: 'account',
});
const { place } = DRAFTED_CODES;
