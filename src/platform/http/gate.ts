import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set where a crowd must not take the server from everybody else. */
    gate?: Gate;
  }
}

/** Bounds how many requests are under way, and how many wait in line for their turn. */
export type Gate = {
  /** Whether whoever comes now has to be refused. */
  isFull(): boolean;
  /** Waits for a place, which is kept until the answer closes. @returns whether there was one before it closed */
  enter(answer: ServerResponse): Promise<boolean>;
  /** Keeps the place of an answer for some work too: a person who hangs up does not end what was begun for them. */
  during<T>(answer: ServerResponse, work: () => Promise<T>): Promise<T>;
};

/**
 * @param places most requests under way; fewer than the database has connections, so that a page always finds one
 * @param line most that wait
 */
export function makeGate({ places, line: longest }: { places: number; line: number }): Gate {
  /** How often each answer inside is held there: by its connection, by its work. */
  const inside = new Map<ServerResponse, number>();
  const line = new Map<ServerResponse, (isInside: boolean) => void>();
  const hold = (answer: ServerResponse) => inside.set(answer, (inside.get(answer) ?? 0) + 1);
  const letGo = (answer: ServerResponse) => {
    const holds = (inside.get(answer) ?? 0) - 1;
    if (holds > 0) inside.set(answer, holds);
    else inside.delete(answer);
    callNext();
  };
  const callNext = () => {
    const [first] = line;
    if (first === undefined || inside.size >= places) return;
    const [answer, called] = first;
    line.delete(answer);
    hold(answer);
    called(true);
  };
  return {
    isFull: () => inside.size >= places && line.size >= longest,
    enter: (answer) =>
      new Promise((resolve) => {
        if (answer.destroyed) return resolve(false);
        answer.once('close', () => {
          if (line.delete(answer)) resolve(false);
          else letGo(answer);
        });
        line.set(answer, resolve);
        callNext();
      }),
    during: async (answer, work) => {
      hold(answer);
      try {
        return await work();
      } finally {
        letGo(answer);
      }
    },
  };
}

/**
 * Puts the gate of each route that has one before everything that is done for it. Whoever is to be refused is refused
 * at once, at the price of reading the cookies; a place is given only to a request that has come in whole, so that
 * slow ones take none.
 */
export function keepGates(
  app: FastifyInstance,
  refuse: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'POST' && request.routeOptions.config.gate?.isFull() === true)
      refuse(request, reply);
    else done();
  });
  app.addHook('onRoute', (route) => {
    const gate = route.config?.gate;
    if (gate === undefined) return;
    const { handler, preValidation = [] } = route;
    const enter = async (request: FastifyRequest, reply: FastifyReply) => {
      if (gate.isFull()) return refuse(request, reply);
      if (await gate.enter(reply.raw)) return;
      return reply.hijack();
    };
    route.preValidation = [enter, ...[preValidation].flat()];
    route.handler = function (request, reply) {
      return gate.during(reply.raw, async () => handler.call(this, request, reply));
    };
  });
}
