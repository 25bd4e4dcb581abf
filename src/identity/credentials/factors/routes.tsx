import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import {
  type Access,
  note,
  type PageScope,
  parseForm,
  sayFaults,
  unlessMalformed,
  withReturn,
} from '../../../platform/http/index.ts';
import type { PlainWordKey, Words } from '../../../platform/i18n/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { type Challenged, type Factor, factorsOf } from './factor.ts';
import { type Aside, SecondStepPage } from './pages.tsx';
import type { Refusal } from './try.ts';

/** What asks for a second step, and what a right one leads to. */
export type Purpose<T> = {
  /** Before each factor's own path: `/sign-in`. */
  readonly base: string;
  readonly access: Access;
  /** Whether it is open to somebody who has not said yet that they have their backup codes. */
  readonly beforeAcknowledgement?: true;
  /** What stands behind every address of the purpose, such as where it leads back to. */
  search?(request: FastifyRequest): string;
  /** Who is asked, with the kinds that they have; null when nobody is. */
  asked(request: FastifyRequest): Promise<{
    readonly challenged: Challenged;
    readonly held: readonly FactorKind[];
    /** Where it leads in the end, where the page's address does not say so: its forms do, for when it has been left too long. */
    readonly returnTo?: string;
  } | null>;
  /** Counts and checks an answer. */
  check(
    request: FastifyRequest,
    factor: Factor,
    answer: string,
  ): Promise<{ readonly is: 'right'; readonly value: T } | Refusal | { readonly is: 'gone' }>;
  /** Answers a right answer. */
  right(request: FastifyRequest, reply: FastifyReply, value: T): Promise<FastifyReply>;
  /** Answers whoever is not asked for anything. */
  gone(request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply>;
  /** For how many days the device may be remembered after this factor; null where it may not. */
  rememberDays(factor: Factor): number | null;
  /** Why a person is asked, where they would wonder. */
  why?(request: FastifyRequest, factor: Factor): PlainWordKey;
  /** Where somebody goes who can do none of them. */
  readonly lost?: string;
  readonly aside?: Aside | undefined;
};

const Choice = z.object({ phone: z.string().max(100).nullable().catch(null) }).catch({ phone: null });

/** The pages of every kind of second step, for one purpose. */
export function factorRoutes<T>(
  app: PageScope,
  { factors, clock, policy }: { factors: readonly Factor[]; clock: Clock; policy: Policy },
  purpose: Purpose<T>,
): void {
  const { base, access, beforeAcknowledgement } = purpose;
  const who = { access, ...(beforeAcknowledgement === undefined ? {} : { beforeAcknowledgement }) };
  const search = purpose.search ?? (() => '');
  const rateLimit = { max: policy.requests.signIn };
  const sendAddress = (url: string, request: FastifyRequest) => `${url}/send${search(request)}`;

  for (const factor of factors) {
    const { field, send } = factor;
    const url = `${base}/${factor.path}`;
    const Answer = z.object({ [field]: factor.answer }).transform((form) => form[field] ?? '');
    const form = z.object({ [field]: factor.answer, remember: z.unknown().optional() });

    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      { errors = [], status = 200 }: { errors?: readonly FieldError[]; status?: number } = {},
    ) => {
      const asked = await purpose.asked(request);
      if (asked === null) return purpose.gone(request, reply);
      const held = factorsOf(factors, asked.held);
      const [first] = held;
      if (!held.includes(factor))
        return first === undefined
          ? purpose.gone(request, reply)
          : reply.redirect(`${base}/${first.path}${search(request)}`, 303);
      const { returnTo } = asked;
      const page = request.page(reply);
      return reply.page(
        <SecondStepPage
          page={returnTo === undefined ? page : { ...page, path: withReturn(page.path, returnTo) }}
          addressOf={({ path }) => `${base}/${path}${search(request)}`}
          sendAddressOf={({ path }) => sendAddress(`${base}/${path}`, request)}
          why={purpose.why?.(request, factor)}
          factor={factor}
          question={await factor.ask(asked.challenged)}
          others={held.filter((other) => other !== factor)}
          errors={errors}
          rememberDays={purpose.rememberDays(factor)}
          lost={purpose.lost}
          aside={purpose.aside}
        />,
        status,
      );
    };

    app.get(url, { config: who }, (request, reply) => show(request, reply));

    const answers = unlessMalformed(rateLimit.max, Answer);
    app.post(url, { config: { ...who, form, rateLimit: answers } }, async (request, reply) => {
      const form = parseForm(Answer, request);
      if (form.is === 'invalid')
        return show(request, reply, { errors: sayFaults(form.faults, request.words), status: 422 });
      const result = await purpose.check(request, factor, form.value);
      note(request, { outcome: result.is });
      switch (result.is) {
        case 'right':
          return purpose.right(request, reply, result.value);
        case 'gone':
          return purpose.gone(request, reply);
        case 'wrong':
        case 'wait':
        case 'disabled': {
          const text = sayRefusal(factor, result, request.words, clock);
          return show(request, reply, { errors: [{ field, text }], status: statusOf(result, reply, clock) });
        }
      }
    });

    if (send === undefined) continue;
    app.post(`${url}/send`, { config: { ...who, rateLimit } }, async (request, reply) => {
      const asked = await purpose.asked(request);
      if (asked === null) return purpose.gone(request, reply);
      // Also where a page is older than what the account has.
      if (!asked.held.includes(factor.kind)) return show(request, reply);
      const result = await send(asked.challenged, Choice.parse(request.body).phone);
      if (result.is !== 'enough') return reply.redirect(`${url}${search(request)}`, 303);
      const errors = [{ field, text: request.words.t('factors.sent-enough') }];
      return show(request, reply, { errors, status: 429 });
    });
  }
}

function sayRefusal(factor: Factor, refusal: Refusal, { t, duration }: Words, clock: Clock): string {
  switch (refusal.is) {
    case 'wrong':
      return t(factor.words.wrong);
    case 'wait':
      return t('sign-in.wait', { time: duration(secondsUntil(refusal.until, clock)) });
    case 'disabled':
      return t('factors.disabled');
  }
}

/** The status of a refusal; one that has to wait is told for how long. */
export function statusOf(refusal: Refusal, reply: FastifyReply, clock: Clock): number {
  if (refusal.is === 'wrong') return 422;
  if (refusal.is === 'wait') reply.header('retry-after', secondsUntil(refusal.until, clock));
  return 429;
}
