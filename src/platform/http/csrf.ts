import csrf from '@fastify/csrf';
import fastifyCsrf from '@fastify/csrf-protection';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Vault } from '../crypto/index.ts';
import { browserSecret, CSRF_COOKIE } from './cookies.ts';
import { tokenContext } from './visit.ts';

/** Where a script has the token that a form has in a field: no other site can make a browser send such a header. */
const HEADER = 'x-csrf-token';

/**
 * Gives the forms of a scope tokens that are of this browser and its session.
 * @returns whether a request has such a token
 */
export async function giveTokens(
  scope: FastifyInstance,
  { formKeys: [formKey, ...otherKeys] }: Pick<Vault, 'formKeys'>,
): Promise<(request: FastifyRequest) => boolean> {
  // While the key is being replaced, pages that are open, or come from another server, have tokens of another one.
  const all = [formKey, ...otherKeys].map((key) => new csrf.Tokens(tokenOptions(key)));
  const hasToken = (request: FastifyRequest) => {
    const [secret, token] = [browserSecret(request), tokenOf(request) ?? ''];
    return all.some((tokens) => tokens.verify(secret, token, tokenContext(request)));
  };
  await scope.register(fastifyCsrf, {
    ...CSRF_COOKIE,
    csrfOpts: tokenOptions(formKey),
    getUserInfo: tokenContext,
    getToken: tokenOf,
  });
  return hasToken;
}

/** Asks each request of a scope that changes something for a token that this browser was given with a page (ASVS 3.5.1). */
export function askForTokens(scope: FastifyInstance, hasToken: (request: FastifyRequest) => boolean): void {
  // Before the hooks of routes: what comes without a token takes no place and no try from those who have one.
  scope.addHook('preValidation', (request, reply, done) => {
    const { csrf } = request.routeOptions.config;
    if (isSafe(request) || csrf === false || (csrf === 'from-here' && request.isFromHere)) return done();
    if (hasToken(request)) return done();
    scope.csrfProtection(request, reply, done);
  });
}

const tokenOptions = (key: Buffer) => ({ hmacKey: key.toString('base64'), userInfo: true }) as const;

/** In the scope of pages only a POST has a route that changes something, and what has no route changes nothing. */
const isSafe = ({ method, server }: FastifyRequest): boolean =>
  server.scope === 'session' ? method === 'GET' || method === 'HEAD' : method !== 'POST';

function tokenOf({ body, headers, server }: FastifyRequest): string | undefined {
  const inForm = typeof body === 'object' && body !== null && '_csrf' in body ? body._csrf : undefined;
  const token = server.scope === 'session' ? headers[HEADER] : inForm;
  return typeof token === 'string' ? token : undefined;
}
