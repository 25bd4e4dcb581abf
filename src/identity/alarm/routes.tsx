import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Vault } from '../../platform/crypto/index.ts';
import { addressSaying, perLink, saidIn, sessionCookie } from '../../platform/http/index.ts';
import { readTakenOut, type TakenOut } from '../notices/index.ts';
import type { Policy } from '../policy/index.ts';
import { PROTECTED, signedIn } from '../sessions/index.ts';
import type { Alarm } from './alarm.ts';
import { ConfirmPage, LinkGonePage, ProtectedPage, RaisedPage } from './pages.tsx';

const DONE = '/not-me/done';

/** The page after it, which says what was taken out to somebody who is signed out by now: how many of what, and no more. */
function afterRaising(vault: Vault, taken: TakenOut): string {
  const counts = Object.entries(taken).map(([kind, count]) => [kind, String(count)]);
  return addressSaying(vault, DONE, Object.fromEntries(counts));
}
const Token = z.object({
  token: z
    .string()
    .regex(/^[\w-]{43}$/)
    .nullable()
    .catch(null),
});

/** The pages of "this wasn't me": for who is signed in, and for who reads a message about their account. */
export function alarmRoutes(
  app: FastifyInstance,
  { alarm, policy, vault }: { alarm: Alarm; policy: Pick<Policy, 'alarm' | 'requests'>; vault: Vault },
): void {
  const rateLimit = { max: policy.requests.signUp };

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
      async ({ accountId }, _request, reply) => {
        const taken = await alarm.raise(accountId);
        sessionCookie.clear(reply);
        return reply.redirect(afterRaising(vault, taken), 303);
      },
      { beforeAcknowledgement: true, whileClosing: true, rateLimit },
    ),
  );

  app.get('/not-me', { config: { access: 'anyone' } }, async (request, reply) => {
    const { token } = Token.parse(request.query ?? {});
    const page = request.page(reply);
    if (token === null || !(await alarm.isLink(token))) return reply.page(<LinkGonePage page={page} />, 410);
    return reply.page(<ConfirmPage page={page} days={policy.alarm.days} token={token} />);
  });

  const byLink = perLink(policy.requests.signUp, 'token');
  app.post('/not-me', { config: { access: 'anyone', rateLimit: byLink } }, async (request, reply) => {
    const { token } = Token.parse(request.body ?? {});
    const taken = token === null ? null : await alarm.raiseByLink(token);
    if (taken === null) return reply.page(<LinkGonePage page={request.page(reply)} />, 410);
    return reply.redirect(afterRaising(vault, taken), 303);
  });

  app.get(DONE, { config: { access: 'anyone' } }, async (request, reply) => {
    const taken = readTakenOut(saidIn(vault, DONE, request.query));
    return reply.page(<RaisedPage page={request.page(reply)} taken={taken} />);
  });

  app.get(
    PROTECTED,
    signedIn(async ({ alarmed }, request, reply) =>
      alarmed
        ? reply.page(<ProtectedPage page={request.page(reply)} />)
        : reply.redirect('/account/security', 303),
    ),
  );
}
