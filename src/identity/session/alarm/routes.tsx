import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Vault } from '../../../platform/crypto/index.ts';
import {
  addressSaying,
  HttpRefusal,
  type PageScope,
  perLink,
  saidIn,
  sessionCookie,
} from '../../../platform/http/index.ts';
import { linkIn } from '../../../platform/typed/index.ts';
import { readTakenOut } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { SecondSteps } from '../../core/second-steps/index.ts';
import { PROTECTED, type Session, signedIn } from '../sessions/index.ts';
import type { Alarm, Raised } from './alarm.ts';
import { ConfirmPage, LinkGonePage, OWN, ProtectedPage, RaisedPage } from './pages.tsx';
import { turnAway } from './refused.ts';

const DONE = '/not-me/done';

/** The page after it, which says what was taken out to somebody who is signed out by now: how many of what, and no more. */
function afterRaising(vault: Vault, raised: Raised): string {
  if (raised === 'already') return addressSaying(vault, DONE, { already: 'yes' });
  const counts = Object.entries(raised).map(([kind, count]) => [kind, String(count)]);
  return addressSaying(vault, DONE, Object.fromEntries(counts));
}
const Already = z.object({ already: z.literal('yes') });

/** A tick for each address that is theirs. */
const OwnForm = z.record(z.string().startsWith(`${OWN}-`), z.unknown());
/** The ids of the addresses that a person ticked as theirs. */
const Own = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((fields) =>
    Object.keys(fields).flatMap((name) => (name.startsWith(`${OWN}-`) ? [name.slice(4)] : [])),
  );

/** The pages of "this wasn't me": for who is signed in, and for who reads a message about their account. */
export function alarmRoutes(
  app: PageScope,
  {
    alarm,
    policy,
    vault,
    secondSteps,
  }: {
    alarm: Alarm;
    policy: Pick<Policy, 'alarm' | 'requests'>;
    vault: Vault;
    secondSteps: SecondSteps;
  },
): void {
  const showProtected = async (
    { accountId }: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    own: readonly string[],
  ) => {
    const isWrong = request.method === 'POST';
    const claims = await alarm.claims(accountId);
    const field = `${OWN}-${claims[0]?.id ?? ''}`;
    return reply.page(
      <ProtectedPage
        page={request.page(reply)}
        claims={claims}
        own={own}
        errors={isWrong ? [{ field, text: request.words.t('alarm.end-none') }] : []}
      />,
      isWrong ? 422 : 200,
    );
  };
  const rateLimit = { max: policy.requests.account };

  app.get(
    '/account/security/not-me',
    signedIn(
      async (_session, request, reply) =>
        reply.page(<ConfirmPage page={request.page(reply)} days={policy.alarm.days} />),
      { beforeAcknowledgement: true, whileClosing: true },
    ),
  );

  // Whoever has the session may protect the account: a second step, which a thief may have taken away, is not asked.
  app.post(
    '/account/security/not-me',
    signedIn(
      async (session, _request, reply) => {
        const taken = await alarm.raise(session);
        if (taken === null) throw new HttpRefusal(401);
        if (taken === 'already') return reply.redirect(PROTECTED, 303);
        sessionCookie.clear(reply);
        return reply.redirect(afterRaising(vault, taken), 303);
      },
      { beforeAcknowledgement: true, whileClosing: true, rateLimit },
    ),
  );

  app.get('/not-me', { config: { access: 'anyone' } }, async (request, reply) => {
    const token = linkIn(request.query, 'token');
    const page = request.page(reply);
    if (token === null) return reply.page(<LinkGonePage page={page} how="cut" />, 404);
    const link = await alarm.findLink(token);
    if (link === null) return reply.page(<LinkGonePage page={page} how="used" />, 410);
    return reply.page(
      <ConfirmPage page={page} days={policy.alarm.days} link={{ token, bringsBack: link.bringsBack }} />,
    );
  });

  const byLink = perLink(
    policy.requests.account,
    'token',
    async (token) => (await alarm.findLink(token)) !== null,
  );
  app.post('/not-me', { config: { access: 'anyone', rateLimit: byLink } }, async (request, reply) => {
    const token = linkIn(request.body, 'token');
    if (token === null) return reply.page(<LinkGonePage page={request.page(reply)} how="cut" />, 404);
    const taken = await alarm.raiseByLink(token);
    if (taken === null) return reply.page(<LinkGonePage page={request.page(reply)} how="used" />, 410);
    return reply.redirect(afterRaising(vault, taken), 303);
  });

  app.get(DONE, { config: { access: 'anyone' } }, async (request, reply) => {
    const said = saidIn(vault, DONE, request.query);
    const raised = Already.safeParse(said).success ? 'already' : readTakenOut(said, secondSteps);
    return reply.page(<RaisedPage page={request.page(reply)} raised={raised} secondSteps={secondSteps} />);
  });

  app.get(
    PROTECTED,
    signedIn(async (session, request, reply) => {
      if (!session.alarmed) return reply.redirect('/account/security', 303);
      return showProtected(session, request, reply, []);
    }),
  );

  // Whoever ends it has the password and a second step that is settled: behind an alarm nobody signs in with less.
  app.post(
    PROTECTED,
    signedIn(
      async (session, request, reply) => {
        const result = await alarm.end(session, Own.parse(request.body));
        switch (result.is) {
          case 'none-chosen':
            return showProtected(session, request, reply, []);
          case 'ended':
            return reply.redirect('/account/security?done=protection', 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: OwnForm, stepUp: { back: PROTECTED, asks: 'both' }, whileAlarmed: true, rateLimit },
    ),
  );
}
