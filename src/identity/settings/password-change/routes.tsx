import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type PageScope, parseForm, sayFaults, secret } from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { readProfile } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { statusOf } from '../../credentials/factors/index.ts';
import { sayFault, sayVerdict } from '../../credentials/passwords/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { type Session, signedIn } from '../../session/sessions/index.ts';
import { PasswordPage } from './pages.tsx';
import type { PasswordChange } from './password-change.ts';

const PATH = '/account/security/password';
const Change = z.object({
  currentPassword: secret({ missing: 'password.current-missing' }),
  password: secret({ missing: 'sign-up.password-missing' }),
  elsewhere: z.literal('end').or(z.literal('stay')).catch('stay'),
});
const New = z.object({ password: secret({ missing: 'sign-up.password-missing' }) });

/** Changing the password, behind a fresh second step. The page asks for the current password itself, so a step-up does not. */
export function passwordChangeRoutes(
  app: PageScope,
  {
    passwordChange,
    database,
    clock,
    policy,
  }: { passwordChange: PasswordChange; database: Database; clock: Clock; policy: Policy },
): void {
  const rateLimit = { max: policy.requests.account };

  const show = async (
    { accountId, key }: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    { errors = [], status = 200 }: { errors?: readonly FieldError[]; status?: number } = {},
  ) => {
    const { emails } = await readProfile(database, key, accountId);
    return reply.page(
      <PasswordPage
        page={request.page(reply)}
        email={emails[0] ?? ''}
        limits={policy.password}
        errors={errors}
      />,
      status,
    );
  };

  app.get(PATH, signedIn(show, { stepUp: 'second-step' }));

  app.post(
    PATH,
    signedIn(
      async (session, request, reply) => {
        const { t, duration } = request.words;
        const form = parseForm(Change, request);
        if (form.is === 'invalid')
          return show(session, request, reply, {
            errors: sayFaults(form.faults, request.words),
            status: 422,
          });
        const { currentPassword: current, password, elsewhere } = form.value;
        const result = await passwordChange.change(session, { current, password, elsewhere });
        const again = (field: string, text: string, status = 422) =>
          show(session, request, reply, { errors: [{ field, text }], status });
        switch (result.is) {
          case 'changed':
            return reply.redirect('/account/security?done=password', 303);
          case 'refused':
            return again('password', sayFault(result.why, request.words, policy.password));
          case 'wrong':
            return again('currentPassword', t('password.current-wrong'));
          case 'wait':
            return again(
              'currentPassword',
              t('sign-in.wait', { time: duration(secondsUntil(result.until, clock)) }),
              statusOf(result, reply, clock),
            );
          case 'disabled':
            return again('currentPassword', t('sign-in.disabled'), statusOf(result, reply, clock));
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: Change, stepUp: 'second-step', rateLimit },
    ),
  );

  // Asked by the page while a password is typed; says the same as sending the form would.
  app.post(
    `${PATH}/check`,
    signedIn(
      async (session, request) => {
        const form = parseForm(New, request);
        const verdict = await passwordChange.judge(session, form.is === 'valid' ? form.value.password : '');
        return sayVerdict(verdict, request.words, policy.password);
      },
      { rateLimit },
    ),
  );
}
