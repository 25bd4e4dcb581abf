import { z } from 'zod';
import type { Vault } from '../../../platform/crypto/index.ts';
import { addressSaying, type PageScope, saidIn, sessionCookie } from '../../../platform/http/index.ts';
import { withEnding } from '../../core/endings/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { signedIn } from '../../session/sessions/index.ts';
import type { Closing } from './closing.ts';
import { ClosePage, ClosingBegunPage, ClosingPage } from './pages.tsx';

const CLOSED = '/account/closed';
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
  app: PageScope,
  { closing, policy, vault }: { closing: Closing; policy: Pick<Policy, 'requests'>; vault: Vault },
): void {
  const rateLimit = { max: policy.requests.account };

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
              .redirect(addressSaying(vault, CLOSED, { on: result.on.toISOString() }), 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: true, rateLimit },
    ),
  );

  app.get(CLOSED, { config: { access: 'anyone' } }, async (request, reply) => {
    const page = request.page(reply);
    const { on } = Closed.parse(saidIn(vault, CLOSED, request.query));
    const isAhead = on !== null && on > page.now;
    return reply.page(<ClosingBegunPage page={page} days={closing.days} on={isAhead ? on : null} />);
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
      async (session, _request, reply) => {
        const result = await closing.cancel(session);
        switch (result.is) {
          case 'cancelled':
            return reply.redirect(withEnding('/home', 'kept'), 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { whileClosing: true, rateLimit },
    ),
  );
}
