import { sql } from 'kysely';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type Challenged, type Factor, kindsHeld, type Refusal, tryFactor } from '../factors/index.ts';
import type { Notices } from '../notices/index.ts';
import type { FactorKind, Policy } from '../policy/index.ts';
import type { Session, Sessions } from '../sessions/index.ts';
import { accountSubject, admit, type Counted, UNKNOWN_DEVICE } from '../throttling/index.ts';

export type StepUpResult = { readonly is: 'right'; readonly value: string } | Refusal;

export type StepUp = {
  /** Who is asked, with the kinds that they have. */
  asked(session: Session): Promise<{ challenged: Challenged; held: readonly FactorKind[] }>;
  /** Counts and checks an answer. @returns the session's new token for its cookie. @throws HashingBusy */
  check(session: Session, factor: Factor, answer: string): Promise<StepUpResult>;
};

/** A second step within a session, counted against guessing like that of a sign-in. */
export function makeStepUp({
  database,
  clock,
  policy,
  sessions,
  factors,
  notices,
}: {
  database: Database;
  clock: Clock;
  policy: Policy;
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
  return {
    asked: async (session) => {
      const { rows } = await sql<{
        held: readonly FactorKind[];
      }>`select ${kindsHeld(factors, sql`${session.accountId}::uuid`)} as held`.execute(database);
      return { challenged: challengedIn(session), held: rows[0]?.held ?? [] };
    },
    check: async (session, factor, answer) => {
      const { accountId, deviceId } = session;
      const counted: Counted = {
        subject: accountSubject(accountId),
        kind: factor.kind,
        device: deviceId ?? UNKNOWN_DEVICE,
      };
      const admission = await admit(database, clock, policy.failures, counted);
      if (admission.is !== 'admitted') return admission;
      const challenged = challengedIn(session);
      const { failures } = admission;
      const parts = { database, clock, policy, notices };
      return tryFactor(parts, { factor, challenged, answer, counted, failures }, (take) =>
        sessions.prove(session, { factor: factor.kind, take, counted }),
      );
    },
  };
}
