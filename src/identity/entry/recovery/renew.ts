import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import {
  type AccountId,
  asAccountId,
  noteRenewal,
  openAccountKey,
  readAddressee,
  readProfile,
  setPassword,
} from '../../core/accounts/index.ts';
import { type Browser, forgetDevices, know, newDeviceToken } from '../../core/devices/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import { accountSubject, clear, clearAll } from '../../core/throttling/index.ts';
import { newBackupCodes, storeBackupCodes } from '../../credentials/backup-codes/index.ts';
import { type Bind, bindOrTakeBack, type Enrolling, unlessUsedUp } from '../../credentials/factors/index.ts';
import type { PasswordVerdict } from '../../credentials/passwords/index.ts';
import { endsWithPassword } from './evidence.ts';
import { type Machine, type Progress, place, type RecoveryParts } from './machine.ts';
import * as store from './store.ts';

/** Somebody who is back. */
export type Returned = {
  readonly token: string;
  readonly deviceToken: string;
  /** Whether there are new backup codes to be kept. */
  readonly newCodes: boolean;
  /** Whether that ended the alarm. */
  readonly afterAlarm: boolean;
};

/** What is made anew at the end, and by that the person let in. */
export type Renewing = {
  /** Ends the way back where nothing else is to be made anew. @throws HashingBusy */
  choosePassword(
    progress: Progress,
    password: string,
    browser: Browser,
  ): Promise<
    | Extract<PasswordVerdict, { is: 'refused' }>
    | { readonly is: 'next' }
    | { readonly is: 'returned'; readonly returned: Returned }
    | { readonly is: 'gone' }
  >;
  judgePassword(progress: Progress, password: string): Promise<PasswordVerdict>;
  /**
   * Who binds the new second step; null when it is not its turn.
   * @param browser what an authenticator is called that has no name of its own
   */
  enrolling(progress: Progress, browser: string): Promise<Enrolling | null>;
  /** Binds the new second step and lets the person in. @throws HashingBusy */
  bindNew(
    progress: Progress,
    bind: Bind,
    browser: Browser,
  ): Promise<
    | { readonly is: 'returned'; readonly returned: Returned }
    /** It was used up before. */
    | { readonly is: 'wrong' }
    | { readonly is: 'gone' }
  >;
};

