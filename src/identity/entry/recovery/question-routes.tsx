import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import { type PageScope, parseForm, sayFaults } from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { ANSWERS } from '../../credentials/security-questions/index.ts';
import type { Gates } from './gates.tsx';
import type { Recovery } from './recovery.ts';
import { PATHS } from './stages.ts';
import { AnswersPage } from './wait-pages.tsx';

const Answers = z.object(ANSWERS);
/** Where what is wrong with all of them together is said: nobody learns which one it is. */
const TOGETHER = 'answers';

/** Security questions, asked of whoever waits. Where there is nothing to ask, it is the page of the wait. */
export function recoveryQuestionRoutes(
  app: PageScope,
  {
    recovery,
    clock,
    gates: { atStage, limit },
  }: { readonly recovery: Recovery; readonly clock: Clock; readonly gates: Gates },
): void {
  app.get(
    '/recover/questions',
    atStage('hold', async (progress, request, reply) => {
      const questions = await recovery.questions(progress);
      return questions === null
        ? reply.redirect(PATHS.hold, 303)
        : reply.page(<AnswersPage page={request.page(reply)} questions={questions} />);
    }),
  );

  app.post(
    '/recover/questions',
    atStage(
      'hold',
      async (progress, request, reply) => {
        const questions = await recovery.questions(progress);
        if (questions === null) return reply.redirect(PATHS.hold, 303);
        const again = (errors: readonly FieldError[], status = 422) =>
          reply.page(
            <AnswersPage page={request.page(reply)} questions={questions} errors={errors} />,
            status,
          );
        const form = parseForm(Answers, request);
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const { answer1, answer2, answer3 } = form.value;
        const result = await recovery.answer(progress, [answer1, answer2, answer3]);
        const { t, duration } = request.words;
        switch (result.is) {
          case 'shortened':
            return reply.redirect(`${PATHS.hold}?answers=right`, 303);
          case 'wrong':
            return again([{ field: TOGETHER, text: t('recover.answers-wrong', { left: result.left }) }]);
          case 'wait': {
            const seconds = secondsUntil(result.until, clock);
            reply.header('retry-after', seconds);
            return again([{ field: TOGETHER, text: t('sign-in.wait', { time: duration(seconds) }) }], 429);
          }
          case 'spent':
            return reply.redirect(`${PATHS.hold}?answers=spent`, 303);
          case 'gone':
            return reply.redirect(PATHS.hold, 303);
        }
      },
      { ...limit, form: Answers },
    ),
  );
}
