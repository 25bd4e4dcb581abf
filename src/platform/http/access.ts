import type { FastifyInstance } from 'fastify';

/**
 * Who may call a route. Every route says it; who is turned away is turned away by the module that knows them.
 * - `anyone`: pages that need no account
 * - `signing-in`: someone who has given a right password and owes the second step
 * - `signing-up`: someone in the middle of making an account
 * - `recovering`: someone on the way back into an account
 * - `signed-in`: a person with a session
 */
export type Access = 'anyone' | 'signing-in' | 'signing-up' | 'recovering' | 'signed-in';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Set to false only where a request carries its own proof of where it comes from. */
    csrf?: false;
  }
}

/**
 * Refuses, at start-up, a route that does not say who may call it, and one that takes something in without saying how
 * often an address may (fail closed). `rateLimit: false` is said where nothing is stored or nobody must be kept from it.
 */
export function requireAccess(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const name = `route ${String(route.method)} ${route.url}`;
    if (route.config?.access === undefined) throw new Error(`${name} does not say who may call it`);
    if (route.method === 'POST' && route.config.rateLimit === undefined)
      throw new Error(`${name} does not say how often it may be called`);
  });
}
