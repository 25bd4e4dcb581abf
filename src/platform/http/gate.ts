import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpRefusal } from './errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set where a crowd must not take the server from everybody else. */
    gate?: Gate;
  }
}

/** Bounds how many requests are under way, and how many wait in line for their turn. */
export type Gate = {
  /** The device of a request that is let in before the crowd; null for one of the crowd. */
  deviceOf(request: FastifyRequest): string | null;
  /** Whether whoever comes now has to be refused. */
  isFull(device?: string | null): boolean;
  /** Waits for a place, which is kept until the answer closes. @returns whether there was one before it closed */
  enter(answer: ServerResponse, device?: string | null): Promise<boolean>;
  /** Keeps the place of an answer for some work too: a person who hangs up does not end what was begun for them. */
  during<T>(answer: ServerResponse, work: () => Promise<T>): Promise<T>;
};

type Line = Map<ServerResponse, (isInside: boolean) => void>;

/**
 * @param places most requests under way; fewer than the database has connections, so that a page always finds one
 * @param line most that wait
 * @param known devices that have a line of their own, which goes first: in it a device stands once, so that nobody who
 * has one fills it
 */
export function makeGate({
  places,
  line: longest,
  known,
}: {
  places: number;
  line: number;
  known?: { readonly line: number; readonly deviceOf: (request: FastifyRequest) => string | null };
}): Gate {
  /** How often each answer inside is held there: by its connection, by its work. */
  const inside = new Map<ServerResponse, number>();
  const crowd: Line = new Map();
  const first: Line = new Map();
  /** The devices of those inside or in line who did not come with the crowd. */
  const devices = new Map<ServerResponse, string>();
  const comesFirst = (device: string | null): device is string =>
    device !== null && ![...devices.values()].includes(device);
  const hold = (answer: ServerResponse) => inside.set(answer, (inside.get(answer) ?? 0) + 1);
  const letGo = (answer: ServerResponse) => {
    const holds = (inside.get(answer) ?? 0) - 1;
    if (holds > 0) inside.set(answer, holds);
    else leave(answer);
    callNext();
  };
  const leave = (answer: ServerResponse) => {
    inside.delete(answer);
    devices.delete(answer);
  };
  const callNext = () => {
    const line = first.size > 0 ? first : crowd;
    const [next] = line;
    if (next === undefined || inside.size >= places) return;
    const [answer, called] = next;
    line.delete(answer);
    hold(answer);
    called(true);
  };
  return {
    deviceOf: (request) => known?.deviceOf(request) ?? null,
    isFull: (device = null) =>
      inside.size >= places &&
      (comesFirst(device) ? first.size >= (known?.line ?? 0) : crowd.size >= longest),
    enter: (answer, device = null) =>
      new Promise((resolve) => {
        if (answer.destroyed) return resolve(false);
        const line = comesFirst(device) ? first : crowd;
        if (comesFirst(device)) devices.set(answer, device);
        answer.once('close', () => {
          if (line.delete(answer)) {
            leave(answer);
            resolve(false);
          } else letGo(answer);
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

/** What a gate refuses with. It is made once, and scopes draw its answer once, so that a flood costs as little as can be. */
export const CROWDED = Object.assign(new HttpRefusal(503, 5), { code: 'crowd' });

/**
 * Puts the gate of each route that has one before everything that is done for it. Whoever is to be refused is refused
 * at once, at the price of reading the cookies; a place is given only to a request that has come in whole, so that
 * slow ones take none.
 */
export function keepGates(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { gate } = request.routeOptions.config;
    if (request.method === 'POST' && gate?.isFull(gate.deviceOf(request)) === true) done(CROWDED);
    else done();
  });
  app.addHook('onRoute', (route) => {
    const gate = route.config?.gate;
    if (gate === undefined) return;
    const { handler, preValidation = [] } = route;
    const enter = async (request: FastifyRequest, reply: FastifyReply) => {
      const device = gate.deviceOf(request);
      if (gate.isFull(device)) throw CROWDED;
      if (await gate.enter(reply.raw, device)) return;
      await request.handled?.release();
      return reply.hijack();
    };
    route.preValidation = [enter, ...[preValidation].flat()];
    route.handler = function (request, reply) {
      return gate.during(reply.raw, async () => handler.call(this, request, reply));
    };
  });
}
