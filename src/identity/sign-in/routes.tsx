import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import {
  line,
  localPath,
  makeGate,
  parseForm,
  sayFaults,
  secret,
  sessionCookie,
  signInCookie,
  typedFields,
} from '../../platform/http/index.ts';
import type { PlainWordKey, Words } from '../../platform/i18n/index.ts';
import type { FieldError } from '../../platform/ui/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Sessions } from '../sessions/index.ts';
import { secondsUntil } from '../throttling/index.ts';
import { AppCodePage, BackupCodePage, type SignInAside, SignInPage } from './pages.tsx';
import type { Factor, Refusal, SignIn } from './sign-in.ts';

const HOME = '/home';
const FIVE_MINUTES = 300_000;
/** Passwords being checked at a time, and how many wait for it: less than a second of hashing on two cores. */
const CROWD = { places: 8, line: 64 };

const Query = z.object({ return: z.unknown().optional(), ended: z.unknown().optional() });
const Credentials = z.object({
  identifier: line({ missing: 'sign-in.identifier-missing', most: 254 }),
  password: secret({ missing: 'sign-in.password-missing' }),
});

/** The pages of the second step, one for each factor. */
const FACTORS = [
  {
    factor: 'authenticator-app',
    url: '/sign-in/code',
    field: 'code',
    code: line({ missing: 'sign-in.code-missing', most: 20 }),
    Page: AppCodePage,
  },
  {
    factor: 'backup-code',
    url: '/sign-in/backup-code',
    field: 'backupCode',
    code: line({ missing: 'sign-in.backup-missing', most: 40 }),
    Page: BackupCodePage,
  },
] as const;

const WRONG = {
  password: 'sign-in.wrong',
  'authenticator-app': 'sign-in.code-wrong',
  'backup-code': 'sign-in.backup-wrong',
} as const satisfies Record<'password' | Factor, PlainWordKey>;

export type SignInRoutes = {
  readonly signIn: SignIn;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly asides: { readonly signIn?: SignInAside; readonly code?: SignInAside };
};

export function signInRoutes(
  app: FastifyInstance,
  { signIn, sessions, clock, policy, asides }: SignInRoutes,
): void {
  const rateLimit = { max: policy.requests.signIn, timeWindow: FIVE_MINUTES };
  const gate = makeGate(CROWD);

  app.get('/sign-in', { config: { access: 'anyone' } }, async (request, reply) => {
    const query = Query.parse(request.query);
    const returnTo = localPath(query.return, HOME);
    if (request.visitor.is === 'signed-in') return reply.redirect(returnTo, 303);
    const timedOut = query.ended === 'timed-out';
    const page = request.page(reply);
    return reply.page(
      <SignInPage page={page} returnTo={returnTo} timedOut={timedOut} aside={asides.signIn} />,
    );
  });

  app.post('/sign-in', { config: { access: 'anyone', rateLimit, gate } }, async (request, reply) => {
    const form = parseForm(Credentials, request, ['password']);
    const returnTo = localPath(typedFields(request.body)['return'], HOME);
    const again = (errors: readonly FieldError[], status: number) =>
      reply.page(
        <SignInPage
          page={request.page(reply)}
          identifier={form.typed['identifier']}
          returnTo={returnTo}
          errors={errors}
          aside={asides.signIn}
        />,
        status,
      );
    if (form.is === 'invalid') return again(sayFaults(form.faults, request.words), 422);
    const result = await signIn.checkPassword({ ...form.value, returnTo });
    if (result.is !== 'needs-factor') {
      return again(
        [{ field: 'identifier', text: sayRefusal(result, 'password', request.words) }],
        answerRefusal(result, reply),
      );
    }
    signInCookie.set(reply, result.token);
    return reply.redirect('/sign-in/code', 303);
  });

  for (const { factor, url, field, code, Page } of FACTORS) {
    const Code = z.object({ [field]: code }).transform((form) => form[field] ?? '');

    app.get(url, { config: { access: 'signing-in' } }, async (request, reply) => {
      const token = signInCookie.read(request);
      if (token === undefined || !(await signIn.isWaiting(token))) return reply.redirect('/sign-in', 303);
      return reply.page(<Page page={request.page(reply)} aside={asides.code} />);
    });

    app.post(url, { config: { access: 'signing-in', rateLimit } }, async (request, reply) => {
      const again = (errors: readonly FieldError[], status: number) =>
        reply.page(<Page page={request.page(reply)} errors={errors} aside={asides.code} />, status);
      const token = signInCookie.read(request);
      if (token === undefined) return startOver(request, reply);
      const form = parseForm(Code, request, [field]);
      if (form.is === 'invalid') {
        if (!(await signIn.isWaiting(token))) return startOver(request, reply);
        return again(sayFaults(form.faults, request.words), 422);
      }
      const result = await signIn.checkFactor(token, factor, form.value);
      switch (result.is) {
        case 'signed-in':
          if (request.foundSession.is === 'live')
            await sessions.end(request.foundSession.session, 'replaced');
          signInCookie.clear(reply);
          sessionCookie.set(reply, result.token);
          return reply.redirect(result.returnTo, 303);
        case 'gone':
          return startOver(request, reply);
        case 'wrong':
        case 'wait':
        case 'disabled':
          return again(
            [{ field, text: sayRefusal(result, factor, request.words) }],
            answerRefusal(result, reply),
          );
      }
    });
  }

  function startOver(request: FastifyRequest, reply: FastifyReply) {
    signInCookie.clear(reply);
    const errors = [{ field: 'identifier', text: request.words.t('sign-in.start-over') }];
    const page = request.page(reply);
    return reply.page(<SignInPage page={page} returnTo={HOME} errors={errors} aside={asides.signIn} />, 410);
  }

  function sayRefusal(refusal: Refusal, what: 'password' | Factor, { t, duration }: Words): string {
    switch (refusal.is) {
      case 'wrong':
        return t(WRONG[what]);
      case 'wait':
        return t('sign-in.wait', { time: duration(secondsUntil(refusal.until, clock)) });
      case 'disabled':
        return what === 'password' ? t('sign-in.disabled') : t('sign-in.factor-disabled');
    }
  }

  /** The status of a refusal; one that has to wait is told for how long. */
  function answerRefusal(refusal: Refusal, reply: FastifyReply): number {
    if (refusal.is === 'wrong') return 422;
    if (refusal.is === 'wait') reply.header('retry-after', secondsUntil(refusal.until, clock));
    return 429;
  }
}
