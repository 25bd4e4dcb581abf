import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import {
  browserSecret,
  clearSecretCookies,
  fieldsToKeep,
  localPath,
  type PageScope,
  pathOf,
  visitCookie,
} from '../../../platform/http/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { guard, recognise } from './access.ts';
import { signInAfter } from './ended.ts';
import { formOwner } from './kept.ts';
import { SignedOutPage } from './pages.tsx';
import type { Owner, Sessions } from './sessions.ts';

const TimeOut = z.object({
  path: z
    .unknown()
    .optional()
    .transform((path) => localPath(path, '/home')),
  kept: z.string().max(50_000).catch(''),
});

/** Extending, timing out and ending a session. */
export function sessionRoutes(
  app: PageScope,
  { sessions, clock, policy }: { sessions: Sessions; clock: Clock; policy: Policy },
): void {
  recognise(app, sessions);
  guard(app, { sessions, clock, policy: policy.stepUp });
  const rateLimit = { max: policy.requests.account };

  // Asked by a script, which wants to be told and not to be sent to another page.
  app.post('/session/extend', { config: { access: 'anyone', rateLimit: false } }, async (request, reply) => {
    const found = request.foundSession;
    if (found.is !== 'live') return reply.code(401).send({ error: 'signed-out' });
    return { idleEndsAt: found.session.idleEndsAt.toISOString(), endsAt: found.session.endsAt.toISOString() };
  });

  // Sent by the page itself when its time is up; the session may be a moment from its end or just past it, or another one by
  // now, which goes on.
  app.post(
    '/session/time-out',
    { config: { access: 'anyone', csrf: 'from-here', rateLimit } },
    async (request, reply) => {
      const found = request.foundSession;
      visitCookie.renew(reply);
      const { path, kept } = TimeOut.parse(request.body ?? {});
      const fields = fieldsToKeep(request.server.forms, Object.fromEntries(new URLSearchParams(kept)));
      const owner = await formOwner(sessions, request.body);
      const isOlder = found.is === 'live' && owner !== null && owner.sessionId !== found.session.id;
      const keep = async (whose: Owner, browser: string | null) =>
        sessions.keep(whose, { path: pathOf(path), action: null, browser }, fields);
      if (isOlder) {
        await keep(owner, browserSecret(request, reply));
        return reply.redirect(path, 303);
      }
      switch (found.is) {
        case 'live':
          await keep(found.session, null);
          await sessions.end(found.session, 'timed-out');
          return reply.redirect(signInAfter('timed-out', path), 303);
        case 'timed-out':
          if (owner === null || owner.accountId === found.accountId) await keep(found, null);
          else await keep(owner, browserSecret(request, reply));
          return reply.redirect(signInAfter('timed-out', path), 303);
        case 'ended-elsewhere':
          if (owner !== null) await keep(owner, browserSecret(request, reply));
          return reply.redirect(signInAfter('elsewhere', path), 303);
        case 'none':
          if (owner !== null) await keep(owner, browserSecret(request, reply));
          return reply.redirect(signInAfter('timed-out', path), 303);
      }
    },
  );

  // From however old a page of ours: whoever presses it wants to be signed out.
  const anyPage = { access: 'anyone', rateLimit: false, csrf: 'from-here' } as const;
  app.post('/sign-out', { config: anyPage }, async (request, reply) => {
    const found = request.foundSession;
    if (found.is === 'live') await sessions.end(found.session, 'signed-out');
    clearSecretCookies(reply);
    return reply.header('clear-site-data', '"cache", "storage"').redirect('/sign-out', 303);
  });

  app.get('/sign-out', { config: { access: 'anyone' } }, async (request, reply) => {
    if (request.visitor.is === 'signed-in') return reply.redirect('/home', 303);
    return reply.page(<SignedOutPage page={request.page(reply)} />);
  });
}
