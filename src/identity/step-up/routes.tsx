import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { HttpRefusal, localPath, sessionCookie } from '../../platform/http/index.ts';
import { type Aside, type Factor, factorRoutes, factorsOf } from '../factors/index.ts';
import type { Notices } from '../notices/index.ts';
import type { Policy } from '../policy/index.ts';
import { type Session, type Sessions, signedIn } from '../sessions/index.ts';
import { makeStepUp } from './step-up.ts';

const BASE = '/account/confirm';
const HOME = '/home';

export type StepUpRoutes = {
  readonly database: Database;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly sessions: Sessions;
  readonly factors: readonly Factor[];
  readonly notices: Notices;
  readonly aside?: Aside | undefined;
};

/** Asks somebody who is signed in for a second step again, before what only the owner may do (ASVS 7.5.1). */
export function stepUpRoutes(app: FastifyInstance, parts: StepUpRoutes): void {
  const { clock, policy, factors, aside } = parts;
  const stepUp = makeStepUp(parts);

  app.get(
    BASE,
    signedIn(
      async (session, request, reply) => {
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
        return reply.redirect(returnTo(request), 303);
      },
      gone: (_request, reply) => reply.redirect(HOME, 303),
      rememberDays: () => null,
      aside,
    },
  );

  function returnTo({ query }: FastifyRequest): string {
    return localPath(
      typeof query === 'object' && query !== null && 'return' in query ? query.return : '',
      HOME,
    );
  }

  function search(request: FastifyRequest): string {
    return `?${new URLSearchParams({ return: returnTo(request) })}`;
  }

  /** The routes say `signed-in`, so there is one. */
  function sessionOf(request: FastifyRequest): Session {
    if (request.foundSession.is === 'live') return request.foundSession.session;
    throw new HttpRefusal(401);
  }
}
