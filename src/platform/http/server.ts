import fastifyRateLimit from '@fastify/rate-limit';
import { fastifySSE } from '@fastify/sse';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerFactory,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
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
import { API, openApi } from './api.ts';
import { answerErrors } from './errors.ts';
import { noteUntrustedForwarding } from './forwarded.ts';
import { keepGates } from './gate.ts';
import { securityHeaders } from './headers.ts';
import { openPages } from './pages.ts';
import { sendProblem } from './problems.ts';
import { countRequestsIn } from './rate-limit.ts';
import { logRequests } from './request-log.ts';
import { type ApiScope, makeScope, type PageScope } from './scopes.ts';
import { clientErrorHandler, UNREADABLE } from './unreadable.ts';

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
  /** What adds the pages, and the routes for programs, each to its scope. */
  readonly pages?: readonly ((scope: PageScope) => void)[];
  readonly api?: readonly ((scope: ApiScope) => void)[];
};

const BODY_LIMIT = 64 * 1024;
const TIMEOUTS = {
  /** A request that has not come in whole by then is dropped, so that slow ones hold no connection for ever. */
  requestTimeout: MINUTE,
  keepAliveTimeout: 72_000,
};
const IDLE_MILLISECONDS = 50;
const LONGEST_PATH = 300;

/**
 * The HTTP floor: a root with what holds for every request, and in it the scopes of the pages and of the API. A route that is
 * given to the root itself has neither.
 */
export async function createServer(parts: ServerParts): Promise<{ server: FastifyInstance }> {
  const { config, log, tls = null, pages = [], api = [] } = parts;
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
    rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : unreadable(url)),
  });
  makeScope(app, 'root');
  const headers = securityHeaders(config);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
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
  keepGates(app);
  answerErrors(app, sendProblem);
  requireAccess(app);
  knowBrowsers(app);
  closeConnections(app);
  logRequests(app, log);
  noteUntrustedForwarding(app, log);
  await openPages(app, { ...parts, rooms: pages });
  await openApi(app, api);

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

/** Where a path goes that cannot be read, in the scope to which it would have gone. */
const unreadable = (url: string): string => (url.startsWith(`${API}/`) ? `${API}${UNREADABLE}` : UNREADABLE);

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
