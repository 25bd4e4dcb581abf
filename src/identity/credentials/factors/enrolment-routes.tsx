import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ComponentChildren, VNode } from 'preact';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import {
  type Access,
  type PageScope,
  parseForm,
  sayFaults,
  type Typed,
  unlessMalformed,
} from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import type { FieldError, Page } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { type Bind, type Enrolling, enrolled, type Factor } from './factor.ts';
import { EnrolmentChoice } from './pages.tsx';

/** What has a second step bound, and what that leads to. */
export type EnrolmentPurpose = {
  /** Where a kind is chosen; each has its page below it. */
  readonly base: string;
  readonly access: Access;
  readonly choice: { readonly title: PlainWordKey; readonly text: PlainWordKey };
  /** Who binds one; null when it is nobody's turn. */
  asked(request: FastifyRequest): Promise<Enrolling | null>;
  /**
   * Binds it and answers.
   * @param wrong answers where it was used up before
   */
  bound(
    request: FastifyRequest,
    reply: FastifyReply,
    bind: Bind,
    wrong: () => Promise<FastifyReply>,
  ): Promise<FastifyReply>;
  /** Answers whoever's turn it is not. */
  gone(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** The page around a kind's own forms. */
  frame(view: {
    readonly page: Page;
    readonly title: PlainWordKey;
    readonly errors: readonly FieldError[];
    readonly children: ComponentChildren;
  }): VNode;
};

/** The pages on which somebody without a second step chooses and binds one. */
export function enrolmentRoutes(
  app: PageScope,
  { factors, clock, policy }: { factors: readonly Factor[]; clock: Clock; policy: Policy },
  { base, access, choice, asked, bound, gone, frame }: EnrolmentPurpose,
): void {
  const offered = enrolled(factors);
  const rateLimit = { max: policy.requests.signIn };
  const addressOf = ({ path }: Factor) => `${base}/${path}`;

  app.get(base, { config: { access } }, async (request, reply) => {
    if ((await asked(request)) === null) return gone(request, reply);
    return reply.page(
      frame({
        page: request.page(reply),
        title: choice.title,
        errors: [],
        children: (
          <EnrolmentChoice
            page={request.page(reply)}
            text={choice.text}
            factors={offered}
            addressOf={addressOf}
          />
        ),
      }),
    );
  });

  for (const factor of offered) {
    const { field, enrolment } = factor;
    const url = addressOf(factor);
    const Answer = z.object({ [field]: enrolment.answer }).transform((form) => form[field] ?? '');

    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      {
        errors = [],
        typed = {},
        status = 200,
      }: { errors?: readonly FieldError[]; typed?: Typed; status?: number } = {},
    ) => {
      const enrolling = await asked(request);
      if (enrolling === null) return gone(request, reply);
      const question = await enrolment.ask(enrolling);
      const page = request.page(reply);
      const { t } = page.words;
      return reply.page(
        frame({
          page,
          title: enrolment.words.title,
          errors,
          children: (
            <>
              {enrolment.words.text === null ? null : <p>{t(enrolment.words.text)}</p>}
              {question({ page, action: url, sendAction: `${url}/send`, typed, errors })}
              <p>
                <a href={base}>{t('factors.other-way')}</a>
              </p>
            </>
          ),
        }),
        status,
      );
    };

    app.get(url, { config: { access } }, (request, reply) => show(request, reply));

    const answers = unlessMalformed(rateLimit.max, Answer);
    app.post(url, { config: { access, form: Answer, rateLimit: answers } }, async (request, reply) => {
      const enrolling = await asked(request);
      if (enrolling === null) return gone(request, reply);
      const { t, duration } = request.words;
      const form = parseForm(Answer, request);
      if (form.is === 'invalid')
        return show(request, reply, { errors: sayFaults(form.faults, request.words), status: 422 });
      const wrong = () =>
        show(request, reply, { errors: [{ field, text: t(enrolment.words.wrong) }], status: 422 });
      const result = await enrolment.check(enrolling, form.value);
      switch (result.is) {
        case 'right':
          return bound(request, reply, result.bind, wrong);
        case 'wrong':
          return wrong();
        case 'wait': {
          const seconds = secondsUntil(result.until, clock);
          reply.header('retry-after', seconds);
          const text = t('sign-in.wait', { time: duration(seconds) });
          return show(request, reply, { errors: [{ field, text }], status: 429 });
        }
      }
    });

    const { send } = enrolment;
    if (send === undefined) continue;
    const Sent = z.object({ [send.field]: send.answer }).transform((form) => form[send.field] ?? '');
    const sendings = unlessMalformed(rateLimit.max, Sent);
    app.post(
      `${url}/send`,
      { config: { access, form: Sent, rateLimit: sendings } },
      async (request, reply) => {
        const enrolling = await asked(request);
        if (enrolling === null) return gone(request, reply);
        const form = parseForm(Sent, request);
        if (form.is === 'invalid')
          return show(request, reply, {
            errors: sayFaults(form.faults, request.words),
            typed: form.typed,
            status: 422,
          });
        const result = await send.to(enrolling, form.value);
        if (result.is === 'sent') return reply.redirect(url, 303);
        const errors = [{ field: send.field, text: request.words.t('factors.sent-enough') }];
        return show(request, reply, { errors, typed: { [send.field]: form.value }, status: 429 });
      },
    );
  }
}
