import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import { readProfile } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { clearEverywhere } from '../../core/throttling/index.ts';
import type { Refusal } from '../../credentials/factors/index.ts';
import {
  normalPassword,
  type PasswordFault,
  type PasswordRules,
  tryCurrentPassword,
} from '../../credentials/passwords/index.ts';
import { type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import type { Session, Sessions } from '../../session/sessions/index.ts';

export type PasswordChangeResult =
  | { readonly is: 'changed' }
  | { readonly is: 'refused'; readonly why: PasswordFault }
  | Refusal
  | Refused;

export type PasswordChange = {
  /** Says of a new password what sending it would say. */
  judge(session: Session, password: string): Promise<Awaited<ReturnType<PasswordRules['judge']>>>;
  /**
   * Changes the password of somebody who knows the one they have (ASVS 6.2.3); tries of that are counted like those of a
   * sign-in.
   * @param elsewhere whether sessions stay elsewhere, or end with the old password (ASVS 7.4.3)
   * @throws HashingBusy
   */
  change(
    session: Session,
    given: { current: string; password: string; elsewhere: 'stay' | 'end' },
  ): Promise<PasswordChangeResult>;
  /** When the password was chosen. */
  changedAt(session: Session): Promise<Date>;
};

export type PasswordChangeParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly policy: Policy;
  readonly passwords: PasswordRules;
  readonly sessions: Pick<Sessions, 'endSome'>;
  readonly notices: Notices;
};

export function makePasswordChange({
  database,
  clock,
  hasher,
  policy,
  passwords,
  sessions,
  notices,
}: PasswordChangeParts): PasswordChange {
  const judge: PasswordChange['judge'] = async ({ accountId, key }, password) => {
    const { fullName, nameInUse, username, emails } = await readProfile(database, key, accountId);
    return passwords.judge(password, [fullName, nameInUse ?? '', username ?? '', ...emails]);
  };

  return {
    judge,
    changedAt: async ({ accountId }) => {
      const password = await database
        .selectFrom('password')
        .select('changed_at')
        .where('account_id', '=', accountId)
        .executeTakeFirstOrThrow();
      return password.changed_at;
    },
    change: async (session, { current, password, elsewhere }) => {
      const { id, accountId } = session;
      const old = await tryCurrentPassword({ database, clock, hasher, policy, notices }, session, current);
      if (old.is !== 'right') return old;
      // The password that they have is right: what is wrong with the new one is no try at guessing.
      await clearEverywhere(database, old.counted);
      const verdict = await judge(session, password);
      if (verdict.is === 'refused') return { is: 'refused', why: verdict.why };
      if (verdict.password === normalPassword(current)) return { is: 'refused', why: 'same' };
      const hash = await hasher.hash(verdict.password);
      return unlessUnderAlarm(database, session, async (transaction): Promise<PasswordChangeResult> => {
        const changed = await transaction
          .updateTable('password')
          .set({ hash, changed_at: clock.now() })
          .where('account_id', '=', accountId)
          .where('hash', '=', old.hash)
          .executeTakeFirst();
        // Another change came first, so what was typed is the password no more.
        if (changed.numUpdatedRows === 0n) return { is: 'wrong' };
        await transaction.deleteFrom('sign_in').where('account_id', '=', accountId).execute();
        // A way back that rests on the old password ends with it.
        await endRecoveries(transaction, clock, accountId);
        if (elsewhere === 'end') {
          await sessions.endSome(transaction, accountId, { but: id });
          await transaction
            .updateTable('known_device')
            .set({ remembered_until: null })
            .where('account_id', '=', accountId)
            .execute();
        }
        await notices.send(transaction, accountId, { is: 'password-changed' });
        await recordSecurityEvent(transaction, clock, {
          kind: 'password-changed',
          accountId,
          detail: { elsewhere },
        });
        return { is: 'changed' };
      });
    },
  };
}
