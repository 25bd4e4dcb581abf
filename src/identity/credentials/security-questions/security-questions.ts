import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { accountSubject, admitWithoutEnd, clearEverywhere } from '../../core/throttling/index.ts';
import { type Asking, type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import { type AnswerFault, judgeAnswers, normalAnswer } from './answers.ts';
import { isQuestion, type SecurityQuestion } from './questions.ts';

/** What a person chose to be asked. */
export type Chosen = { readonly questions: readonly SecurityQuestion[]; readonly setAt: Date };

export type Answered = { readonly question: SecurityQuestion; readonly answer: string };

/**
 * Questions whose right answers shorten the hold of a recovery. They prove nothing by themselves (NIST SP 800-63B-4
 * §3.1.1.2, ASVS 6.4.2), so nothing else asks for them.
 */
export type SecurityQuestions = {
  /** Null where none are chosen. */
  chosen(database: Database, accountId: AccountId): Promise<Chosen | null>;
  /**
   * Chooses questions and answers in place of those before. Doing it over and over is followed by waits, since every time
   * all addresses are told. @throws HashingBusy
   */
  set(
    asking: Asking,
    answered: readonly Answered[],
  ): Promise<
    | { readonly is: 'set' }
    | { readonly is: 'refused'; readonly faults: readonly (AnswerFault | 'same-question' | null)[] }
    | { readonly is: 'wait'; readonly until: Date }
    | Refused
  >;
  remove(asking: Asking): Promise<{ readonly is: 'removed' } | { readonly is: 'none' } | Refused>;
  /** Whether all answers to what was chosen are right, in its order. The caller counts the try. @throws HashingBusy */
  areRight(accountId: AccountId, answers: readonly string[]): Promise<boolean>;
};

/** How often they may be chosen before each further time is followed by a wait. */
const TIMES = 5;

export function makeSecurityQuestions({
  database,
  clock,
  hasher,
  policy,
  notices,
}: {
  database: Database;
  clock: Clock;
  hasher: Pick<Hasher, 'hash' | 'verify' | 'renew'>;
  policy: Pick<Policy, 'failures'>;
  notices: Notices;
}): SecurityQuestions {
  /** All answers as one secret, which belongs to this account and these questions and to no others. */
  const secretOf = (accountId: AccountId, questions: readonly string[], answers: readonly string[]): string =>
    JSON.stringify([accountId, questions, answers.map(normalAnswer)]);

  const read = (from: Database, accountId: AccountId) =>
    from
      .selectFrom('security_question')
      .select(['questions', 'answers_hash', 'set_at'])
      .where('account_id', '=', accountId)
      .executeTakeFirst();

  return {
    chosen: async (from, accountId) => {
      const row = await read(from, accountId);
      return row === undefined ? null : { questions: row.questions.filter(isQuestion), setAt: row.set_at };
    },

    set: async (asking, answered) => {
      const { accountId } = asking;
      const questions = answered.map(({ question }) => question);
      const answers = answered.map(({ answer }) => answer);
      const judged = judgeAnswers(answers);
      const faults = questions.map((question, at) =>
        questions.indexOf(question) < at ? 'same-question' : (judged[at] ?? null),
      );
      if (faults.some((fault) => fault !== null)) return { is: 'refused', faults };
      const counted = { subject: accountSubject(accountId), kind: 'questions-set' } as const;
      const limits = { ...policy.failures, wait: TIMES };
      const admission = await admitWithoutEnd(database, clock, limits, counted);
      if (admission.is === 'wait') return admission;
      const answers_hash = await hasher.hash(secretOf(accountId, questions, answers));
      return unlessUnderAlarm(database, asking, async (transaction) => {
        const set = { questions, answers_hash, set_at: clock.now() };
        await transaction
          .insertInto('security_question')
          .values({ account_id: accountId, ...set })
          .onConflict((conflict) => conflict.column('account_id').doUpdateSet(set))
          .execute();
        await clearEverywhere(transaction, { subject: accountSubject(accountId), kind: 'security-answers' });
        await notices.send(transaction, accountId, { is: 'questions-set' });
        await recordSecurityEvent(transaction, clock, { kind: 'questions-set', accountId });
        return { is: 'set' } as const;
      });
    },

    remove: (asking) =>
      unlessUnderAlarm(database, asking, async (transaction) => {
        const { accountId } = asking;
        const removed = await transaction
          .deleteFrom('security_question')
          .where('account_id', '=', accountId)
          .executeTakeFirst();
        if (removed.numDeletedRows === 0n) return { is: 'none' } as const;
        await notices.send(transaction, accountId, { is: 'questions-removed' });
        await recordSecurityEvent(transaction, clock, { kind: 'questions-removed', accountId });
        return { is: 'removed' } as const;
      }),

    areRight: async (accountId, answers) => {
      const row = await read(database, accountId);
      if (row === undefined) return false;
      const secret = secretOf(accountId, row.questions, answers);
      if (!(await hasher.verify(row.answers_hash, secret))) return false;
      const fresh = await hasher.renew(row.answers_hash, secret);
      if (fresh !== null)
        await database
          .updateTable('security_question')
          .set({ answers_hash: fresh })
          .where('account_id', '=', accountId)
          .where('answers_hash', '=', row.answers_hash)
          .execute();
      return true;
    },
  };
}

declare module '../../core/throttling/throttle.ts' {
  interface ThrottleKinds {
    readonly 'questions-set': true;
    readonly 'security-answers': true;
  }
}
