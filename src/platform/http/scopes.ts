import type { FastifyInstance } from 'fastify';
import type { FormSchema } from './form.ts';

/**
 * What a part of the server is for. Hooks of the root hold for all; those of another hold for it alone.
 * - `root`: headers, the request log, gates, limits, who may call a route; the health of the process
 * - `pages`: what a person sees: cookies, languages, the session, tokens of forms, errors as pages
 * - `session`: within the pages, what their scripts ask: the session, and errors as problem documents
 * - `api`: what programs ask: no cookies, no session, errors as problem documents
 */
export type ScopeKind = 'root' | 'pages' | 'session' | 'api';

declare module 'fastify' {
  interface FastifyInstance {
    readonly scope: ScopeKind;
    /** The forms that the pages of this scope post, as their routes say. */
    readonly forms: ReadonlySet<FormSchema>;
  }
}

type Scope<Kind extends ScopeKind> = FastifyInstance & { readonly scope: Kind };

export type PageScope = Scope<'pages'>;
export type SessionScope = Scope<'session'>;
export type ApiScope = Scope<'api'>;

/** Says of a part of the server what it is for, so that routes are only given to the part that they were written for. */
export function makeScope<Kind extends ScopeKind>(app: FastifyInstance, kind: Kind): Scope<Kind> {
  const said: ScopeKind = kind;
  app.decorate('scope', said);
  if (!isScope(app, kind)) throw new Error(`no scope ${kind}`);
  return app;
}

const isScope = <Kind extends ScopeKind>(app: FastifyInstance, kind: Kind): app is Scope<Kind> =>
  app.scope === kind;

/** Gathers what forms the routes of a scope say that they take of whoever is signed in, from here on. */
export function gatherForms(scope: PageScope): void {
  const forms = new Set<FormSchema>();
  scope.decorate('forms', { getter: () => forms });
  scope.addHook('onRoute', ({ config }) => {
    if (config?.form !== undefined && config.access === 'signed-in') forms.add(config.form);
  });
}
