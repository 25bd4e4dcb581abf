import type { FastifyInstance } from 'fastify';
import type { FormSchema } from './form.ts';

/**
 * Who may call a route. Every route says it; who is turned away is turned away by the room that knows them. A room that
 * knows people at a stage of their own adds to this, and `src/house/access.test.ts` does not compile until it says what
 * everybody else meets there.
 */
export interface AccessKinds {
  /** Pages that need no account. */
  readonly anyone: true;
  /** A person with a session. */
  readonly 'signed-in': true;
}

export type Access = keyof AccessKinds;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /**
     * `false`: only where a request carries its own proof of where it comes from. `from-here`: for what may be done by any page
     * of this site, however old it is; what comes from elsewhere still needs a token.
     */
    csrf?: false | 'from-here';
    /**
     * The form that a page posts here. What was typed into it is not lost, but for secrets, where it is not taken: it is shown
     * again at once, or once somebody is signed in again.
     */
    form?: FormSchema;
  }
}

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses, at start-up, a route that does not say who may call it, and one that takes something in without saying how
 * often an address may (fail closed). `rateLimit: false` is said where nothing is stored or nobody must be kept from it.
 */
export function requireAccess(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const name = `route ${String(route.method)} ${route.url}`;
    if (route.config?.access === undefined) throw new Error(`${name} does not say who may call it`);
    const takesIn = [route.method].flat().some((method) => !READING.has(method));
    if (takesIn && route.config.rateLimit === undefined)
      throw new Error(`${name} does not say how often it may be called`);
  });
}
