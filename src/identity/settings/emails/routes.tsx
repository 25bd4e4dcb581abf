import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import {
  errorPage,
  oneTimeCode,
  type PageScope,
  parseForm,
  sayFaults,
  unlessMalformed,
} from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { emailForm } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { type Session, signedIn } from '../../session/sessions/index.ts';
import type { Emails } from './emails.ts';
import {
  AddEmailPage,
  type Aside,
  EmailCodePage,
  EmailsPage,
  MakePrimaryPage,
  type Outcome,
  RemoveEmailPage,
} from './pages.tsx';

const LIST = '/account/emails';
const ADD = `${LIST}/add`;
const CODE = `${LIST}/code`;

const Address = z.object({ id: z.string() });
const Outcomes = z.object({
  done: z.enum(['added', 'main', 'removed', 'taken', 'full']).nullable().catch(null).default(null),
});
const CodeQuery = z.object({ resent: z.unknown().optional(), enough: z.unknown().optional() });
const CodeForm = z.object({ code: oneTimeCode({ missing: 'emails.code-missing' }) });
const Instead = z.object({ instead: z.enum(['resend', 'give-up']).optional().catch(undefined) });

export type EmailRoutes = {
  readonly emails: Emails;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly aside?: Aside | undefined;
};

/** The pages of a person's addresses. */
export function emailRoutes(app: PageScope, { emails, clock, policy, aside }: EmailRoutes): void {
  const rateLimit = { max: policy.requests.account };
  const listAfter = (outcome: Outcome) => `${LIST}?done=${outcome}`;

  app.get(
    LIST,
    signedIn(async (session, request, reply) => {
      const list = await emails.list(session);
      return reply.page(
        <EmailsPage
          page={request.page(reply)}
          emails={list}
          pending={await emails.pending(session)}
          outcome={Outcomes.parse(request.query).done}
          isFull={list.length >= policy.emails.most}
        />,
      );
    }),
  );

  app.get(
    ADD,
    signedIn(
      async (_session, request, reply) => reply.page(<AddEmailPage page={request.page(reply)} typed={{}} />),
      { stepUp: true },
    ),
  );

  app.post(
    ADD,
    signedIn(
      async (session, request, reply) => {
        const form = parseForm(emailForm, request);
        const again = (errors: readonly FieldError[]) =>
          reply.page(<AddEmailPage page={request.page(reply)} typed={form.typed} errors={errors} />, 422);
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const result = await emails.add(session, form.value.email);
        switch (result.is) {
          case 'pending':
            return reply.redirect(CODE, 303);
          case 'own-already':
            return again([{ field: 'email', text: request.words.t('emails.own-already') }]);
          case 'full':
            return reply.redirect(listAfter('full'), 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: emailForm, stepUp: true, rateLimit: unlessMalformed(rateLimit.max, emailForm) },
    ),
  );

  app.get(
    CODE,
    signedIn(async (session, request, reply) => {
      const pending = await emails.pending(session);
      if (pending === null) return reply.redirect(LIST, 303);
      const { resent, enough } = CodeQuery.parse(request.query);
      const notice =
        enough !== undefined || !pending.sent ? 'enough' : resent === undefined ? 'none' : 'resent';
      return reply.page(
        <EmailCodePage
          page={request.page(reply)}
          pending={pending}
          notice={notice}
          minutes={policy.code.minutes}
          aside={aside}
        />,
      );
    }),
  );

  app.post(
    CODE,
    signedIn(
      async (session, request, reply) => {
        const { t, duration } = request.words;
        const pending = await emails.pending(session);
        if (pending === null) return reply.redirect(LIST, 303);
        const again = (errors: readonly FieldError[], status = 422) =>
          reply.page(
            <EmailCodePage
              page={request.page(reply)}
              pending={pending}
              notice="none"
              minutes={policy.code.minutes}
              errors={errors}
              aside={aside}
            />,
            status,
          );
        const form = parseForm(CodeForm, request);
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const result = await emails.enterCode(session, pending, form.value.code);
        switch (result.is) {
          case 'added':
          case 'taken':
          case 'full':
            return reply.redirect(listAfter(result.is), 303);
          case 'wrong':
            return again([{ field: 'code', text: t('emails.code-wrong') }]);
          case 'wait': {
            const seconds = secondsUntil(result.until, clock);
            reply.header('retry-after', seconds);
            return again([{ field: 'code', text: t('emails.code-wait', { time: duration(seconds) }) }], 429);
          }
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: { back: CODE }, rateLimit: unlessMalformed(rateLimit.max, CodeForm) },
    ),
  );

  app.post(
    `${CODE}/instead`,
    signedIn(
      async (session, request, reply) => {
        const { instead } = Instead.parse(request.body);
        if (instead === undefined) return reply.redirect(CODE, 303);
        const result = await (instead === 'resend' ? emails.resend(session) : emails.giveUp(session));
        switch (result.is) {
          case 'sent':
            return reply.redirect(`${CODE}?resent`, 303);
          case 'enough':
            return reply.redirect(`${CODE}?enough`, 303);
          case 'given-up':
            return reply.redirect(LIST, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: { back: CODE }, rateLimit },
    ),
  );

  const askMain = async (
    session: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    { errors = [], status = 200 }: { errors?: readonly FieldError[]; status?: number } = {},
  ) => {
    const list = await emails.list(session);
    const email = list.find(({ id }) => id === Address.parse(request.params).id);
    const main = list.find(({ isPrimary }) => isPrimary);
    if (email === undefined || main === undefined) return errorPage(request, reply, 404);
    if (email.isPrimary) return reply.redirect(LIST, 303);
    return reply.page(
      <MakePrimaryPage page={request.page(reply)} email={email} main={main} errors={errors} />,
      status,
    );
  };

  app.get(
    `${LIST}/:id/primary`,
    signedIn((session, request, reply) => askMain(session, request, reply), { stepUp: true }),
  );

  app.get(
    `${LIST}/:id/remove`,
    signedIn(
      async (session, request, reply) => {
        const { id } = Address.parse(request.params);
        const email = (await emails.list(session)).find((each) => each.id === id);
        if (email === undefined) return errorPage(request, reply, 404);
        if (email.isPrimary) return reply.redirect(LIST, 303);
        return reply.page(
          <RemoveEmailPage page={request.page(reply)} email={email} days={policy.alarm.days} />,
        );
      },
      { stepUp: 'both' },
    ),
  );

  const change = (how: 'makePrimary' | 'remove', outcome: Outcome) =>
    signedIn(
      async (session, request, reply) => {
        const result = await emails[how](session, Address.parse(request.params).id);
        switch (result.is) {
          case 'done':
            return reply.redirect(listAfter(outcome), 303);
          case 'wait': {
            const seconds = secondsUntil(result.until, clock);
            reply.header('retry-after', seconds);
            const text = request.words.t('emails.main-wait', { time: request.words.duration(seconds) });
            return askMain(session, request, reply, { errors: [{ field: 'make-main', text }], status: 429 });
          }
          case 'primary':
          // Removed in another window meanwhile, perhaps: the list shows what there is.
          case 'unknown':
            return reply.redirect(LIST, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: how === 'remove' ? 'both' : true, rateLimit },
    );
  app.post(`${LIST}/:id/primary`, change('makePrimary', 'main'));
  app.post(`${LIST}/:id/remove`, change('remove', 'removed'));
}
