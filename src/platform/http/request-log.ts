import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

const SECONDS = 10;

/**
 * One line for each request: nothing in it comes from a person, so nothing is looked for to black out. Whom a gate refuses is counted instead: in a flood the lines alone
 * would take a share of the server.
 */
export function logRequests(app: FastifyInstance, log: Logger): void {
  const lines = log.child({}, { redact: [] });
  const refused = new Map<string, number>();
  const say = () => {
    for (const [route, times] of refused)
      lines.warn({ route, status: 503, times, seconds: SECONDS }, 'refused requests');
    refused.clear();
  };
  let saying: NodeJS.Timeout | undefined;
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route, config } = request.routeOptions;
    if (reply.statusCode === 503 && config.gate !== undefined && route !== undefined) {
      if (refused.size === 0) saying = setTimeout(say, SECONDS * 1000);
      refused.set(route, (refused.get(route) ?? 0) + 1);
    } else {
      lines.info(
        {
          reqId: request.id,
          method: request.method,
          route,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
        },
        'request',
      );
    }
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearTimeout(saying);
    say();
    done();
  });
}
