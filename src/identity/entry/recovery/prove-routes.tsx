import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import {
  oneTimeCode,
  type PageScope,
  parseForm,
  sayFaults,
  unlessMalformed,
} from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { type Aside, type Factor, factorRoutes } from '../../credentials/factors/index.ts';
import type { Gates } from './gates.tsx';
import type { Progress } from './machine.ts';
import { RecoveryCodePage } from './prove-pages.tsx';
import type { Recovery } from './recovery.ts';
import { NEXT, PATHS } from './stages.ts';

const Told = z.object({ told: z.literal('again').or(z.literal('once')).catch('once') });
const Code = z.object({ code: oneTimeCode({ missing: 'recover.code-missing' }) });

/** The pages on which what is left is proven: the code of an email, and a second step. */
export function proveRoutes(
  app: PageScope,
  {
    recovery,
    factors,
    clock,
    policy,
    gates: { progressOf, ownProgressOf, atStage, elsewhere, gone, limit },
    asides,
  }: {
    readonly recovery: Recovery;
    readonly factors: readonly Factor[];
    readonly clock: Clock;
    readonly policy: Policy;
    readonly gates: Gates;
    readonly asides: { readonly email?: Aside; readonly code?: Aside };
  },
): void {
  const showCode = async (
    progress: Progress,
    request: FastifyRequest,
    reply: FastifyReply,
    { errors = [], status = 200 }: { errors?: readonly FieldError[]; status?: number } = {},
  ) => {
    const known = progress.lost === 'second-step';
    const told = known && (await recovery.gotEnough(progress)) ? 'enough' : Told.parse(request.query).told;
    return reply.page(
      <RecoveryCodePage
        page={request.page(reply)}
        policy={policy}
        asked={progress.asked}
        known={known}
        told={told}
        errors={errors}
        aside={asides.email}
      />,
      status,
    );
  };
  app.get(
    PATHS.code,
    atStage('code', (progress, request, reply) => showCode(progress, request, reply)),
  );
  app.post(
    PATHS.code,
    atStage(
      'code',
      async (progress, request, reply) => {
        const again = (errors: readonly FieldError[], status = 422) =>
          showCode(progress, request, reply, { errors, status });
        const form = parseForm(Code, request);
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
      { form: Code, rateLimit: unlessMalformed(policy.requests.recovery, Code) },
    ),
  );
  app.post(
    '/recover/code/again',
    atStage(
      'code',
      async (progress, _request, reply) => {
        await recovery.sendAgain(progress);
        return reply.redirect(`${PATHS.code}?told=again`, 303);
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
        const progress = await ownProgressOf(request);
        return progress === null ? null : recovery.asked(progress);
      },
      check: async (request, factor, answer) => {
        const progress = await ownProgressOf(request);
        return progress === null ? { is: 'gone' } : recovery.confirm(progress, factor, answer);
      },
      right: async (_request, reply) => reply.redirect(NEXT, 303),
      gone: async (request, reply) =>
        request.method === 'POST' && (await progressOf(request)) === null
          ? gone(request, reply)
          : elsewhere(request, reply),
      rememberDays: () => null,
      lost: '/recover',
      aside: asides.code,
    },
  );
}
