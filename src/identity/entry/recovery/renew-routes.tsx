import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import { type PageScope, parseForm, sayFaults, secret, sessionCookie } from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { browserOf, keepDevice } from '../../core/devices/index.ts';
import { withEnding } from '../../core/endings/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { type Aside, enrolmentRoutes, type Factor } from '../../credentials/factors/index.ts';
import { passkeyNameFor } from '../../credentials/passkeys/index.ts';
import { sayFault, sayVerdict } from '../../credentials/passwords/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';
import { signInCookie } from '../sign-in/index.ts';
import { recoveryCookie } from './cookie.ts';
import type { Gates } from './gates.tsx';
import type { Recovery } from './recovery.ts';
import type { Returned } from './renew.ts';
import { NewPasswordPage, SecondStepFrame } from './renew-pages.tsx';
import { NEXT, PATHS } from './stages.ts';

const Password = z.object({ password: secret({ missing: 'recover.password-missing' }) });

export type RenewRoutes = {
  readonly recovery: Recovery;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly vault: Pick<Vault, 'blindIndexes'>;
  readonly policy: Policy;
  readonly factors: readonly Factor[];
  readonly clock: Clock;
  readonly gates: Gates;
  readonly aside: Aside | undefined;
};

/** The pages on which what was lost is made anew, the last of a way back. */
export function renewRoutes(
  app: PageScope,
  {
    recovery,
    sessions,
    factors,
    vault,
    clock,
    policy,
    gates: { ownProgressOf, atStage, elsewhere, gone, limit },
    aside,
  }: RenewRoutes,
): void {
  const letIn = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { token, deviceToken, newCodes, afterAlarm }: Returned,
  ) => {
    if (request.foundSession.is === 'live') await sessions.end(request.foundSession.session, 'replaced');
    recoveryCookie.clear(reply);
    signInCookie.clear(reply);
    keepDevice(vault, request, reply, deviceToken);
    sessionCookie.set(reply, token);
    return newCodes
      ? reply.redirect(withEnding('/account/backup-codes', afterAlarm ? 'anew-safe' : 'anew'), 303)
      : reply.redirect(withEnding('/home', afterAlarm ? 'back-safe' : 'back'), 303);
  };

  app.get(
    PATHS['new-password'],
    atStage('new-password', async (_progress, request, reply) =>
      reply.page(<NewPasswordPage page={request.page(reply)} policy={policy} />),
    ),
  );
  app.post(
    PATHS['new-password'],
    atStage(
      'new-password',
      async (progress, request, reply) => {
        const again = (errors: readonly FieldError[]) =>
          reply.page(<NewPasswordPage page={request.page(reply)} policy={policy} errors={errors} />, 422);
        const form = parseForm(Password, request);
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const result = await recovery.choosePassword(
          progress,
          form.value.password,
          browserOf(vault, request),
        );
        switch (result.is) {
          case 'refused':
            return again([{ field: 'password', text: sayFault(result.why, request.words, policy.password) }]);
          case 'next':
            return reply.redirect(NEXT, 303);
          case 'returned':
            return letIn(request, reply, result.returned);
          case 'gone':
            return gone(request, reply);
        }
      },
      { ...limit, form: Password },
    ),
  );
  // Asked by the page while a password is typed; says the same as sending the form would.
  app.post(
    `${PATHS['new-password']}/check`,
    atStage(
      'new-password',
      async (progress, request) => {
        const form = parseForm(Password, request);
        const password = form.is === 'valid' ? form.value.password : '';
        const verdict = await recovery.judgePassword(progress, password);
        return sayVerdict(verdict, request.words, policy.password);
      },
      limit,
    ),
  );

  enrolmentRoutes(
    app,
    { factors, clock, policy },
    {
      base: PATHS.authenticator,
      access: 'recovering',
      choice: { title: 'recover.second-title', text: 'recover.second-text' },
      asked: async (request) => {
        const progress = await ownProgressOf(request);
        return progress === null ? null : recovery.enrolling(progress, passkeyNameFor(request));
      },
      bound: async (request, reply, bind, wrong) => {
        const progress = await ownProgressOf(request);
        if (progress === null) return gone(request, reply);
        const result = await recovery.bindNew(progress, bind, browserOf(vault, request));
        switch (result.is) {
          case 'wrong':
            return wrong();
          case 'gone':
            return gone(request, reply);
          case 'returned':
            return letIn(request, reply, result.returned);
        }
      },
      gone: elsewhere,
      frame: (view) => <SecondStepFrame {...view} aside={aside} />,
    },
  );
}
