import type { FastifyReply, FastifyRequest } from 'fastify';

/** Too many of one kind of request are under way. The person is told to try again. */
class GateClosed extends Error {
  readonly statusCode = 503;
  readonly retryAfterSeconds = 5;
}

/** Hooks for a route that lets in only so many requests at a time, before anything else is done for them. */
export type Gate = {
  onRequest(request: FastifyRequest): Promise<void>;
  onResponse(request: FastifyRequest, reply: FastifyReply): Promise<void>;
};

/**
 * Bounds how many requests are under way. What waits for a hash or a connection in a flood would else be hundreds, and
 * the pages of people who are signed in would wait behind them.
 */
export function makeGate(most: number): Gate {
  const inside = new WeakSet<FastifyRequest>();
  let count = 0;
  return {
    onRequest: async (request) => {
      if (count >= most) throw new GateClosed('the gate is closed');
      count += 1;
      inside.add(request);
    },
    onResponse: async (request) => {
      if (inside.delete(request)) count -= 1;
    },
  };
}
