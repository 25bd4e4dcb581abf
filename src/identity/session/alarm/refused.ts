import type { FastifyReply } from 'fastify';
import { HttpRefusal } from '../../../platform/http/index.ts';
import { PROTECTED } from '../sessions/index.ts';
import type { Refused } from './alarm.ts';

/**
 * Answers a change that was refused for the account's sake: with the page that says why nothing can be changed now.
 * @throws HttpRefusal 401 where the session, or the account, is no more
 */
export function turnAway(refused: Refused, reply: FastifyReply): FastifyReply {
  switch (refused.is) {
    case 'alarmed':
      return reply.redirect(PROTECTED, 303);
    case 'gone':
      throw new HttpRefusal(401);
  }
}
