import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/**
 * Says once in the log that a request named the address of somebody else and was not believed. Behind a proxy of the
 * operator's that means that all people count as one address; anybody may send such a header, so more lines would tell no more.
 */
export function noteUntrustedForwarding(app: FastifyInstance, log: Logger): void {
  let isNoted = false;
  app.addHook('onRequest', (request, _reply, done) => {
    if (!isNoted && 'x-forwarded-for' in request.headers && (request.ips ?? []).length < 2) {
      isNoted = true;
      log.warn(
        'a request had X-Forwarded-For from an address that PORTICO_TRUSTED_PROXIES does not name; if that is your proxy, all people count as one address for the limits',
      );
    }
    done();
  });
}
