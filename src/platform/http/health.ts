import type { FastifyInstance } from 'fastify';

/**
 * What a load balancer asks: `/healthz`, whether the process runs, and `/readyz`, whether people may be sent to it.
 * The latter answers 503 with the reason: a `database` that's away or behind, or `jobs` that stand still.
 */
export function healthRoutes(
  server: FastifyInstance,
  asked: { readonly isMigrated: () => Promise<boolean>; readonly isWorking: () => boolean },
): void {
  const reasonAgainst = async () => {
    if (!(await asked.isMigrated().catch(() => false))) return 'database';
    return asked.isWorking() ? null : 'jobs';
  };
  server.get('/healthz', { config: { access: 'anyone' } }, async () => ({ status: 'ok' }));
  server.get('/readyz', { config: { access: 'anyone' } }, async (_request, reply) => {
    const reason = await reasonAgainst();
    return reason === null
      ? reply.send({ status: 'ok' })
      : reply.code(503).send({ status: 'unavailable', reason });
  });
}