export function makeRenewing(
  {
    database,
    vault,
    clock,
    hasher,
    passwords,
    sessions,
    everyFactor,
    notices,
    alarm,
    shutOthers,
  }: RecoveryParts,
  { at, stageNow }: Machine,
): Renewing {
  /** Makes anew what was lost, ends everything that the old could open, and lets the person in. */
  const complete = async (
    transaction: Database,
    row: store.RecoveryRow,
    accountId: AccountId,
    {
      passwordHash,
      bind,
      browser,
    }: {
      passwordHash: string | null;
      bind: ((transaction: Database) => Promise<void>) | null;
      browser: Browser;
    },
  ): Promise<Returned> => {
    if (passwordHash !== null) {
      await setPassword(transaction, clock, accountId, passwordHash);
      await clear(transaction, { subject: accountSubject(accountId), kind: 'password' });
    }
    if (bind !== null) {
      const key = await openAccountKey(transaction, vault, accountId);
      for (const factor of everyFactor) await factor.forget(transaction, { accountId, key });
      await clearAll(transaction, accountSubject(accountId));
      if (!row.unsettled) await noteRenewal(transaction, clock, accountId);
      await bind(transaction);
    }
    // First what could still become a session by what was lost, then the sessions.
    await transaction.deleteFrom('sign_in').where('account_id', '=', accountId).execute();
    await sessions.endSome(transaction, accountId, 'all');
    await forgetDevices(transaction, accountId);
    await shutOthers(transaction, accountId);
    await endRecoveries(transaction, clock, accountId, { but: row.id });
    await store.completeRecovery(transaction, row.id, clock.now());
    const deviceToken = newDeviceToken(vault);
    const { userAgent } = browser;
    const sight = { accountId, token: deviceToken, userAgent, rememberUntil: null };
    const deviceId = await know(transaction, clock, sight);
    // A password that was kept was given before the hold, which is days ago.
    const withoutPassword = passwordHash === null;
    const token = await sessions.begin(transaction, accountId, { proven: true, withoutPassword, deviceId });
    const out = await alarm.clear(transaction, accountId, row.email_id);
    const afterAlarm = out !== null;
    const anew = bind === null ? 'password' : withoutPassword ? 'second-step' : 'both';
    await notices.send(transaction, accountId, { is: 'recovery-finished', anew, afterAlarm, out: out ?? [] });
    if (afterAlarm) await recordSecurityEvent(transaction, clock, { kind: 'alarm-cleared', accountId });
    await recordSecurityEvent(transaction, clock, {
      kind: 'recovery-completed',
      accountId,
      detail: { lost: row.lost },
    });
    return { token, deviceToken, newCodes: bind !== null, afterAlarm };
  };

  const ownWords = async (progress: Progress): Promise<readonly string[]> => {
    const row = await store.readRecovery(database, progress.id, clock.now());
    if (row === null || row.account_id === null) return [];
    return (await readAddressee(database, vault, asAccountId.parse(row.account_id)))?.emails ?? [];
  };

  /** Said to nobody who has not proven everything: they are about to replace it. */
  const isPresent = async ({ id }: Progress, password: string): Promise<boolean> => {
    const row = await store.readRecovery(database, id, clock.now());
    if (row === null || row.account_id === null || stageNow(row) !== 'new-password') return false;
    const present = await store.readPasswordHash(database, row.account_id);
    return present !== null && hasher.verify(present, password);
  };

  /** Whether a way back is still in the browser that it was in, and has not gone on in another meanwhile. */
  const isSame = (before: store.RecoveryRow | null, now: store.RecoveryRow): boolean =>
    before !== null &&
    (before.elsewhere_sealed === null
      ? now.elsewhere_sealed === null
      : now.elsewhere_sealed?.equals(before.elsewhere_sealed) === true);

  const secretOf = (row: store.RecoveryRow): string | null =>
    row.secret_sealed === null
      ? null
      : vault.openDataKey(row.data_key).unseal(row.secret_sealed, place('secret_sealed', row.id));

  return {
    judgePassword: async (progress, password) => passwords.judge(password, await ownWords(progress)),

    choosePassword: async (progress, password, browser) => {
      const begun = await store.readRecovery(database, progress.id, clock.now());
      const verdict = await passwords.judge(password, await ownWords(progress));
      if (verdict.is === 'refused') return verdict;
      if (await isPresent(progress, verdict.password)) return { ...verdict, is: 'refused', why: 'same' };
      const passwordHash = await hasher.hash(verdict.password);
      const done = await at(progress.id, 'new-password', async (transaction, row, accountId) => {
        if (!isSame(begun, row)) return null;
        if (!endsWithPassword(row.lost)) {
          await store.changeRecovery(transaction, row.id, { password_hash: passwordHash });
          return { is: 'next' } as const;
        }
        const returned = await complete(transaction, row, accountId, { passwordHash, bind: null, browser });
        return { is: 'returned', returned } as const;
      });
      return done ?? { is: 'gone' };
    },

    enrolling: async (progress, browser) =>
      at(progress.id, 'authenticator', async (transaction, row, accountId) => {
        const secret = secretOf(row);
        if (secret === null) return null;
        const own = await openAccountKey(transaction, vault, accountId);
        const { emails, username, fullName } = await readProfile(transaction, own, accountId);
        return {
          attempt: row.id,
          accountId,
          key: vault.openDataKey(row.data_key),
          network: row.network_index,
          secret,
          login: username ?? emails[0] ?? fullName,
          fullName,
          language: row.language,
          browser,
        };
      }),

    bindNew: async (progress, bind, browser) => {
      const row = await store.readRecovery(database, progress.id, clock.now());
      if (row === null || stageNow(row) !== 'authenticator') return { is: 'gone' };
      const codes = await newBackupCodes(hasher);
      const binding = at(progress.id, 'authenticator', async (transaction, held, accountId) => {
        if (!isSame(row, held)) return null;
        const key = await openAccountKey(transaction, vault, accountId);
        const returned = await complete(transaction, held, accountId, {
          passwordHash: held.password_hash,
          bind: async (inner) => {
            await bindOrTakeBack(bind, inner, { accountId, key });
            await storeBackupCodes(inner, clock, accountId, key, codes, { renewed: true });
          },
          browser,
        });
        return { is: 'returned', returned } as const;
      });
      return (await unlessUsedUp(binding)) ?? { is: 'gone' };
    },
  };
}
