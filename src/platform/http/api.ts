import type { FastifyInstance } from 'fastify';
import { answerErrors } from './errors.ts';
import { sendProblem } from './problems.ts';
import { type ApiScope, makeScope } from './scopes.ts';
import { UNREADABLE } from './unreadable.ts';

/** Below which all routes are for programs. */
export const API = '/api';

/**
 * What programs ask, in JSON: nothing is known of who asks but what a request itself carries, and every error is a problem
 * document.
 * @param rooms what adds the routes, each at a path below `/api`
 */
export async function openApi(
  root: FastifyInstance,
  rooms: readonly ((scope: ApiScope) => void)[],
): Promise<void> {
  await root.register(
    async (child) => {
      const scope = makeScope(child, 'api');
      answerErrors(scope, sendProblem);
      scope.setNotFoundHandler((request, reply) => sendProblem(request, reply, 404));
      scope.all(UNREADABLE, { config: { access: 'anyone', rateLimit: false } }, (request, reply) =>
        sendProblem(request, reply, 400),
      );
      for (const room of rooms) room(scope);
    },
    { prefix: API },
  );
}
