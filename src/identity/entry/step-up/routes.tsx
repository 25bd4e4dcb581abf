import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import {
  HttpRefusal,
  localPath,
  note,
  type PageScope,
  parseForm,
  sayFaults,
  secret,
  sessionCookie,
} from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { readProfile } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import {
  type Aside,
  type Factor,
  factorRoutes,
  factorsOf,
  statusOf,
} from '../../credentials/factors/index.ts';
import { type Asked, type Session, signedIn } from '../../session/sessions/index.ts';
import { PasswordStepPage } from './pages.tsx';
import type { StepUp } from './step-up.ts';

const BASE = '/account/confirm';
const PASSWORD = `${BASE}/password`;
const HOME = '/home';

const Password = z.object({ password: secret({ missing: 'sign-in.password-missing' }) });
/** What is asked of a person, where a page says it: by default what the policy asks. */
const Query = z.object({
  return: z.unknown().optional(),
  ask: z.enum(['both', 'second-step']).optional().catch(undefined),
});

export type StepUpRoutes = {
  readonly stepUp: StepUp;
  readonly database: Database;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly factors: readonly Factor[];
  readonly aside?: Aside | undefined;
};

/**
 * Asks somebody who is signed in for a second step again, and where the policy wants both steps of a sign-in for the
 * password too, before what only the owner may do (ASVS 7.5.1).
 */
export function stepUpRoutes(
  app: PageScope,
  { stepUp, database, clock, policy, factors, aside }: StepUpRoutes,
): void {
  app.get(
    BASE,
    signedIn(
      async (session, request, reply) => {
        if (stepUp.missing(session, asks(request)) === 'password')
          return reply.redirect(`${PASSWORD}${search(request)}`, 303);
        const { held } = await stepUp.asked(session);
        const [first] = factorsOf(factors, held);
        return reply.redirect(first === undefined ? HOME : `${BASE}/${first.path}${search(request)}`, 303);
      },
      { beforeAcknowledgement: true },
    ),
  );

  factorRoutes(
    app,
    { factors, clock, policy },
    {
      base: BASE,
      access: 'signed-in',
      beforeAcknowledgement: true,
      search,
      asked: (request) => stepUp.asked(sessionOf(request)),
      check: (request, factor, answer) => stepUp.check(sessionOf(request), factor, answer),
      right: async (request, reply, token) => {
        sessionCookie.set(reply, token);
        return reply.redirect(
          asks(request) !== 'factor' ? `${PASSWORD}${search(request)}` : returnTo(request),
          303,
        );
      },
      gone: (_request, reply) => reply.redirect(HOME, 303),
      rememberDays: () => null,
      why: (request, { kind }) =>
        asks(request) === 'password' || (asks(request) === 'both' && kind !== 'passkey')
          ? 'step-up.why-then-password'
          : 'step-up.why',
      aside,
    },
  );

  const showPassword = async (
    session: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    { errors = [], status = 200 }: { errors?: readonly FieldError[]; status?: number } = {},
  ) => {
    const { emails } = await readProfile(database, session.key, session.accountId);
    const { held } = await stepUp.asked(session);
    const passkey = factorsOf(factors, held).find(({ kind }) => kind === 'passkey');
    return reply.page(
      <PasswordStepPage
        page={request.page(reply)}
        action={`${PASSWORD}${search(request)}`}
        email={emails[0] ?? ''}
        withPasskey={passkey === undefined ? null : `${BASE}/${passkey.path}${search(request)}`}
        errors={errors}
      />,
      status,
    );
  };

  app.get(
    PASSWORD,
    signedIn(
      async (session, request, reply) => {
        switch (stepUp.missing(session, asks(request))) {
          case 'second-step':
            return reply.redirect(`${BASE}${search(request)}`, 303);
          case 'password':
            return showPassword(session, request, reply);
          case null:
            return reply.redirect(returnTo(request), 303);
        }
      },
      { beforeAcknowledgement: true },
    ),
  );

  app.post(
    PASSWORD,
    signedIn(
      async (session, request, reply) => {
        const elsewhere = () => reply.redirect(`${PASSWORD}${search(request)}`, 303);
        if (stepUp.missing(session, asks(request)) !== 'password') return elsewhere();
        const form = parseForm(Password, request);
        const again = (text: string, status: number) =>
          showPassword(session, request, reply, { errors: [{ field: 'password', text }], status });
        if (form.is === 'invalid')
          return showPassword(session, request, reply, {
            errors: sayFaults(form.faults, request.words),
            status: 422,
          });
        const result = await stepUp.checkPassword(session, form.value.password);
        note(request, { outcome: result.is });
        const { t, duration } = request.words;
        switch (result.is) {
          case 'right':
            sessionCookie.set(reply, result.value);
            return reply.redirect(returnTo(request), 303);
          case 'gone':
            return elsewhere();
          case 'wrong':
            return again(t('password.current-wrong'), statusOf(result, reply, clock));
          case 'wait':
            return again(
              t('sign-in.wait', { time: duration(secondsUntil(result.until, clock)) }),
              statusOf(result, reply, clock),
            );
          case 'disabled':
            return again(t('sign-in.disabled'), statusOf(result, reply, clock));
        }
      },
      { beforeAcknowledgement: true, rateLimit: { max: policy.requests.signIn } },
    ),
  );

  function returnTo({ query }: FastifyRequest): string {
    return localPath(Query.parse(query).return, HOME);
  }

  /** What the address says of the password only spares a page: whether both steps are fresh is asked where it counts. */
  function asks({ query }: FastifyRequest): Asked {
    const { ask } = Query.parse(query);
    if (ask === undefined) return policy.stepUp.asks;
    return ask === 'both' ? 'password' : 'factor';
  }

  function search(request: FastifyRequest): string {
    const { ask } = Query.parse(request.query);
    return `?${new URLSearchParams({ return: returnTo(request), ...(ask === undefined ? {} : { ask }) })}`;
  }

  /** The routes say `signed-in`, so there is one. */
  function sessionOf(request: FastifyRequest): Session {
    if (request.foundSession.is === 'live') return request.foundSession.session;
    throw new HttpRefusal(401);
  }
}
