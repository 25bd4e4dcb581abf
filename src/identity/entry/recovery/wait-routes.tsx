import { z } from 'zod';
import {
  type PageScope,
  parseForm,
  readAs,
  sayFaults,
  secretLine,
  sessionCookie,
  unlessMalformed,
  visitCookie,
} from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { Aside } from '../../credentials/factors/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';
import { CancelledPage } from './cancel-pages.tsx';
import { recoveryCookie } from './cookie.ts';
import type { Gates } from './gates.tsx';
import { looksLikeHandOver } from './hand-over.ts';
import type { Recovery } from './recovery.ts';
import { GIVE_UP, GO_ON, LEAVE, NEXT, PATHS, SIGN_OUT } from './stages.ts';
import { GiveUpPage, GoOnPage, HoldPage, LeavePage } from './wait-pages.tsx';

/** Longest text from which a code is read, with a label around it. */
const LONGEST = 100;
const HandOver = z.object({
  code: readAs(
    secretLine({ missing: 'recover.elsewhere-missing', most: LONGEST }),
    (typed) => (looksLikeHandOver(typed) ? typed : null),
    'recover.elsewhere-incomplete',
  ),
});
const Waiting = z.object({
  answers: z.enum(['right', 'spent']).nullable().catch(null),
  moved: z.literal('yes').nullable().catch(null),
});

/** The pages of a hold: how long, how it goes on in another browser, and how whoever waits ends it. */
export function waitRoutes(
  app: PageScope,
  {
    recovery,
    sessions,
    policy,
    gates: { atStage, gone, limit, anyone, anyoneLimited },
    aside,
  }: {
    readonly recovery: Recovery;
    readonly sessions: Pick<Sessions, 'end'>;
    readonly policy: Policy;
    readonly gates: Gates;
    readonly aside: Aside | undefined;
  },
): void {
  app.get(
    PATHS.hold,
    atStage('hold', async (progress, request, reply) => {
      const { holdEndsAt } = progress;
      if (holdEndsAt === null) return gone(request, reply);
      const { answers, moved } = Waiting.parse(request.query);
      const mayAnswer = (await recovery.questions(progress)) !== null;
      return reply.page(
        <HoldPage
          page={request.page(reply)}
          lost={progress.lost}
          until={holdEndsAt}
          code={await recovery.codeFor(progress)}
          mayAnswer={mayAnswer}
          answers={answers}
          moved={moved !== null}
          policy={policy}
          aside={aside}
        />,
      );
    }),
  );

  app.get(
    GIVE_UP,
    atStage('hold', async (_progress, request, reply) =>
      reply.page(<GiveUpPage page={request.page(reply)} />),
    ),
  );
  app.post(
    GIVE_UP,
    atStage(
      'hold',
      async (progress, request, reply) => {
        await recovery.giveUp(progress);
        recoveryCookie.clear(reply);
        return reply.page(<CancelledPage page={request.page(reply)} others={0} />);
      },
      limit,
    ),
  );
  app.get(
    LEAVE,
    atStage('hold', async (_progress, request, reply) =>
      reply.page(<LeavePage page={request.page(reply)} />),
    ),
  );
  app.post(LEAVE, anyoneLimited, async (_request, reply) => {
    recoveryCookie.clear(reply);
    return reply.redirect('/recover?left=yes', 303);
  });
  // Signing out otherwise takes a way back out of the browser too.
  app.post(SIGN_OUT, anyoneLimited, async (request, reply) => {
    if (request.foundSession.is === 'live') await sessions.end(request.foundSession.session, 'signed-out');
    sessionCookie.clear(reply);
    visitCookie.renew(reply);
    return reply.header('clear-site-data', '"cache", "storage"').redirect(NEXT, 303);
  });
  app.get(GO_ON, anyone, async (request, reply) => reply.page(<GoOnPage page={request.page(reply)} />));
  const rateLimit = unlessMalformed(policy.requests.recovery, HandOver);
  app.post(GO_ON, { config: { access: 'anyone', form: HandOver, rateLimit } }, async (request, reply) => {
    const form = parseForm(HandOver, request);
    const again = (errors: readonly FieldError[]) =>
      reply.page(<GoOnPage page={request.page(reply)} typed={form.typed['code']} errors={errors} />, 422);
    if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
    const token = await recovery.resume(form.value.code);
    if (token === null) return again([{ field: 'code', text: request.words.t('recover.elsewhere-wrong') }]);
    recoveryCookie.set(reply, token);
    const progress = await recovery.find(token);
    return reply.redirect(progress?.stage === 'hold' ? `${PATHS.hold}?moved=yes` : NEXT, 303);
  });
}
