import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import {
  networkOf,
  oneTimeCode,
  type PageScope,
  parseForm,
  perLink,
  sayFaults,
  secret,
  sessionCookie,
  unlessMalformed,
} from '../../../platform/http/index.ts';
import type { ProofOfWork, Question } from '../../../platform/proof-of-work/index.ts';
import { linkIn } from '../../../platform/typed/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { emailForm, PERSON_FIELDS, personForm, typedPerson } from '../../core/accounts/index.ts';
import { browserOf, keepDevice } from '../../core/devices/index.ts';
import { floodGuard } from '../../core/flood-guard/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { enrolmentRoutes, type Factor } from '../../credentials/factors/index.ts';
import { passkeyNameFor } from '../../credentials/passkeys/index.ts';
import { sayFault, sayVerdict } from '../../credentials/passwords/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';
import { signUpCookie } from './cookie.ts';
import {
  AboutYouPage,
  type Aside,
  CheckPage,
  EmailCodePage,
  EmailPage,
  PassPage,
  PasswordPage,
  SecondStepFrame,
} from './pages.tsx';
import { enrollingOf, type SignUp, type SignUpProgress, type Stage } from './sign-up.ts';

const Query = z.object({
  again: z.unknown().optional(),
  resent: z.unknown().optional(),
  enough: z.unknown().optional(),
});
const Code = z.object({ code: oneTimeCode({ missing: 'sign-up.code-missing' }) });
const Password = z.object({ password: secret({ missing: 'sign-up.password-missing' }) });

/** Whoever checks their answers may still change them. */
const DESCRIBING: readonly Stage[] = ['about-you', 'check'];

export type SignUpRoutes = {
  readonly signUp: SignUp;
  readonly factors: readonly Factor[];
  readonly sessions: Sessions;
  readonly proofOfWork: ProofOfWork;
  readonly vault: Pick<Vault, 'blindIndexes'>;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly asides: { readonly email?: Aside; readonly emailCode?: Aside; readonly app?: Aside };
};

