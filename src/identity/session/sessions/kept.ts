import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  browserSecret,
  fieldsToKeep,
  HttpRefusal,
  note,
  OWNER_FIELD,
  type PageScope,
  pageOf,
  pathOf,
  textOf,
  visitCookie,
} from '../../../platform/http/index.ts';
import { signInAfter } from './ended.ts';
import type { Owner, Session, Sessions } from './sessions.ts';

/** Whose form a request is, as the form says; null where it is nobody's. */
export async function formOwner(sessions: Sessions, body: unknown) {
  const mark = textOf(body, OWNER_FIELD);
  return mark === undefined ? null : sessions.ownerOf(mark);
}

/** Whether a form was drawn for another account than the one that is signed in now. */
export async function isAnothersForm(sessions: Sessions, request: FastifyRequest): Promise<boolean> {
  const { foundSession: found } = request;
  if (found.is !== 'live') return false;
  const owner = await formOwner(sessions, request.body);
  return owner !== null && owner.accountId !== found.session.accountId;
}

/** Keeps what was posted, but for secrets, for the page of its form. @param browser which alone is shown it again */
export async function keepPosted(
  sessions: Sessions,
  request: FastifyRequest,
  owner: Owner,
  browser: string | null,
): Promise<void> {
  const { form } = request.routeOptions.config;
  const fields = fieldsToKeep(form === undefined ? [] : [form], request.body);
  const place = { path: pathOf(pageOf(request)), action: pathOf(request.url) };
  await sessions.keep(owner, { ...place, browser }, fields);
}

/**
 * Leads somebody whose session is over to sign in and to come back to the page that they were on, where what they posted is
 * shown again to the same account. After a time-out it is shown wherever the account is in next; where the session was ended
 * in another way, in this browser alone, so that whoever was put out leaves nothing for the account's person to find.
 */
export async function signInFirst(
  sessions: Sessions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { foundSession: found, method } = request;
  if (request.server.scope === 'session') throw new HttpRefusal(401);
  const page = pageOf(request);
  const why = found.is === 'none' || found.is === 'live' ? 'signed-out' : found.is;
  note(request, { why });
  if (why !== 'signed-out') visitCookie.renew(reply);
  if (method === 'GET' || method === 'HEAD') return reply.redirect(signInFrom(why, page), 303);
  const owner = await formOwner(sessions, request.body);
  if (found.is === 'timed-out') {
    // A page of another account may still be open in the same browser.
    if (owner === null || owner.accountId === found.accountId)
      await keepPosted(sessions, request, found, null);
    else await keepPosted(sessions, request, owner, browserSecret(request, reply));
    return reply.redirect(signInFrom(why, page), 303);
  }
  if (why === 'signed-out' && !request.isFromHere) throw new HttpRefusal(401);
  if (owner !== null) await keepPosted(sessions, request, owner, browserSecret(request, reply));
  if (why === 'ended-elsewhere') return reply.redirect(signInFrom(why, page), 303);
  return reply.redirect(signInAfter(owner === null ? 'out' : 'kept', page), 303);
}

function signInFrom(why: 'timed-out' | 'ended-elsewhere' | 'signed-out', page: string): string {
  switch (why) {
    case 'timed-out':
      return signInAfter('timed-out', page);
    case 'ended-elsewhere':
      return signInAfter('elsewhere', pathOf(page));
    case 'signed-out':
      return `/sign-in?${new URLSearchParams({ return: page })}`;
  }
}

/** Shows somebody what was kept of a form of theirs, where it is on the page that they ask for. */
export async function showKept(sessions: Sessions, request: FastifyRequest, session: Session): Promise<void> {
  if (request.method !== 'GET' || !session.keeps) return;
  const place = { path: pathOf(request.url), browser: browserSecret(request) };
  const kept = await sessions.kept(session, place);
  if (kept !== null) request.kept = { why: { is: 'kept' }, ...kept, hadSecrets: false, hadFiles: false };
}

/** Forgets what was kept of a form once it was taken. A form that is not taken is answered by a page, or turned away. */
export function forgetOnceTaken(app: PageScope, sessions: Sessions, wasTurnedAway: WeakSet<FastifyRequest>) {
  app.addHook('onSend', async (request, reply, payload) => {
    const { foundSession: found, method } = request;
    if (method !== 'POST' || reply.statusCode !== 303 || wasTurnedAway.has(request)) return payload;
    if (found.is === 'live' && found.session.keeps)
      await sessions.forgetKept(found.session, {
        path: pathOf(pageOf(request)),
        browser: browserSecret(request),
      });
    return payload;
  });
}
