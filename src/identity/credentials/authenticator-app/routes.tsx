import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Database } from '../../../platform/database/index.ts';
import {
  HttpRefusal,
  oneTimeCode,
  optionalName,
  type PageScope,
  parseForm,
  sayFaults,
  type Typed,
  unlessMalformed,
} from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { readProfile } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { type Session, signedIn } from '../../session/sessions/index.ts';
import { type Factor, mayRemove } from '../factors/index.ts';
import { AddAppPage, AppPage, AppsPage } from './pages.tsx';
import type { AppSettings, BoundApp } from './settings.ts';

const BASE = '/account/security/apps';
const LONGEST_NAME = 40;

const name = optionalName({ most: LONGEST_NAME });
const Add = z.object({ code: oneTimeCode({ missing: 'authenticator-app.code-missing' }), name });
const Name = z.object({ name });
const Query = z.object({ done: z.enum(['added', 'removed', 'renamed']).nullable().catch(null) });
const Id = z.object({ id: z.uuid() });

/** The authenticator apps of an account: add, name and remove them. */
export function appSettingsRoutes(
  app: PageScope,
  {
    apps,
    database,
    factors,
    policy,
  }: { apps: AppSettings; database: Database; factors: readonly Factor[]; policy: Pick<Policy, 'requests'> },
): void {
  const rateLimit = { max: policy.requests.account };

  /** The person's own app of the address; another's is as absent as one that never was. */
  const chosen = async (session: Session, request: FastifyRequest): Promise<BoundApp> => {
    const id = Id.safeParse(request.params);
    const found = (await apps.list(session)).find((each) => id.success && each.id === id.data.id);
    if (found === undefined) throw new HttpRefusal(404);
    return found;
  };

  app.get(
    BASE,
    signedIn(async (session, request, reply) => {
      const { done } = Query.parse(request.query);
      return reply.page(
        <AppsPage page={request.page(reply)} apps={await apps.list(session)} most={apps.most} done={done} />,
      );
    }),
  );

  const showAdd = async (
    session: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    {
      errors = [],
      typed = {},
      status = 200,
    }: { errors?: readonly FieldError[]; typed?: Typed; status?: number } = {},
  ) => {
    const secret = await apps.offer(session);
    if (secret === null) return reply.redirect(BASE, 303);
    const { emails } = await readProfile(database, session.key, session.accountId);
    return reply.page(
      <AddAppPage
        page={request.page(reply)}
        secret={secret}
        email={emails[0] ?? ''}
        typed={typed}
        errors={errors}
      />,
      status,
    );
  };

  app.get(
    `${BASE}/add`,
    signedIn((...asked) => showAdd(...asked), { stepUp: true }),
  );

  app.post(
    `${BASE}/add`,
    signedIn(
      async (session, request, reply) => {
        const form = parseForm(Add, request);
        const again = (errors: readonly FieldError[]) =>
          showAdd(session, request, reply, { errors, typed: form.typed, status: 422 });
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const result = await apps.add(session, form.value);
        switch (result.is) {
          case 'added':
            return reply.redirect(`${BASE}?done=added`, 303);
          case 'wrong':
            return again([{ field: 'code', text: request.words.t('authenticator-app.wrong') }]);
          case 'no-offer':
          case 'enough':
            return reply.redirect(BASE, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: Add, stepUp: true, rateLimit: unlessMalformed(rateLimit.max, Add) },
    ),
  );

  const showApp = async (
    session: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    bound: BoundApp,
    { errors = [], typed }: { errors?: readonly FieldError[]; typed?: string | undefined } = {},
  ) => {
    const left = (await apps.list(session)).length - 1;
    const kind = 'authenticator-app';
    const isLast = !(await mayRemove(database, factors, session.accountId, { kind, left }));
    return reply.page(
      <AppPage page={request.page(reply)} app={bound} isLast={isLast} typed={typed} errors={errors} />,
      errors.length === 0 ? 200 : 422,
    );
  };

  app.get(
    `${BASE}/:id`,
    signedIn(async (session, request, reply) =>
      showApp(session, request, reply, await chosen(session, request)),
    ),
  );

  app.post(
    `${BASE}/:id/name`,
    signedIn(
      async (session, request, reply) => {
        const bound = await chosen(session, request);
        const form = parseForm(Name, request);
        if (form.is === 'invalid')
          return showApp(session, request, reply, bound, {
            typed: form.typed['name'],
            errors: sayFaults(form.faults, request.words),
          });
        await apps.rename(session, bound.id, form.value.name);
        return reply.redirect(`${BASE}?done=renamed`, 303);
      },
      { form: Name, rateLimit },
    ),
  );

  app.post(
    `${BASE}/:id/remove`,
    signedIn(
      async (session, request, reply) => {
        const bound = await chosen(session, request);
        const result = await apps.remove(session, bound.id);
        switch (result.is) {
          case 'removed':
            return reply.redirect(`${BASE}?done=removed`, 303);
          case 'last':
            return reply.redirect(`${BASE}/${bound.id}`, 303);
          case 'no-such-app':
            return reply.redirect(BASE, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: { back: BASE, asks: 'both' }, rateLimit },
    ),
  );
}
