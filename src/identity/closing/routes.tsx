import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HttpRefusal, sessionCookie } from '../../platform/http/index.ts';
import { withEnding } from '../endings/index.ts';
import type { Policy } from '../policy/index.ts';
import { signedIn } from '../sessions/index.ts';
import type { Closing } from './closing.ts';
import { ClosePage, ClosingBegunPage, ClosingPage } from './pages.tsx';

const DAY = 24 * 3_600_000;
/** The day is said to somebody who is signed out by now; without it the page says how many days. */
const Closed = z.object({
  on: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .nullable()
    .catch(null),
});

/** Closing an account, and changing one's mind. */
export function closingRoutes(
  app: FastifyInstance,
  { closing, policy }: { closing: Closing; policy: Policy['requests'] },
): void {
  const rateLimit = { max: policy.signUp };

  app.get(
    '/account/close',
    signedIn(
      async (_session, request, reply) =>
        reply.page(<ClosePage page={request.page(reply)} days={closing.days} />),
      { stepUp: true },
    ),
  );

  app.post(
    '/account/close',
    signedIn(
      async (session, _request, reply) => {
        const result = await closing.begin(session);
        switch (result.is) {
          case 'begun':
            sessionCookie.clear(reply);
            return reply
              .header('clear-site-data', '"cache", "storage"')
              .redirect(`/account/closed?${new URLSearchParams({ on: result.on.toISOString() })}`, 303);
          case 'alarmed':
            return reply.redirect('/account/security/protected', 303);
          case 'gone':
            throw new HttpRefusal(401);
        }
      },
      { stepUp: true, rateLimit },
    ),
  );

  app.get('/account/closed', { config: { access: 'anyone' } }, async (request, reply) => {
    const page = request.page(reply);
    const { on } = Closed.parse(request.query);
    const left = on === null ? 0 : on.getTime() - page.now.getTime();
    const isOurs = left > 0 && left <= closing.days * DAY;
    return reply.page(<ClosingBegunPage page={page} days={closing.days} on={isOurs ? on : null} />);
  });

  app.get(
    '/account/closing',
    signedIn(
      async ({ closesAt }, request, reply) =>
        closesAt === null
          ? reply.redirect('/account', 303)
          : reply.page(<ClosingPage page={request.page(reply)} on={closesAt} />),
      { whileClosing: true },
    ),
  );

  app.post(
    '/account/closing/cancel',
    signedIn(
      async ({ accountId }, _request, reply) => {
        await closing.cancel(accountId);
        return reply.redirect(withEnding('/home', 'kept'), 303);
      },
      { whileClosing: true, rateLimit },
    ),
  );
}
