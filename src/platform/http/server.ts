import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import csrf from '@fastify/csrf';
import fastifyCsrf from '@fastify/csrf-protection';
import fastifyFormbody from '@fastify/formbody';
import fastifyRateLimit from '@fastify/rate-limit';
import { fastifySSE } from '@fastify/sse';
import fastifyStatic from '@fastify/static';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerFactory,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Agency } from '../agency/index.ts';
import { inBrowser } from '../browser/index.ts';
import { type Clock, MINUTE } from '../clock/index.ts';
import type { Config } from '../config/index.ts';
import type { Vault } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';
import type { Languages } from '../i18n/index.ts';
import type { Tls } from '../tls/index.ts';
import type { NavigationLink, Visitor } from '../ui/index.ts';
import { requireAccess } from './access.ts';
import { browserSecret, CSRF_COOKIE, languageCookie } from './cookies.ts';
import { answerErrors, errorPage, refuser } from './errors.tsx';
import { keepGates } from './gate.ts';
import { securityHeaders } from './headers.ts';
import { countRequestsIn } from './rate-limit.ts';
import { logRequests } from './request-log.ts';
import { clientErrorHandler, UNREADABLE, unreadablePages } from './unreadable.ts';
import { describeVisits, tokenContext } from './visit.ts';

export type ServerParts = {
  readonly config: Config;
  readonly agency: Agency;
  readonly languages: Languages;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly database: Database;
  readonly log: Logger;
  /** None for plain HTTP. */
  readonly tls?: Tls | null;
  /** The main navigation of a visitor. */
  readonly navigation: (visitor: Visitor) => readonly NavigationLink[];
};

const BODY_LIMIT = 64 * 1024;
const TIMEOUTS = {
  /** A request that has not come in whole by then is dropped, so that slow ones hold no connection for ever. */
  requestTimeout: MINUTE,
  keepAliveTimeout: 72_000,
};
const IDLE_MILLISECONDS = 50;
const LONGEST_PATH = 300;
const LanguageQuery = z.object({ lang: z.string().optional().catch(undefined) });

/** The HTTP floor: security headers, cookies, CSRF on every POST, languages, pages and error pages. */
export async function createServer(parts: ServerParts): Promise<{ server: FastifyInstance }> {
  const { config, languages, log, tls = null } = parts;
  const isSecure = config.publicUrl.protocol === 'https:';
  const assets = readAssets(join(config.root, 'dist/client'));
  const logger: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: () => logger,
    bodyLimit: BODY_LIMIT,
    ...TIMEOUTS,
    ...ownServer(tls),
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: LONGEST_PATH, ignoreTrailingSlash: true },
    clientErrorHandler: clientErrorHandler(),
    rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : UNREADABLE),
  });

  const headers = securityHeaders(config);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  const { pageForAnybody } = describeVisits(app, { ...parts, isDemo: config.demo, isSecure }, assets);
  await app.register(fastifyCookie);
  await app.register(fastifyFormbody, { bodyLimit: BODY_LIMIT });
  const [formKey, ...otherFormKeys] = parts.vault.formKeys;
  // While the key is being replaced, pages that are open, or come from another server, have tokens of another one.
  const otherTokens = otherFormKeys.map((key) => new csrf.Tokens(tokenOptions(key)));
  await app.register(fastifyCsrf, {
    ...CSRF_COOKIE,
    csrfOpts: tokenOptions(formKey),
    getUserInfo: tokenContext,
    getToken: tokenOf,
  });
  await app.register(fastifyRateLimit, {
    global: false,
    // Behind the gates: whom they refuse costs no query.
    hook: 'preValidation',
    // A route says how many; five minutes is what `requests` of the policy counts in.
    timeWindow: 300_000,
    store: countRequestsIn(parts.database, parts.clock, parts.vault),
    // A household or a host has a whole /64, so each of its addresses alone would count for nothing.
    ipv6Subnet: 64,
    errorResponseBuilder: (_request, context) => ({
      statusCode: 429,
      retryAfterSeconds: Math.ceil(context.ttl / 1000),
    }),
  });
  await app.register(fastifySSE);
  keepGates(app, refuser(pageForAnybody));
  answerErrors(app);
  requireAccess(app);
  knowBrowsers(app);

  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' || !request.url.includes('lang=')) return;
    const { lang } = LanguageQuery.parse(request.query);
    if (lang === undefined || !languages.offers(lang)) return;
    languageCookie.set(reply, lang, isSecure);
    return reply.redirect(withoutLanguage(request.url), 303);
  });
  app.addHook('preHandler', (request, reply, done) => {
    if (request.method !== 'POST' || request.routeOptions.config.csrf === false) return done();
    const [secret, token] = [browserSecret(request), tokenOf(request) ?? ''];
    if (otherTokens.some((tokens) => tokens.verify(secret, token, tokenContext(request)))) return done();
    app.csrfProtection(request, reply, done);
  });
  closeConnections(app);
  logRequests(app, log);

  await app.register(fastifyStatic, {
    root: join(config.root, 'dist/client'),
    serve: false,
    preCompressed: true,
    cacheControl: false,
  });
  app.get<{ Params: { '*': string } }>('/assets/*', { config: { access: 'anyone' } }, (request, reply) => {
    const file = request.params['*'];
    if (![...assets.values()].includes(`/assets/${file}`)) return errorPage(request, reply, 404);
    return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(file);
  });

  unreadablePages(app);

  // Wrapped: an instance is itself a promise of having started, and awaiting it would close the door to more routes.
  return { server: app };
}

/** Around the handler itself: what waits at a gate before it goes on in the name of whoever made room. */
function knowBrowsers(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = function (request, reply) {
      return inBrowser(request.headers['user-agent'] ?? '', () => handler.call(this, request, reply));
    };
  });
}

function ownServer(tls: Tls | null): { serverFactory?: FastifyServerFactory } {
  return tls === null ? {} : { serverFactory: (listener) => tls.createServer(listener, TIMEOUTS) };
}

const tokenOptions = (key: Buffer) => ({ hmacKey: key.toString('base64'), userInfo: true }) as const;

function tokenOf({ body }: FastifyRequest): string | undefined {
  const token = typeof body === 'object' && body !== null && '_csrf' in body ? body._csrf : undefined;
  return typeof token === 'string' ? token : undefined;
}

function readAssets(folder: string): ReadonlyMap<string, string> {
  const manifest = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  return new Map(Object.entries(manifest).map(([name, file]) => [name, `/assets/${file}`]));
}

/** Whether the router can read a path; it would answer others itself, without a page. */
function isReadable(url: string): boolean {
  const [path = ''] = url.split(/[?#]/, 1);
  try {
    return decodeURIComponent(path).length <= LONGEST_PATH;
  } catch {
    return false;
  }
}

/** A browser keeps alive a connection that was busy when the closing began; it is closed once it is idle. */
function closeConnections(app: FastifyInstance): void {
  let idle: NodeJS.Timeout | undefined;
  app.addHook('preClose', (done) => {
    idle = setInterval(() => app.server.closeIdleConnections(), IDLE_MILLISECONDS);
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearInterval(idle);
    done();
  });
}

function withoutLanguage(url: string): string {
  const parsed = URL.parse(url.replace(/^[/\\]+/, '/'), 'http://portico.invalid');
  if (parsed === null) return '/';
  parsed.searchParams.delete('lang');
  return `${parsed.pathname.replace(/^\/+/, '/')}${parsed.search}`;
}
