import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import {
  HttpRefusal,
  line,
  networkOf,
  parseForm,
  recoveryCookie,
  sayFaults,
  signInCookie,
} from '../../platform/http/index.ts';
import type { ProofOfWork, Question } from '../../platform/proof-of-work/index.ts';
import type { FieldError } from '../../platform/ui/index.ts';
import { browserOf, keepDevice } from '../devices/index.ts';
import { type Aside, type Factor, factorRoutes } from '../factors/index.ts';
import { loadGuard } from '../load/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Sessions } from '../sessions/index.ts';
import type { SignIn } from '../sign-in/index.ts';
import { secondsUntil } from '../throttling/index.ts';
import { isByLink, type Stage } from './evidence.ts';
import type { Progress } from './machine.ts';
import {
  CancelledPage,
  CancelPage,
  GiveUpPage,
  GoOnPage,
  HoldPage,
  IdentifierPage,
  LeavePage,
  LinkPage,
  LostPage,
  OthersWaitPage,
  PastPage,
  RecoveryCodePage,
  SEGMENTS,
  SecondStepLostPage,
  SentPage,
} from './pages.tsx';
import { recoveryQuestionRoutes } from './question-routes.tsx';
import type { Recovery } from './recovery.ts';
import { renewRoutes } from './renew-routes.tsx';
import { type AtStage, GIVE_UP, GO_ON, LEAVE, NEXT, PATHS } from './stages.ts';

const FIVE_MINUTES = 300_000;
/** Once all is proven nobody chooses another way by mistake; before that, somebody who cannot go on does. */
const PROVEN: ReadonlySet<Stage> = new Set(['hold', 'new-password', 'authenticator']);

const Identifier = z.object({ identifier: line({ missing: 'sign-in.identifier-missing', most: 254 }) });
const Code = z.object({ code: line({ missing: 'recover.code-missing', most: 20 }) });
const Token = z.object({ token: z.string().max(100).catch('') });
const Elsewhere = z.object({ code: line({ missing: 'recover.elsewhere-missing', most: 60 }) });
const Waiting = z.object({
  answers: z.enum(['right', 'spent']).nullable().catch(null),
  moved: z.literal('yes').nullable().catch(null),
});
const Left = z.object({ left: z.literal('yes').nullable().catch(null) });
const Link = z.object({ link: z.string().max(200).catch('') });

export type RecoveryRoutes = {
  readonly recovery: Recovery;
  readonly signIn: SignIn;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly factors: readonly Factor[];
  readonly proofOfWork: ProofOfWork;
  readonly vault: Pick<Vault, 'blindIndexes'>;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly asides: { readonly email?: Aside; readonly code?: Aside; readonly app?: Aside };
};

