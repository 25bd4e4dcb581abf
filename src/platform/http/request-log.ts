import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { presentRedrawing } from './redrawing.ts';

/** What a request's line tells beside its route and status; nothing that a person typed (ASVS 16.2.1, 16.2.5). */
export type Noted = {
  /** Who asked, by the id of their account. */
  readonly account?: string;
  /** How a try to sign in, or another second step, went: the `is` of its result. */
  readonly outcome?: string;
  /** Why it was turned away. */
  readonly why?: string;
  /** The fields whose answers were refused. */
  readonly fields?: readonly string[];
};

declare module 'fastify' {
  interface FastifyRequest {
    noted: Noted | undefined;
  }
}

const SECONDS = 10;

/** Adds to what the request's line will tell. */
export function note(request: Pick<FastifyRequest, 'noted'>, facts: Noted): void {
  request.noted = request.noted === undefined ? facts : { ...request.noted, ...facts };
}

/**
 * One line for each request: nothing in it comes from a person, so nothing is looked for to black out. Whom a gate
 * refuses is counted instead: in a flood the lines alone would take a share of the server.
 */
export function logRequests(app: FastifyInstance, log: Logger): void {
  const lines = log.child({}, { redact: [] });
  const refused = new Map<string, { route: string; why: string | undefined; times: number }>();
  const say = () => {
    for (const each of refused.values())
      lines.warn({ ...each, status: 503, seconds: SECONDS }, 'refused requests');
    refused.clear();
  };
  let saying: NodeJS.Timeout | undefined;
  app.decorateRequest('noted', undefined);
  app.addHook('onResponse', (request, reply, done) => {
    // What the server asks itself for is told by the line of the request that it is for.
    if (presentRedrawing() !== undefined) return done();
    const { url: route, config } = request.routeOptions;
    if (reply.statusCode === 503 && config.gate !== undefined && route !== undefined) {
      if (refused.size === 0) saying = setTimeout(say, SECONDS * 1000);
      const why = request.noted?.why;
      const key = `${route}\0${why}`;
      refused.set(key, { route, why, times: (refused.get(key)?.times ?? 0) + 1 });
    } else {
      lines.info(
        {
          reqId: request.id,
          method: request.method,
          route,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
          ...request.noted,
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
