import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import {
  HttpRefusal,
  oneTimeCode,
  type PageScope,
  parseForm,
  sayFaults,
  unlessMalformed,
} from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { type Phone, phoneField } from '../../core/phones/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { type Session, signedIn } from '../../session/sessions/index.ts';
import { type Factor, mayRemove } from '../factors/index.ts';
import {
  AddPhonePage,
  type Aside,
  type Outcome,
  PhoneCodePage,
  PhonesPage,
  RemovePhonePage,
} from './pages.tsx';
import type { Pending, PhoneSettings } from './settings.ts';

const LIST = '/account/phones';
const ADD = `${LIST}/add`;
const CODE = `${LIST}/code`;

const Id = z.object({ id: z.string() });
const Query = z.object({ done: z.enum(['added', 'removed', 'notices', 'full']).nullable().catch(null) });
const CodeQuery = z.object({ enough: z.unknown().optional() });
const CodeForm = z.object({ code: oneTimeCode({ missing: 'sms-codes.missing' }) });
const Instead = z.object({ instead: z.enum(['resend', 'give-up']).optional().catch(undefined) });

const NoticesForm = z.object({ notices: z.enum(['yes', 'no']).optional().catch(undefined) });

export type PhoneRoutes = {
  readonly settings: PhoneSettings;
  readonly database: Database;
  readonly factors: readonly Factor[];
  readonly clock: Clock;
  readonly policy: Policy;
  /** ISO 3166-1 alpha-2 of numbers that are written without a country's code. */
  readonly country: string | undefined;
  /** Whether codes are sent here at all. Where not, no page adds a number; those from before can be removed. */
  readonly isOffered: boolean;
  readonly aside?: Aside | undefined;
};

/** The pages of a person's numbers for text messages. */
export function phoneRoutes(
  app: PageScope,
  { settings, database, factors, clock, policy, country, isOffered, aside }: PhoneRoutes,
): void {
  const rateLimit = { max: policy.requests.account };
  const codeAfter = ({ is }: { readonly is: 'sent' | 'enough' }) =>
    is === 'enough' ? `${CODE}?enough` : CODE;
  const listAfter = (outcome: Outcome) => `${LIST}?done=${outcome}`;

  /** The person's own number of the address; another's is as absent as one that never was. */
  const chosen = async (session: Session, request: FastifyRequest): Promise<Phone> => {
    const { id } = Id.parse(request.params);
    const found = (await settings.list(session)).find((phone) => phone.id === id);
    if (found === undefined) throw new HttpRefusal(404);
    return found;
  };

  app.get(
    LIST,
    signedIn(async (session, request, reply) =>
      reply.page(
        <PhonesPage
          page={request.page(reply)}
          phones={await settings.list(session)}
          pending={await settings.pending(session)}
          outcome={Query.parse(request.query).done}
          most={settings.most}
          isOffered={isOffered}
        />,
      ),
    ),
  );

  app.get(
    `${LIST}/:id/remove`,
    signedIn(
      async (session, request, reply) => {
        const phone = await chosen(session, request);
        const left = (await settings.list(session)).length - 1;
        const isLast = !(await mayRemove(database, factors, session.accountId, { kind: 'sms-code', left }));
        return reply.page(<RemovePhonePage page={request.page(reply)} phone={phone} isLast={isLast} />);
      },
      { stepUp: 'both' },
    ),
  );

  app.post(
    `${LIST}/:id/remove`,
    signedIn(
      async (session, request, reply) => {
        const phone = await chosen(session, request);
        const result = await settings.remove(session, phone.id);
        switch (result.is) {
          case 'removed':
            return reply.redirect(listAfter('removed'), 303);
          case 'last':
            return reply.redirect(`${LIST}/${phone.id}/remove`, 303);
          case 'unknown':
            return reply.redirect(LIST, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: 'both', rateLimit },
    ),
  );

  if (!isOffered) return;

  app.post(
    `${LIST}/:id/notices`,
    signedIn(
      async (session, request, reply) => {
        const phone = await chosen(session, request);
        const { notices } = NoticesForm.parse(request.body);
        if (notices === undefined) return reply.redirect(LIST, 303);
        const result = await settings.setNotices(session, phone.id, notices === 'yes');
        switch (result.is) {
          case 'done':
            return reply.redirect(listAfter('notices'), 303);
          case 'unknown':
            return reply.redirect(LIST, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: { back: LIST }, rateLimit },
    ),
  );

  const NumberForm = z.object({ number: phoneField(country) });

  app.get(
    ADD,
    signedIn(
      async (session, request, reply) => {
        if ((await settings.list(session)).length >= settings.most)
          return reply.redirect(listAfter('full'), 303);
        return reply.page(<AddPhonePage page={request.page(reply)} typed={{}} />);
      },
      { stepUp: true },
    ),
  );

  app.post(
    ADD,
    signedIn(
      async (session, request, reply) => {
        const form = parseForm(NumberForm, request);
        const again = (errors: readonly FieldError[]) =>
          reply.page(<AddPhonePage page={request.page(reply)} typed={form.typed} errors={errors} />, 422);
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const result = await settings.add(session, form.value.number);
        switch (result.is) {
          case 'sent':
          case 'enough':
            return reply.redirect(codeAfter(result), 303);
          case 'own-already':
            return again([{ field: 'number', text: request.words.t('phones.own-already') }]);
          case 'full':
            return reply.redirect(listAfter('full'), 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: NumberForm, stepUp: true, rateLimit: unlessMalformed(rateLimit.max, NumberForm) },
    ),
  );

  const codePage = (
    request: FastifyRequest,
    reply: FastifyReply,
    pending: Pending,
    {
      errors = [],
      isEnough = false,
      status = 200,
    }: { errors?: readonly FieldError[]; isEnough?: boolean; status?: number } = {},
  ) =>
    reply.page(
      <PhoneCodePage
        page={request.page(reply)}
        pending={pending}
        isEnough={isEnough}
        minutes={policy.code.minutes}
        errors={errors}
        aside={aside}
      />,
      status,
    );

  app.get(
    CODE,
    signedIn(async (session, request, reply) => {
      const pending = await settings.pending(session);
      if (pending === null) return reply.redirect(LIST, 303);
      return codePage(request, reply, pending, {
        isEnough: CodeQuery.parse(request.query).enough !== undefined,
      });
    }),
  );

  app.post(
    CODE,
    signedIn(
      async (session, request, reply) => {
        const { t, duration } = request.words;
        const pending = await settings.pending(session);
        if (pending === null) return reply.redirect(LIST, 303);
        const again = (text: string, status = 422) =>
          codePage(request, reply, pending, { errors: [{ field: 'code', text }], status });
        const form = parseForm(CodeForm, request);
        if (form.is === 'invalid')
          return codePage(request, reply, pending, {
            errors: sayFaults(form.faults, request.words),
            status: 422,
          });
        const result = await settings.enterCode(session, pending, form.value.code);
        switch (result.is) {
          case 'added':
            return reply.redirect(listAfter('added'), 303);
          case 'wrong':
            return again(t('sms-codes.wrong'));
          case 'wait': {
            const seconds = secondsUntil(result.until, clock);
            reply.header('retry-after', seconds);
            return again(t('phones.code-wait', { time: duration(seconds) }), 429);
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
        const result = await (instead === 'resend' ? settings.resend(session) : settings.giveUp(session));
        switch (result.is) {
          case 'sent':
          case 'enough':
            return reply.redirect(codeAfter(result), 303);
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
}
