import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import { accountSubject, type Counted, countTry, UNKNOWN_DEVICE } from '../../core/throttling/index.ts';
import { tellBackupCodeUsed } from '../../credentials/backup-codes/index.ts';
import {
  type Challenged,
  type Factor,
  type Refusal,
  readKindsHeld,
  tryFactor,
} from '../../credentials/factors/index.ts';
import { tryCurrentPassword } from '../../credentials/passwords/index.ts';
import { type Asked, missingProof, type Session, type Sessions } from '../../session/sessions/index.ts';

export type StepUpResult = { readonly is: 'right'; readonly value: string } | Refusal;

export type StepUp = {
  /** Who is asked, with the kinds that they have. */
  asked(session: Session): Promise<{ challenged: Challenged; held: readonly FactorKind[] }>;
  /** Counts and checks an answer. @returns the session's new token for its cookie. @throws HashingBusy */
  check(session: Session, factor: Factor, answer: string): Promise<StepUpResult>;
  /** What is still to be proven of what is asked, which is what the policy asks by default; null where nothing is. */
  missing(session: Session, asks?: Asked): ReturnType<typeof missingProof>;
  /**
   * The password, once the second step is fresh.
   * @returns the session's new token for its cookie; `gone` where it is no password's turn
   * @throws HashingBusy
   */
  checkPassword(session: Session, password: string): Promise<StepUpResult | { readonly is: 'gone' }>;
};

/** A sign-in's steps again within a session, counted against guessing like those. */
export function makeStepUp({
  database,
  clock,
  policy,
  hasher,
  sessions,
  factors,
  notices,
}: {
  database: Database;
  clock: Clock;
  policy: Policy;
  hasher: Hasher;
  sessions: Sessions;
  factors: readonly Factor[];
  notices: Notices;
}): StepUp {
  const challengedIn = ({ id, accountId, key, language }: Session): Challenged => ({
    attempt: id,
    accountId,
    key,
    language,
  });
  const steppedUp = (transaction: Database, accountId: AccountId, factor: FactorKind | 'password') =>
    recordSecurityEvent(transaction, clock, { kind: 'stepped-up', accountId, detail: { factor } });
  const missing: StepUp['missing'] = (session, asks = policy.stepUp.asks) =>
    missingProof(session, clock, { ...policy.stepUp, asks });
  return {
    missing,
    asked: async (session) => {
      const held = await readKindsHeld(database, factors, session.accountId);
      return { challenged: challengedIn(session), held };
    },
    check: async (session, factor, answer) => {
      const { accountId, deviceId } = session;
      const counted: Counted = {
        subject: accountSubject(accountId),
        kind: factor.kind,
        device: deviceId ?? UNKNOWN_DEVICE,
      };
      const admission = await countTry(database, clock, policy.failures, counted);
      if (admission.is !== 'admitted') return admission;
      const challenged = challengedIn(session);
      const { failures } = admission;
      const parts = { database, clock, policy, notices };
      const behind = 'session';
      return tryFactor(parts, { factor, challenged, answer, counted, failures, behind }, ({ take }) =>
        database.transaction().execute(async (transaction) => {
          const token = await sessions.prove(transaction, session, { factor: factor.kind, take, counted });
          if (token === null) return null;
          if (factor.kind === 'backup-code') await tellBackupCodeUsed(transaction, notices, accountId);
          await steppedUp(transaction, accountId, factor.kind);
          return token;
        }),
      );
    },
    checkPassword: async (session, password) => {
      if (missing(session, 'password') !== 'password') return { is: 'gone' };
      const tried = await tryCurrentPassword({ database, clock, hasher, policy, notices }, session, password);
      if (tried.is !== 'right') return tried;
      const { accountId } = session;
      const token = await database.transaction().execute(async (transaction) => {
        const proven = await sessions.proveInFull(transaction, session, tried);
        if (proven !== null) await steppedUp(transaction, accountId, 'password');
        return proven;
      });
      return token === null ? { is: 'gone' } : { is: 'right', value: token };
    },
  };
}