type StageHandler = (
  progress: SignUpProgress,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<unknown>;

export function signUpRoutes(
  app: PageScope,
  { signUp, factors, sessions, proofOfWork, vault, clock, policy, asides }: SignUpRoutes,
): void {
  const limit = { rateLimit: { max: policy.requests.signUp } };
  const flood = floodGuard({ purpose: 'sign-up', proofOfWork, isUnderLoad: signUp.isUnderLoad });
  const pathOf = (stage: Stage) => `/sign-up/${stage}`;

  const progressOf = async (request: FastifyRequest) => {
    const token = signUpCookie.read(request);
    return token === undefined ? null : signUp.find(token);
  };

  /** Sends whoever is at another stage there. */
  const elsewhere = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const progress = await progressOf(request);
    if (progress !== null) return reply.redirect(pathOf(progress.stage), 303);
    if (request.method !== 'POST') return reply.redirect('/sign-up', 303);
    signUpCookie.clear(reply);
    return passless(request, reply, 'over');
  };

  /** For whoever goes on with what is not open any more, or by a link that is not whole. */
  const passless = async (request: FastifyRequest, reply: FastifyReply, past: 'over' | 'cut') =>
    reply.page(
      <EmailPage
        page={{ ...request.page(reply), path: '/sign-up' }}
        past={past}
        factors={factors}
        question={await flood.ask(request)}
        aside={asides.email}
      />,
      past === 'cut' ? 404 : 410,
    );

  /** A page of one stage, or of several: whoever is at another is sent there, whoever is at none begins. */
  const atStage = (stages: Stage | readonly Stage[], handler: StageHandler, more: object = {}) => ({
    config: { access: 'signing-up' as const, ...more },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const progress = await progressOf(request);
      return progress !== null && [stages].flat().includes(progress.stage)
        ? handler(progress, request, reply)
        : elsewhere(request, reply);
    },
  });

  app.get('/sign-up', { config: { access: 'anyone' } }, async (request, reply) => {
    if (request.visitor.is === 'signed-in') return reply.redirect('/home', 303);
    const { again } = Query.parse(request.query);
    const progress = again === undefined ? await progressOf(request) : null;
    if (progress !== null) return reply.redirect(pathOf(progress.stage), 303);
    const isOver = again === undefined && signUpCookie.read(request) !== undefined;
    if (isOver) signUpCookie.clear(reply);
    const question = await flood.ask(request);
    return reply.page(
      <EmailPage
        page={request.page(reply)}
        past={isOver ? 'over' : null}
        factors={factors}
        question={question}
        aside={asides.email}
      />,
    );
  });

  const asked = unlessMalformed(policy.requests.signUp, emailForm);
  app.post(
    '/sign-up',
    { config: { access: 'anyone', form: emailForm, rateLimit: asked } },
    async (request, reply) => {
      const form = parseForm(emailForm, request);
      const again = (errors: readonly FieldError[], question: Question | null) =>
        reply.page(
          <EmailPage
            page={request.page(reply)}
            typed={form.typed}
            errors={errors}
            factors={factors}
            question={question}
            aside={asides.email}
          />,
          422,
        );
      if (form.is === 'invalid')
        return again(sayFaults(form.faults, request.words), await flood.ask(request));
      const refusal = await flood.refusal(request);
      if (refusal !== null) return again(refusal.errors, refusal.question);
      const from = { language: request.words.language, network: networkOf(request.ip) };
      signUpCookie.set(reply, await signUp.begin(form.value.email, from));
      return reply.redirect(pathOf('code'), 303);
    },
  );

  app.get('/sign-up/pass', { config: { access: 'anyone' } }, async (request, reply) => {
    const token = linkIn(request.query, 'token');
    if (token === null) return passless(request, reply, 'cut');
    if (!(await signUp.isPass(token))) return passless(request, reply, 'over');
    return reply.page(<PassPage page={request.page(reply)} token={token} />);
  });
  const byLink = perLink(policy.requests.signUp, 'token', (token) => signUp.isPass(token));
  app.post('/sign-up/pass', { config: { access: 'anyone', rateLimit: byLink } }, async (request, reply) => {
    const from = { language: request.words.language, network: networkOf(request.ip) };
    const pass = linkIn(request.body, 'token');
    if (pass === null) return passless(request, reply, 'cut');
    const token = await signUp.openPass(pass, from);
    if (token === null) return passless(request, reply, 'over');
    signUpCookie.set(reply, token);
    return reply.redirect(pathOf('password'), 303);
  });

  app.get(
    '/sign-up/code',
    atStage('code', async (progress, request, reply) => {
      const { resent, enough } = Query.parse(request.query);
      const notice =
        enough !== undefined || !progress.sent ? 'enough' : resent === undefined ? 'none' : 'resent';
      return reply.page(
        <EmailCodePage
          page={request.page(reply)}
          email={progress.email}
          notice={notice}
          policy={policy}
          aside={asides.emailCode}
        />,
      );
    }),
  );

  app.post(
    '/sign-up/code',
    atStage(
      'code',
      async (progress, request, reply) => {
        const again = (errors: readonly FieldError[], status = 422) =>
          reply.page(
            <EmailCodePage
              page={request.page(reply)}
              email={progress.email}
              notice="none"
              policy={policy}
              errors={errors}
              aside={asides.emailCode}
            />,
            status,
          );
        const form = parseForm(Code, request);
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const result = await signUp.enterCode(progress, form.value.code);
        switch (result.is) {
          case 'next':
            return reply.redirect('/sign-up', 303);
          case 'wrong':
            return again([{ field: 'code', text: request.words.t('sign-up.code-wrong') }]);
          case 'wait': {
            const seconds = secondsUntil(result.until, clock);
            reply.header('retry-after', seconds);
            return again(
              [
                {
                  field: 'code',
                  text: request.words.t('sign-in.wait', { time: request.words.duration(seconds) }),
                },
              ],
              429,
            );
          }
        }
      },
      { form: Code, rateLimit: unlessMalformed(policy.requests.signUp, Code) },
    ),
  );

  app.post(
    '/sign-up/code/resend',
    atStage(
      'code',
      async (progress, _request, reply) => {
        const sent = await signUp.resend(progress);
        return reply.redirect(sent ? '/sign-up/code?resent' : '/sign-up/code?enough', 303);
      },
      limit,
    ),
  );

  app.get(
    '/sign-up/password',
    atStage('password', async (progress, request, reply) =>
      reply.page(
        <PasswordPage
          page={request.page(reply)}
          email={progress.email}
          resumed={progress.person !== null}
          policy={policy}
        />,
      ),
    ),
  );

  app.post(
    '/sign-up/password',
    atStage(
      'password',
      async (progress, request, reply) => {
        const again = (errors: readonly FieldError[]) =>
          reply.page(
            <PasswordPage
              page={request.page(reply)}
              email={progress.email}
              resumed={progress.person !== null}
              policy={policy}
              errors={errors}
            />,
            422,
          );
        const form = parseForm(Password, request);
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const verdict = await signUp.choosePassword(progress, form.value.password);
        if (verdict.is === 'refused')
          return again([{ field: 'password', text: sayFault(verdict.why, request.words, policy.password) }]);
        return reply.redirect('/sign-up', 303);
      },
      { ...limit, form: Password },
    ),
  );

  // Asked by the page while a password is typed; says the same as sending the form would.
  app.post(
    '/sign-up/password/check',
    atStage(
      'password',
      async (progress, request) => {
        const form = parseForm(Password, request);
        const verdict = await signUp.judgePassword(progress, form.is === 'valid' ? form.value.password : '');
        return sayVerdict(verdict, request.words, policy.password);
      },
      // Judging costs a while, and a page asks at each pause of the typing.
      { rateLimit: { max: policy.requests.signIn } },
    ),
  );

  app.get(
    '/sign-up/about-you',
    atStage(DESCRIBING, async (progress, request, reply) =>
      reply.page(
        <AboutYouPage
          page={request.page(reply)}
          email={progress.email}
          typed={progress.person === null ? {} : typedPerson(progress.person)}
        />,
      ),
    ),
  );

  app.post(
    '/sign-up/about-you',
    atStage(
      DESCRIBING,
      async (progress, request, reply) => {
        const form = parseForm(personForm(clock.now()), request);
        if (form.is === 'invalid') {
          return reply.page(
            <AboutYouPage
              page={request.page(reply)}
              email={progress.email}
              typed={form.typed}
              errors={sayFaults(form.faults, request.words)}
            />,
            422,
          );
        }
        await signUp.describe(progress, form.value);
        return reply.redirect('/sign-up', 303);
      },
      { ...limit, form: PERSON_FIELDS },
    ),
  );

  app.get(
    '/sign-up/check',
    atStage('check', async ({ email, person }, request, reply) =>
      person === null
        ? reply.redirect(pathOf('about-you'), 303)
        : reply.page(<CheckPage page={request.page(reply)} email={email} person={person} />),
    ),
  );

  app.post(
    '/sign-up/check',
    atStage(
      'check',
      async (progress, _request, reply) => {
        await signUp.confirm(progress);
        return reply.redirect('/sign-up', 303);
      },
      limit,
    ),
  );

  enrolmentRoutes(
    app,
    { factors, clock, policy },
    {
      base: pathOf('authenticator'),
      access: 'signing-up',
      choice: { title: 'sign-up.second-title', text: 'sign-up.second-text' },
      asked: async (request) => {
        const progress = await progressOf(request);
        return progress === null ? null : enrollingOf(progress, passkeyNameFor(request));
      },
      bound: async (request, reply, bind, wrong) => {
        const progress = await progressOf(request);
        const result =
          progress === null
            ? ({ is: 'gone' } as const)
            : await signUp.finish(progress, bind, browserOf(vault, request));
        switch (result.is) {
          case 'wrong':
            return wrong();
          case 'gone':
            signUpCookie.clear(reply);
            return reply.redirect('/sign-in', 303);
          case 'signed-up':
            if (request.foundSession.is === 'live')
              await sessions.end(request.foundSession.session, 'replaced');
            signUpCookie.clear(reply);
            keepDevice(vault, request, reply, result.deviceToken);
            sessionCookie.set(reply, result.token);
            return reply.redirect('/account/backup-codes', 303);
        }
      },
      gone: elsewhere,
      frame: (view) => <SecondStepFrame {...view} aside={asides.app} />,
    },
  );
}