/** The pages of every way back. */
export function recoveryRoutes(
  app: FastifyInstance,
  { recovery, signIn, sessions, factors, proofOfWork, vault, clock, policy, asides }: RecoveryRoutes,
): void {
  const limit = { rateLimit: { max: policy.requests.recovery, timeWindow: FIVE_MINUTES } };
  const load = loadGuard({ purpose: 'recover', proofOfWork, isUnderLoad: recovery.isUnderLoad });
  const anyone = { config: { access: 'anyone' as const } };
  const anyoneLimited = { config: { access: 'anyone' as const, ...limit } };

  const progressOf = async (request: FastifyRequest): Promise<Progress | null> => {
    const token = recoveryCookie.read(request);
    return token === undefined ? null : recovery.find(token);
  };
  const fromOf = (request: FastifyRequest) => ({
    language: request.words.language,
    network: networkOf(request.ip),
    browser: browserOf(vault, request),
  });

  const elsewhere = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const progress = await progressOf(request);
    if (progress !== null) return reply.redirect(PATHS[progress.stage], 303);
    if (request.method === 'POST') throw new HttpRefusal(410);
    return reply.redirect('/recover', 303);
  };

  const atStage: AtStage = (stage, handler, more = {}) => ({
    config: { access: 'recovering', ...more },
    handler: async (request, reply) => {
      const progress = await progressOf(request);
      return progress?.stage === stage ? handler(progress, request, reply) : elsewhere(request, reply);
    },
  });

  const lostPage = (
    request: FastifyRequest,
    reply: FastifyReply,
    errors: readonly FieldError[],
    status = 200,
    told: 'left' | 'moved' | 'stopped' | null = null,
  ) =>
    reply.page(<LostPage page={request.page(reply)} policy={policy} errors={errors} told={told} />, status);

  const gone = (request: FastifyRequest, reply: FastifyReply) => {
    recoveryCookie.clear(reply);
    return lostPage(request, reply, [{ field: 'lost', text: request.words.t('recover.gone') }], 410);
  };

  const linkGone = (request: FastifyRequest, reply: FastifyReply) =>
    lostPage(request, reply, [{ field: 'lost', text: request.words.t('recover.link-gone') }], 410);

  app.get('/recover', anyone, async (request, reply) => {
    const progress = await progressOf(request);
    if (progress !== null && PROVEN.has(progress.stage)) return reply.redirect(PATHS[progress.stage], 303);
    if (Left.parse(request.query).left !== null) return lostPage(request, reply, [], 200, 'left');
    const token = progress === null ? recoveryCookie.read(request) : undefined;
    const past = token === undefined ? null : await recovery.pastOf(token);
    if (past === 'stopped') recoveryCookie.clear(reply);
    return lostPage(request, reply, [], 200, past);
  });
  app.get(NEXT, { config: { access: 'recovering' } }, async (request, reply) => {
    const progress = await progressOf(request);
    return reply.redirect(progress === null ? '/recover' : PATHS[progress.stage], 303);
  });

  for (const lost of ['nothing', 'password', 'both'] as const) {
    app.get(`/recover/${SEGMENTS[lost]}`, anyone, async (request, reply) => {
      const question = await load.ask(request);
      return reply.page(<IdentifierPage page={request.page(reply)} lost={lost} question={question} />);
    });
    app.post(`/recover/${SEGMENTS[lost]}`, anyoneLimited, async (request, reply) => {
      const form = parseForm(Identifier, request);
      const again = (errors: readonly FieldError[], question: Question | null) =>
        reply.page(
          <IdentifierPage
            page={request.page(reply)}
            lost={lost}
            identifier={form.typed['identifier']}
            errors={errors}
            question={question}
          />,
          422,
        );
      if (form.is === 'invalid') return again(sayFaults(form.faults, request.words), await load.ask(request));
      const refusal = await load.refusal(request);
      if (refusal !== null) return again(refusal.errors, refusal.question);
      recoveryCookie.set(reply, await recovery.begin(lost, form.value.identifier, fromOf(request)));
      return reply.redirect(isByLink(lost) ? PATHS.link : PATHS.code, 303);
    });
  }

  const waitingOf = async (request: FastifyRequest) => {
    const token = signInCookie.read(request);
    return token === undefined ? null : signIn.waiting(token);
  };
  app.get('/recover/second-step', anyone, async (request, reply) => {
    const waiting = await waitingOf(request);
    const waits = waiting !== null;
    return reply.page(
      <SecondStepLostPage
        page={request.page(reply)}
        policy={policy}
        waits={waits}
        question={waits ? await load.ask(request) : null}
        holds={waits ? await recovery.running(waiting.challenged.accountId) : []}
      />,
    );
  });
  app.post('/recover/second-step', anyoneLimited, async (request, reply) => {
    const waiting = await waitingOf(request);
    if (waiting === null) return gone(request, reply);
    const refusal = await load.refusal(request);
    if (refusal !== null)
      return reply.page(
        <SecondStepLostPage page={request.page(reply)} policy={policy} waits={true} {...refusal} />,
        422,
      );
    const token = await recovery.beginWithPassword(waiting.challenged, fromOf(request));
    if (token === null) return gone(request, reply);
    recoveryCookie.set(reply, token);
    return reply.redirect(PATHS.code, 303);
  });

  app.get(
    PATHS.link,
    atStage('link', async (_progress, request, reply) =>
      reply.page(<SentPage page={request.page(reply)} policy={policy} aside={asides.email} />),
    ),
  );
  for (const [path, lost] of [
    ['/recover/link', 'password'],
    ['/recover/try', 'nothing'],
  ] as const)
    app.get(path, anyone, async (request, reply) => {
      const { token } = Token.parse(request.query);
      if (!(await recovery.isLink(token))) return linkGone(request, reply);
      return reply.page(<LinkPage page={request.page(reply)} token={token} lost={lost} />);
    });
  app.post('/recover/link', anyoneLimited, async (request, reply) => {
    const { token: link } = Token.parse(request.body ?? {});
    const opened = await recovery.openLink(link, browserOf(vault, request));
    switch (opened.is) {
      case 'next':
        recoveryCookie.set(reply, opened.token);
        return reply.redirect(PATHS.confirm, 303);
      case 'lifted':
        keepDevice(vault, request, reply, opened.deviceToken);
        return reply.redirect('/sign-in', 303);
      case 'gone':
        return linkGone(request, reply);
    }
  });

  app.get(
    PATHS.code,
    atStage('code', async (progress, request, reply) =>
      reply.page(
        <RecoveryCodePage
          page={request.page(reply)}
          policy={policy}
          known={progress.lost === 'second-step'}
          aside={asides.email}
        />,
      ),
    ),
  );
  app.post(
    PATHS.code,
    atStage(
      'code',
      async (progress, request, reply) => {
        const again = (errors: readonly FieldError[], status = 422) =>
          reply.page(
            <RecoveryCodePage
              page={request.page(reply)}
              policy={policy}
              known={progress.lost === 'second-step'}
              errors={errors}
              aside={asides.email}
            />,
            status,
          );
        const form = parseForm(Code, request, ['code']);
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const result = await recovery.enterCode(progress, form.value.code);
        switch (result.is) {
          case 'next':
            return reply.redirect(NEXT, 303);
          case 'wrong':
            return again([{ field: 'code', text: request.words.t('recover.code-wrong') }]);
          case 'wait': {
            const seconds = secondsUntil(result.until, clock);
            reply.header('retry-after', seconds);
            const text = request.words.t('sign-in.wait', { time: request.words.duration(seconds) });
            return again([{ field: 'code', text }], 429);
          }
          case 'spent':
            return again([{ field: 'code', text: request.words.t('recover.code-spent') }]);
        }
      },
      limit,
    ),
  );
  app.post(
    '/recover/code/again',
    atStage(
      'code',
      async (progress, _request, reply) => {
        await recovery.sendAgain(progress);
        return reply.redirect(PATHS.code, 303);
      },
      limit,
    ),
  );

  app.get(
    PATHS.confirm,
    atStage('confirm', async (progress, request, reply) => {
      const asked = await recovery.asked(progress);
      const first = factors.find(({ kind }) => asked?.held.includes(kind) === true);
      return first === undefined
        ? gone(request, reply)
        : reply.redirect(`${PATHS.confirm}/${first.path}`, 303);
    }),
  );
  factorRoutes(
    app,
    { factors, clock, policy },
    {
      base: PATHS.confirm,
      access: 'recovering',
      asked: async (request) => {
        const progress = await progressOf(request);
        return progress === null ? null : recovery.asked(progress);
      },
      check: async (request, factor, answer) => {
        const progress = await progressOf(request);
        return progress === null ? { is: 'gone' } : recovery.confirm(progress, factor, answer);
      },
      right: async (_request, reply) => reply.redirect(NEXT, 303),
      gone: (request, reply) =>
        request.method === 'GET' ? reply.redirect('/recover', 303) : gone(request, reply),
      rememberDays: () => null,
      lost: '/recover',
      aside: asides.code,
    },
  );

  app.get(
    PATHS.hold,
    atStage('hold', async (progress, request, reply) => {
      const { holdEndsAt } = progress;
      if (holdEndsAt === null) return gone(request, reply);
      const found = request.foundSession;
      if (found.is === 'live' && found.session.accountId !== progress.accountId)
        return reply.page(<OthersWaitPage page={request.page(reply)} />);
      const { answers, moved } = Waiting.parse(request.query);
      const mayAnswer = (await recovery.questions(progress)) !== null;
      return reply.page(
        <HoldPage
          page={request.page(reply)}
          until={holdEndsAt}
          code={await recovery.codeFor(progress)}
          mayAnswer={mayAnswer}
          answers={answers}
          moved={moved !== null}
          policy={policy}
        />,
      );
    }),
  );
  recoveryQuestionRoutes(app, { recovery, clock, atStage, limit });

  renewRoutes(app, {
    recovery,
    sessions,
    factors,
    vault,
    clock,
    policy,
    progressOf,
    atStage,
    elsewhere,
    limit,
    gone,
    aside: asides.app,
  });

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
        return reply.page(<CancelledPage page={request.page(reply)} />);
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
  app.get(GO_ON, anyone, async (request, reply) => reply.page(<GoOnPage page={request.page(reply)} />));
  app.post(GO_ON, anyoneLimited, async (request, reply) => {
    const form = parseForm(Elsewhere, request);
    const again = (errors: readonly FieldError[]) =>
      reply.page(<GoOnPage page={request.page(reply)} typed={form.typed['code']} errors={errors} />, 422);
    if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
    const token = await recovery.goOn(form.value.code);
    if (token === null) return again([{ field: 'code', text: request.words.t('recover.elsewhere-wrong') }]);
    recoveryCookie.set(reply, token);
    const progress = await recovery.find(token);
    return reply.redirect(progress?.stage === 'hold' ? `${PATHS.hold}?moved=yes` : NEXT, 303);
  });

  app.get('/recover/cancel', anyone, async (request, reply) => {
    const { link } = Link.parse(request.query);
    const stands = await recovery.cancellable(link);
    switch (stands.is) {
      case 'runs':
        return reply.page(<CancelPage page={request.page(reply)} link={link} />);
      case 'stopped':
      case 'finished':
      case 'over':
        return reply.page(<PastPage page={request.page(reply)} how={stands.is} />);
      case 'unknown': {
        const errors = [{ field: 'lost', text: request.words.t('recover.cancel-wrong') }];
        return lostPage(request, reply, errors, 404);
      }
    }
  });
  app.post('/recover/cancel', anyoneLimited, async (request, reply) => {
    const { link } = Link.parse(request.body ?? {});
    const known = await recovery.cancel(link);
    // Finished while the page was open: that it is stopped would be untrue.
    const stands = await recovery.cancellable(link);
    if (known && stands.is === 'finished')
      return reply.page(<PastPage page={request.page(reply)} how="finished" />);
    if (known) return reply.page(<CancelledPage page={request.page(reply)} />);
    const errors = [{ field: 'lost', text: request.words.t('recover.cancel-wrong') }];
    return lostPage(request, reply, errors, 404);
  });
}
