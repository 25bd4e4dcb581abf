import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyCsrf from '@fastify/csrf-protection';
import fastifyFormbody from '@fastify/formbody';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { VNode } from 'preact';
import { z } from 'zod';
import type { Agency } from '../agency/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Config } from '../config/index.ts';
import { tokenHash, type Vault } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';
import type { Languages, Words } from '../i18n/index.ts';
import { type NavigationLink, type Page, renderPage, type Visitor } from '../ui/index.ts';
import { requireAccess } from './access.ts';
import { CSRF_COOKIE, languageCookie, sessionCookie } from './cookies.ts';
import { answerErrors, errorPage } from './errors.tsx';
import { countRequestsIn } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The words of the language that this person reads. */
    readonly words: Words;
    /** The language that this browser asked for on this site; undefined when it never did. */
    readonly chosenLanguage: string | undefined;
    /** Reads in a language that something better than the browser's headers tells. */
    readIn(language: string): void;
    knownWords: Words | undefined;
    knownVisitor: Visitor | undefined;
    /** Set by the module that knows sessions. */
    visitor: Visitor;
    /** What the views need to know of this request. */
    page(reply: FastifyReply): Page;
  }
  interface FastifyReply {
    /** Sends a view as a page; 200 unless said otherwise. */
    page(view: VNode, status?: number): FastifyReply;
  }
}

export type ServerParts = {
  readonly config: Config;
  readonly agency: Agency;
  readonly languages: Languages;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly database: Database;
  readonly log: Logger;
  /** The main navigation of a visitor. */
  readonly navigation: (visitor: Visitor) => readonly NavigationLink[];
};

const BODY_LIMIT = 64 * 1024;
const NO_STORE = 'no-store';
/** What stands for the session in a token of somebody who has none. */
const STRANGER = 'stranger';

/** The HTTP floor: security headers, cookies, CSRF on every POST, languages, pages and error pages. */
export async function createServer(parts: ServerParts): Promise<{ server: FastifyInstance }> {
  const { config, languages, log } = parts;
  const assets = readAssets(join(config.root, 'dist/client'));
  const logger: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    frameworkErrors: (_error, request, reply) => void errorPage(request, reply, 400),
  });

  decorate();
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, securityHeaders(config));
  await app.register(fastifyFormbody, { bodyLimit: BODY_LIMIT });
  await app.register(fastifyCsrf, {
    ...CSRF_COOKIE,
    csrfOpts: { hmacKey: parts.vault.cookieKey.toString('base64'), userInfo: true },
    getUserInfo: tokenContext,
    getToken: (request) => {
      const { body } = request;
      const token = typeof body === 'object' && body !== null && '_csrf' in body ? body._csrf : undefined;
      return typeof token === 'string' ? token : undefined;
    },
  });
  await app.register(fastifyRateLimit, {
    global: false,
    store: countRequestsIn(parts.database, parts.clock),
    keyGenerator: (request) => request.ip,
    errorResponseBuilder: (_request, context) => ({
      statusCode: 429,
      retryAfterSeconds: Math.ceil(context.ttl / 1000),
    }),
  });
  answerErrors(app);
  requireAccess(app);

  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', NO_STORE);
    if (request.method !== 'GET') return;
    const { lang } = z.object({ lang: z.string().optional().catch(undefined) }).parse(request.query);
    if (lang === undefined || !languages.offers(lang)) return;
    languageCookie.set(reply, lang, config.publicUrl.protocol === 'https:');
    return reply.redirect(withoutLanguage(request.url), 303);
  });
  app.addHook('preHandler', (request, reply, done) => {
    if (request.method === 'POST' && request.routeOptions.config.csrf !== false)
      app.csrfProtection(request, reply, done);
    else done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
    done();
  });

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

  // Wrapped: an instance is itself a promise of having started, and awaiting it would close the door to more routes.
  return { server: app };

  function decorate(): void {
    // The framework itself refuses some requests before any hook has run, so nothing here counts on one.
    app.decorateRequest('knownWords', undefined);
    app.decorateRequest('words', {
      getter(this: FastifyRequest): Words {
        this.knownWords ??=
          this.chosenLanguage === undefined
            ? languages.negotiate(this.headers['accept-language'])
            : languages.get(this.chosenLanguage);
        return this.knownWords;
      },
    });
    app.decorateRequest('chosenLanguage', {
      getter(this: FastifyRequest): string | undefined {
        const chosen = this.cookies === undefined ? undefined : languageCookie.read(this);
        return chosen !== undefined && languages.offers(chosen) ? chosen : undefined;
      },
    });
    app.decorateRequest('readIn', function (this: FastifyRequest, language: string) {
      this.knownWords = languages.get(language);
    });
    app.decorateRequest('knownVisitor', undefined);
    app.decorateRequest('visitor', {
      getter(this: FastifyRequest): Visitor {
        return this.knownVisitor ?? { is: 'stranger' };
      },
      setter(this: FastifyRequest, visitor: Visitor) {
        this.knownVisitor = visitor;
      },
    });
    app.decorateRequest('page', function (this: FastifyRequest, reply: FastifyReply): Page {
      const { visitor, words, url } = this;
      const context = tokenContext(this);
      let token: string | undefined;
      return {
        words,
        languages: languages.all,
        agency: parts.agency,
        path: url,
        get csrf() {
          token ??= reply.generateCsrf({ userInfo: context });
          return token;
        },
        visitor,
        navigation: parts.navigation(visitor),
        demo: config.demo,
        now: parts.clock.now(),
        asset: (name) => {
          const path = assets.get(name);
          if (path === undefined) throw new Error(`no built client file ${name}`);
          return path;
        },
      };
    });
    app.decorateReply('page', function (this: FastifyReply, view: VNode, status = 200) {
      return this.code(status).type('text/html; charset=utf-8').send(renderPage(view));
    });
  }
}

// Binds a token to the cookie of the session, so that a form from before a sign-out is stale after it.
function tokenContext(request: FastifyRequest): string {
  const session = request.cookies === undefined ? undefined : sessionCookie.read(request);
  return session === undefined ? STRANGER : tokenHash(session).toString('base64url');
}

function securityHeaders(config: Config) {
  const secure = config.publicUrl.protocol === 'https:';
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'"],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
        'require-trusted-types-for': ["'script'"],
        'trusted-types': ["'none'"],
        ...(secure ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    referrerPolicy: { policy: 'same-origin' as const },
    crossOriginOpenerPolicy: { policy: 'same-origin' as const },
    crossOriginResourcePolicy: { policy: 'same-origin' as const },
    xFrameOptions: { action: 'deny' as const },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
  };
}

function readAssets(folder: string): ReadonlyMap<string, string> {
  const manifest = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  return new Map(Object.entries(manifest).map(([name, file]) => [name, `/assets/${file}`]));
}

function withoutLanguage(url: string): string {
  const parsed = new URL(url, 'http://portico.invalid');
  parsed.searchParams.delete('lang');
  return `${parsed.pathname.replace(/^\/+/, '/')}${parsed.search}`;
}
