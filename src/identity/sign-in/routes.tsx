import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import {
  line,
  localPath,
  parseForm,
  sayFaults,
  secret,
  secretCookie,
  sessionCookie,
  typedFields,
} from '../../platform/http/index.ts';
import type { Words } from '../../platform/i18n/index.ts';
import type { FieldError } from '../../platform/ui/index.ts';
import type { Policy } from '../policy/index.ts';
import { AppCodePage, BackupCodePage, type SignInAside, SignInPage } from './pages.tsx';
import type { Factor, Refusal, SignIn } from './sign-in.ts';

const HOME = '/home';
const FIVE_MINUTES = 300_000;
export const signInCookie = secretCookie('sign-in');

const Credentials = z.object({
  identifier: line({ missing: 'sign-in.identifier-missing', most: 254 }),
  password: secret({ missing: 'sign-in.password-missing' }),
});
const AppCode = z.object({ code: line({ missing: 'sign-in.code-missing', most: 20 }) });
const BackupCode = z.object({ backupCode: line({ missing: 'sign-in.backup-missing', most: 40 }) });

export type SignInRoutes = {
  readonly signIn: SignIn;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly asides: { readonly signIn?: SignInAside; readonly code?: SignInAside };
};

export function signInRoutes(app: FastifyInstance, { signIn, clock, policy, asides }: SignInRoutes): void {
  const limited = {
    config: {
      access: 'anyone' as const,
      rateLimit: { max: policy.requests.signIn, timeWindow: FIVE_MINUTES },
    },
  };

  app.get('/sign-in', { config: { access: 'anyone' } }, async (request, reply) => {
    const query = z
      .object({ return: z.unknown().optional(), ended: z.unknown().optional() })
      .parse(request.query);
    const returnTo = localPath(query.return, HOME);
    if (request.visitor.is === 'signed-in') return reply.redirect(returnTo, 303);
    return reply.page(
      <SignInPage
        page={request.page(reply)}
        returnTo={returnTo}
        timedOut={query.ended === 'timed-out'}
        aside={asides.signIn}
      />,
    );
  });

  app.post('/sign-in', limited, async (request, reply) => {
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
    if (result.is === 'needs-factor') {
      signInCookie.set(reply, result.token);
      return reply.redirect('/sign-in/code', 303);
    }
    return again(
      [{ field: 'identifier', text: sayRefusal(result, request.words, 'password') }],
      status(result, reply),
    );
  });

  factorRoutes('/sign-in/code', 'authenticator-app', async (request, reply) => {
    const form = parseForm(AppCode, request, ['code']);
    if (form.is === 'invalid') return { is: 'invalid', errors: sayFaults(form.faults, request.words) };
    return { is: 'code', code: form.value.code, reply };
  });
  factorRoutes('/sign-in/backup-code', 'backup-code', async (request, reply) => {
    const form = parseForm(BackupCode, request, ['backupCode']);
    if (form.is === 'invalid') return { is: 'invalid', errors: sayFaults(form.faults, request.words) };
    return { is: 'code', code: form.value.backupCode, reply };
  });

  type Given =
    | { is: 'invalid'; errors: readonly FieldError[] }
    | { is: 'code'; code: string; reply: FastifyReply };

  function factorRoutes(
    url: string,
    factor: Factor,
    read: (request: FastifyRequest, reply: FastifyReply) => Promise<Given>,
  ): void {
    const [View, field] =
      factor === 'authenticator-app'
        ? ([AppCodePage, 'code'] as const)
        : ([BackupCodePage, 'backupCode'] as const);

    app.get(url, { config: { access: 'signing-in' } }, async (request, reply) => {
      const token = signInCookie.read(request);
      if (token === undefined || !(await signIn.isWaiting(token))) return reply.redirect('/sign-in', 303);
      return reply.page(<View page={request.page(reply)} aside={asides.code} />);
    });

    app.post(url, { config: { ...limited.config, access: 'signing-in' } }, async (request, reply) => {
      const again = (errors: readonly FieldError[], code: number) =>
        reply.page(<View page={request.page(reply)} errors={errors} aside={asides.code} />, code);
      const token = signInCookie.read(request);
      if (token === undefined || !(await signIn.isWaiting(token))) return startOver(request, reply);
      const given = await read(request, reply);
      if (given.is === 'invalid') return again(given.errors, 422);
      const result = await signIn.checkFactor(token, factor, given.code);
      switch (result.is) {
        case 'signed-in':
          signInCookie.clear(reply);
          sessionCookie.set(reply, result.token);
          return reply.redirect(result.returnTo, 303);
        case 'gone':
          return startOver(request, reply);
        case 'wrong':
        case 'wait':
        case 'disabled':
          return again([{ field, text: sayRefusal(result, request.words, factor) }], status(result, reply));
      }
    });
  }

  function startOver(request: FastifyRequest, reply: FastifyReply) {
    signInCookie.clear(reply);
    const errors = [{ field: 'identifier', text: request.words.t('sign-in.start-over') }];
    return reply.page(
      <SignInPage page={request.page(reply)} returnTo={HOME} errors={errors} aside={asides.signIn} />,
      410,
    );
  }

  function sayRefusal(refusal: Refusal, { t, duration }: Words, what: 'password' | Factor): string {
    switch (refusal.is) {
      case 'wrong':
        if (what === 'password') return t('sign-in.wrong');
        return what === 'backup-code' ? t('sign-in.backup-wrong') : t('sign-in.code-wrong');
      case 'wait':
        return t('sign-in.wait', {
          time: duration(Math.max(1, (refusal.until.getTime() - clock.now().getTime()) / 1000)),
        });
      case 'disabled':
        return what === 'password' ? t('sign-in.disabled') : t('sign-in.factor-disabled');
    }
  }

  function status(refusal: Refusal, reply: FastifyReply): number {
    if (refusal.is === 'wrong') return 422;
    if (refusal.is === 'wait')
      reply.header(
        'retry-after',
        Math.max(1, Math.ceil((refusal.until.getTime() - clock.now().getTime()) / 1000)),
      );
    return 429;
  }
}
