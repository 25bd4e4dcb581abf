import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { HOUR } from '../../../platform/clock/index.ts';
import { HashingBusy } from '../../../platform/hashing/index.ts';
import { asAccountId } from '../../core/accounts/index.ts';
import { settledIn } from '../../core/addresses/index.ts';
import { countedDevice } from '../../core/devices/index.ts';
import { accountSubject, type Counted, clear, countTry, refund } from '../../core/throttling/index.ts';
import type { SecurityQuestion } from '../../credentials/security-questions/index.ts';
import type { Holding } from './hold.ts';
import type { Machine, Progress, RecoveryParts } from './machine.ts';
import * as store from './store.ts';

export type AnswerResult =
  | { readonly is: 'shortened'; readonly until: Date }
  /** All that is said: not which of the answers is wrong. */
  | { readonly is: 'wrong'; readonly left: number }
  | { readonly is: 'wait'; readonly until: Date }
  /** The hold goes on as it was, and no answer changes that any more. */
  | { readonly is: 'spent' }
  | { readonly is: 'gone' };

/** Security questions, which shorten a hold once everything is proven without them, and do nothing else. */
export type Shortening = {
  /**
   * What is asked of whoever waits; null where right answers change nothing. So nobody learns before all is proven
   * whether there are any, and questions that are not settled do not count.
   */
  questions(progress: Progress): Promise<readonly SecurityQuestion[] | null>;
  /** Counts and checks the answers to all of them. @throws HashingBusy */
  answer(progress: Progress, answers: readonly string[]): Promise<AnswerResult>;
};

export function makeShortening(
  { database, clock, policy, securityQuestions }: RecoveryParts,
  { after, at, stageNow }: Machine,
  { shorten }: Pick<Holding, 'shorten'>,
): Shortening {
  /** A hold that right answers end later than this is shortened; whoever hears of it has that long to stop it. */
  const shortened = () => after(policy.questions.holdHours * HOUR);

  const asked = async (row: store.RecoveryRow): Promise<readonly SecurityQuestion[] | null> => {
    if (!policy.allows.securityQuestions || row.account_id === null || stageNow(row) !== 'hold') return null;
    if (row.unsettled || row.answered_at !== null || row.answer_tries >= policy.questions.tries) return null;
    if (row.hold_ends_at === null || row.hold_ends_at <= shortened()) return null;
    const accountId = asAccountId.parse(row.account_id);
    const chosen = await securityQuestions.chosen(database, accountId);
    if (chosen === null || chosen.setAt > row.created_at) return null;
    const settled = await settledIn(database, { clock, policy }, accountId);
    return chosen.setAt <= settled ? chosen.questions : null;
  };

  return {
    questions: async ({ id }) => {
      const row = await store.readRecovery(database, id, clock.now());
      return row === null ? null : asked(row);
    },

    answer: async ({ id }, answers) => {
      const row = await store.readRecovery(database, id, clock.now());
      if (row === null || row.account_id === null || (await asked(row)) === null) return { is: 'gone' };
      const accountId = asAccountId.parse(row.account_id);
      const device = await countedDevice(database, clock, policy.devices, accountId, row.device_hashes);
      const counted: Counted = { subject: accountSubject(accountId), kind: 'security-answers', device };
      const admission = await countTry(database, clock, policy.failures, counted);
      if (admission.is !== 'admitted') return admission.is === 'wait' ? admission : { is: 'spent' };
      const left = await store.countAnswers(database, id, policy.questions.tries);
      if (left === null) {
        await refund(database, counted);
        return { is: 'spent' };
      }
      let right: boolean;
      try {
        right = await securityQuestions.areRight(accountId, answers);
      } catch (error) {
        if (error instanceof HashingBusy) {
          await refund(database, counted);
          await store.takeBackAnswers(database, id);
        }
        throw error;
      }
      if (!right) {
        await recordSecurityEvent(database, clock, { kind: 'answers-refused', accountId });
        return left === 0 ? { is: 'spent' } : { is: 'wrong', left };
      }
      const until = await at(id, 'hold', async (transaction, held) => {
        // Sent twice side by side: the first has done it.
        if (held.answered_at !== null) return held.hold_ends_at;
        const sooner = shortened();
        if (held.hold_ends_at === null || held.hold_ends_at <= sooner) return held.hold_ends_at;
        await clear(transaction, counted);
        await shorten(transaction, held, accountId, sooner);
        return sooner;
      });
      return until === null ? { is: 'gone' } : { is: 'shortened', until };
    },
  };
}
