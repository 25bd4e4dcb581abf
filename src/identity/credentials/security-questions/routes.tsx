import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { line, type PageScope, parseForm, sayFaults, type Typed } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { signedIn } from '../../session/sessions/index.ts';
import type { AnswerFault } from './answers.ts';
import { ANSWERS } from './fields.ts';
import { QuestionsPage } from './pages.tsx';
import { answerField, isQuestion, questionField, type SecurityQuestion } from './questions.ts';
import type { SecurityQuestions } from './security-questions.ts';

const BASE = '/account/security/questions';

const question = (missing: PlainWordKey) =>
  line({ missing, most: 40 }).transform((text, context): SecurityQuestion => {
    if (isQuestion(text)) return text;
    context.addIssue({ code: 'custom', message: missing });
    return z.NEVER;
  });
const Chosen = z.object({
  question1: question('security-questions.first-question-missing'),
  answer1: ANSWERS.answer1,
  question2: question('security-questions.second-question-missing'),
  answer2: ANSWERS.answer2,
  question3: question('security-questions.third-question-missing'),
  answer3: ANSWERS.answer3,
});
const Query = z.object({ done: z.enum(['set', 'removed']).nullable().catch(null) });

const FAULTS = {
  'too-short': 'security-questions.answer-short',
  same: 'security-questions.answer-same',
  'same-question': 'security-questions.question-same',
} as const satisfies Record<AnswerFault | 'same-question', PlainWordKey>;

/** Choosing questions, other ones, or none. Not there where the policy does not allow them. */
export function questionRoutes(
  app: PageScope,
  {
    securityQuestions,
    database,
    clock,
    policy,
  }: {
    securityQuestions: SecurityQuestions;
    database: Database;
    clock: Clock;
    policy: Policy;
  },
): void {
  if (!policy.allows.securityQuestions) return;
  const rateLimit = { max: policy.requests.account };

  app.get(
    BASE,
    signedIn(
      async (session, request, reply) => {
        const { done } = Query.parse(request.query);
        return reply.page(
          <QuestionsPage
            page={request.page(reply)}
            chosen={await securityQuestions.chosen(database, session.accountId)}
            policy={policy}
            done={done}
            typed={{}}
          />,
        );
      },
      { stepUp: true },
    ),
  );

  app.post(
    BASE,
    signedIn(
      async (session, request, reply) => {
        const { accountId } = session;
        const form = parseForm(Chosen, request);
        const again = async (errors: readonly FieldError[], typed: Typed, status = 422) =>
          reply.page(
            <QuestionsPage
              page={request.page(reply)}
              chosen={await securityQuestions.chosen(database, accountId)}
              policy={policy}
              typed={typed}
              errors={errors}
            />,
            status,
          );
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words), form.typed);
        const { question1, answer1, question2, answer2, question3, answer3 } = form.value;
        const result = await securityQuestions.set(session, [
          { question: question1, answer: answer1 },
          { question: question2, answer: answer2 },
          { question: question3, answer: answer3 },
        ]);
        switch (result.is) {
          case 'set':
            return reply.redirect(`${BASE}?done=set`, 303);
          case 'refused':
            return again(
              result.faults.flatMap((fault, at) => {
                if (fault === null) return [];
                const field = fault === 'same-question' ? questionField(at + 1) : answerField(at + 1);
                return [{ field, text: request.words.t(FAULTS[fault]) }];
              }),
              form.typed,
            );
          case 'wait': {
            const seconds = secondsUntil(result.until, clock);
            reply.header('retry-after', seconds);
            const { t, duration } = request.words;
            const text = t('security-questions.wait', { time: duration(seconds) });
            return again([{ field: questionField(1), text }], form.typed, 429);
          }
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: Chosen, stepUp: true, rateLimit },
    ),
  );

  app.post(
    `${BASE}/remove`,
    signedIn(
      async (session, _request, reply) => {
        const result = await securityQuestions.remove(session);
        switch (result.is) {
          case 'removed':
            return reply.redirect(`${BASE}?done=removed`, 303);
          case 'none':
            return reply.redirect(BASE, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: { back: BASE }, rateLimit },
    ),
  );
}
